// Converts local time of any zone to UTC and back, also on days with a change of daylight saving time.

const formats = new Map<string, Intl.DateTimeFormat>();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** How far the local time of the zone is ahead of UTC at that moment. */
export function zoneOffsetMs(zone: string, timeMs: number): number {
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    formatOf(zone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(timeMs / 1000) * 1000;
}

/** Local time written as if it were UTC: for arithmetic with days and hours as people there count them. */
export const toLocalMs = (zone: string, timeMs: number): number => timeMs + zoneOffsetMs(zone, timeMs);

/**
 * Back from `toLocalMs`. A time that comes twice, when clocks go back, is the earlier one; a time that never comes,
 * when they go forward, is read with the offset from before, and so lies as far past the jump.
 */
export function fromLocalMs(zone: string, localMs: number): number {
  // Changes of a zone are at least days apart: the offsets around the moment are the only candidates.
  const before = zoneOffsetMs(zone, localMs - DAY_MS);
  const after = zoneOffsetMs(zone, localMs + DAY_MS);
  const early = localMs - Math.max(before, after);
  const late = localMs - Math.min(before, after);
  if (toLocalMs(zone, early) === localMs) return early;
  if (toLocalMs(zone, late) === localMs) return late;
  return localMs - before;
}

/** For an input of the kind `datetime-local`: 2026-11-23T10:42, with seconds where there are any. */
export function toLocalText(zone: string, timeMs: number): string {
  const text = new Date(toLocalMs(zone, timeMs)).toISOString();
  return text.slice(17, 19) === '00' ? text.slice(0, 16) : text.slice(0, 19);
}

/** NaN where the text is no date and time. */
export function fromLocalText(zone: string, text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text)) return Number.NaN;
  const localMs = Date.parse(`${text}${text.length === 16 ? ':00' : ''}Z`);
  return Number.isNaN(localMs) ? localMs : fromLocalMs(zone, localMs);
}

/** UTC+7, UTC−3:30, UTC */
export function offsetText(zone: string, timeMs: number): string {
  const minutes = Math.round(zoneOffsetMs(zone, timeMs) / MINUTE_MS);
  if (minutes === 0) return 'UTC';
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
