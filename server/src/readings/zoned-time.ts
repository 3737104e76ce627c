// Formats times in a time zone, with the offset in force at that time.

/** Since 1972 offsets have changed only at full quarters of an hour, everywhere. */
const BLOCK_MS = 900_000;
const MINUTE_MS = 60_000;

/** @returns `2026-01-15T17:30:00.000+07:00`, or with `Z` in UTC; quick for times that follow each other */
export function timeFormatter(zone: string): (timestampMs: number) => string {
  if (zone === 'UTC') return (timestampMs) => new Date(timestampMs).toISOString();
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  let block = Number.NaN;
  let offsetMs = 0;
  let suffix = '';
  return (timestampMs) => {
    const current = Math.floor(timestampMs / BLOCK_MS);
    if (current !== block) {
      block = current;
      offsetMs = offsetAt(format, current * BLOCK_MS);
      suffix = offsetText(offsetMs);
    }
    return new Date(timestampMs + offsetMs).toISOString().slice(0, -1) + suffix;
  };
}

function offsetAt(format: Intl.DateTimeFormat, timestampMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(timestampMs)) part[type] = Number(value);
  const { year, month, day, hour, minute, second } = part as Record<
    'year' | 'month' | 'day' | 'hour' | 'minute' | 'second',
    number
  >;
  return Date.UTC(year, month - 1, day, hour, minute, second) - timestampMs;
}

function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
