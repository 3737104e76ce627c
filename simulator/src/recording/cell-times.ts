// Times in cells: ISO 8601, epochs, compact times, and dates such as 15.01.2026, 01/15/2026 1:30 PM and 15-Jan-26.

import { parseIsoMs } from '@gonsters/contract';

/** Which part of a date such as 03/04/2026 comes first. */
export type DateOrder = 'day' | 'month';

const EPOCH = /^\d{9,19}(\.\d+)?$/;
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z?)$/i;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(.*))?$/i;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(.*))?$/i;
const NAMED_MONTH = /^(\d{1,2})[- ]([a-z]{3,9})[-, ]+(\d{4}|\d{2})(?:[T ,]+(.*))?$/i;
const CLOCK =
  /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AP]\.?M\.?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a time; without a zone it is in UTC. Epochs are seconds up to the year 5138, then milliseconds, microseconds and
 * nanoseconds. NaN for anything else.
 */
export function readTimeMs(text: string, order: DateOrder): number {
  const iso = parseIsoMs(text);
  if (!Number.isNaN(iso)) return iso;
  const compact = COMPACT.exec(text);
  if (compact !== null) {
    const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = compact;
    const timestampMs = parseIsoMs(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (!Number.isNaN(timestampMs)) return timestampMs;
  }
  if (EPOCH.test(text)) return epochMs(text);
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) return timeOf(yearFirst[1], yearFirst[2], yearFirst[3], yearFirst[4]);
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast !== null) {
    const [, first, , second, year, clock] = yearLast;
    return order === 'day' ? timeOf(year, second, first, clock) : timeOf(year, first, second, clock);
  }
  const named = NAMED_MONTH.exec(text);
  if (named === null) return Number.NaN;
  const month = MONTHS.indexOf((named[2] as string).slice(0, 3).toLowerCase()) + 1;
  return timeOf(named[3], String(month), named[1], named[4]);
}

/** The order that a cell proves; null if it is no such date. Points are only used with the day first. */
export function dateOrderOf(text: string): DateOrder | 'unclear' | null {
  const [, first, separator, second] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined) return null;
  if (separator === '.' || Number(first) > 12) return 'day';
  return Number(second) > 12 ? 'month' : 'unclear';
}

function epochMs(text: string): number {
  const epoch = Number(text);
  if (epoch < 1e11) return Math.floor(epoch * 1000);
  if (epoch < 1e14) return Math.floor(epoch);
  // By digits, because nanoseconds are beyond the precision of a number.
  const digits = text.split('.')[0] as string;
  return Number(digits.slice(0, epoch < 1e17 ? -3 : -6));
}

function timeOf(year = '', month = '', day = '', clock = '0:00'): number {
  const match = CLOCK.exec(clock.trim());
  if (match === null) return Number.NaN;
  const [, hour = '', minute, second = '00', fraction = '0', half, zone = 'Z'] = match;
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return Number.NaN;
    hours = (hours % 12) + (half[0]?.toLowerCase() === 'p' ? 12 : 0);
  }
  const fullYear = year.length === 2 ? `20${year}` : year;
  const two = (part: string | number) => String(part).padStart(2, '0');
  const offset = /^[a-z]/i.test(zone) ? 'Z' : zone;
  return parseIsoMs(`${fullYear}-${two(month)}-${two(day)}T${two(hours)}:${minute}:${second}.${fraction}${offset}`);
}
