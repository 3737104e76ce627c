// Quiet hours as parts of a day.

export interface DayPart {
  /** In percent of the day. */
  left: number;
  width: number;
}

const MINUTES = 24 * 60;

/** Minutes after midnight of `HH:MM`; NaN where it is none. */
export function minutesOf(text: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes);
}

/** One part, or two where it goes past midnight; none where a time is wrong or both are the same. */
export function quietParts(from: string, to: string): DayPart[] {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  if (Number.isNaN(start) || Number.isNaN(end) || start === end) return [];
  const part = (a: number, b: number) => ({ left: (100 * a) / MINUTES, width: (100 * (b - a)) / MINUTES });
  if (start < end) return [part(start, end)];
  return [part(0, end), part(start, MINUTES)].filter(({ width }) => width > 0);
}
