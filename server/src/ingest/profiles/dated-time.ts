// Times that begin with the day or the month, such as 23.11.2026 10:42:11, as ISO 8601.

const DATED =
  /^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]m)?)?\s*(z|utc|[+-]\d{2}:?\d{2})?$/i;
const MAX_CHARACTERS = 60;

/** @returns the text itself where it is no such time, or no day of a calendar; a time without a zone stays without one */
export function isoOfDated(text: string, first: 'day' | 'month'): string {
  const found = text.length > MAX_CHARACTERS ? null : DATED.exec(text.trim());
  if (found === null) return text;
  const [, a, b, y, hour = '0', minute = '00', second = '00', fraction, half, zone] = found as unknown as string[];
  const [day, month] = first === 'day' ? [a, b] : [b, a];
  const hours = hoursOf(Number(hour), half?.toLowerCase());
  if (Number(month) > 12 || hours === null) return text;
  const year = (y as string).length === 2 ? `20${y}` : y;
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(String(hours))}:${minute}:${second}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${date}T${time}${zone ?? ''}`;
}

/** Twelve o'clock at night is 12 am. */
function hoursOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

const two = (digits: string | undefined) => (digits ?? '').padStart(2, '0');
