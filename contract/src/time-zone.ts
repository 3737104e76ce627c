// Local time of a time zone to UTC and back, correct also on the days on which clocks change. Without schemas.

/** Offsets change at full quarters of an hour, everywhere and since 1972. */
const BLOCK_MS = 900_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Later times, and as early ones, are close to the end of what a Date can hold. */
const LAST_MS = 8e15;

/** No zone changes its offset twice within this time. */
const STEADY_MS = 4 * DAY_MS;
/** Offsets that are remembered for a zone: 40 years. */
const MAX_OFFSETS = 3_650;

interface KnownZone {
  readonly format: Intl.DateTimeFormat;
  /** At the starts of periods of `STEADY_MS`, by their number: to ask the format takes 10 µs, and a calendar asks often. */
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, KnownZone>();

/** Whether `name` is an IANA time zone such as `Asia/Jakarta`, or an offset such as `+07:00`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** How far local time in `zone` is ahead of UTC at that moment. Throws a RangeError for an unknown zone. */
export function zoneOffsetMs(zone: string, timestampMs: number): number {
  let known = zones.get(zone);
  if (known === undefined) {
    known = { format: partsFormat(zone), offsets: new Map() };
    zones.set(zone, known);
  }
  const period = Math.floor(timestampMs / STEADY_MS);
  if (Math.abs(timestampMs) > LAST_MS || Number.isNaN(timestampMs)) return offsetMs(known.format, timestampMs);
  const before = offsetAtStart(known, period);
  return before === offsetAtStart(known, period + 1) ? before : offsetMs(known.format, timestampMs);
}

function offsetAtStart({ format, offsets }: KnownZone, period: number): number {
  const remembered = offsets.get(period);
  if (remembered !== undefined) return remembered;
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  const offset = offsetMs(format, period * STEADY_MS);
  offsets.set(period, offset);
  return offset;
}

/** Local time written as if it were UTC, for arithmetic with the days and hours of the zone. */
export const toLocalMs = (zone: string, timestampMs: number): number => timestampMs + zoneOffsetMs(zone, timestampMs);

/**
 * The inverse of `toLocalMs`. A local time that occurs twice, when clocks go back, is read as the earlier one. A local
 * time that does not exist, when clocks go forward, is read with the offset before the change, and so lies as far after it.
 */
export function fromLocalMs(zone: string, localMs: number): number {
  // Changes of a zone are days apart, so the offsets of the day before and the day after are the only candidates.
  const before = zoneOffsetMs(zone, localMs - DAY_MS);
  const after = zoneOffsetMs(zone, localMs + DAY_MS);
  const early = localMs - Math.max(before, after);
  const late = localMs - Math.min(before, after);
  if (toLocalMs(zone, early) === localMs) return early;
  if (toLocalMs(zone, late) === localMs) return late;
  return localMs - before;
}

/**
 * Writes times as `2026-01-15T17:30:00.000+07:00`, in UTC as `2026-01-15T10:30:00.000Z`. Throws a RangeError for an unknown
 * zone. The formatter remembers the offset of the last quarter of an hour, which makes ascending times cheap.
 */
export function zonedTimeFormatter(zone: string): (timestampMs: number) => string {
  if (zone === 'UTC') return (timestampMs) => new Date(timestampMs).toISOString();
  // Not cached by name: a server gets the names from its clients, who can spell them in many ways.
  const format = partsFormat(zone);
  let block = Number.NaN;
  let offset = 0;
  let suffix = '';
  return (timestampMs) => {
    const current = Math.floor(timestampMs / BLOCK_MS);
    if (current !== block) {
      block = current;
      offset = offsetMs(format, current * BLOCK_MS);
      suffix = isoOffset(offset);
    }
    return new Date(timestampMs + offset).toISOString().slice(0, -1) + suffix;
  };
}

function partsFormat(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
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
}

function offsetMs(format: Intl.DateTimeFormat, timestampMs: number): number {
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    format.formatToParts(timestampMs).map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(timestampMs / 1000) * 1000;
}

function isoOffset(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
