// Parses the timestamp of a reading. The form that nearly all gateways send is parsed without a regular expression.

import { EARLIEST_MS, MAX_AHEAD_MS } from '@gonsters/contract';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import { parseAnyIsoMs } from './iso-time.ts';

/**
 * Reads ISO 8601, and the time since 1970 in seconds, milliseconds, microseconds or nanoseconds, as a number or as text.
 *
 * @param zone of a time without one: an IANA name
 * @returns whole UTC ms, which may be before 1990; NaN where `value` is not a timestamp
 */
export function parseTimestampMs(value: unknown, zone = 'UTC'): number {
  if (typeof value === 'string') {
    const ms = parseCanonical(value);
    if (!Number.isNaN(ms)) return ms;
    const text = value.trim();
    // Eight or fourteen digits are a date, or a date and a time, in the basic format.
    if (EPOCH.test(text) && !/^(19|20)\d{6}(\d{6})?$/.test(text))
      return NANOSECONDS.test(text) ? Number(text.slice(0, -6)) : epochMs(Number(text));
    return parseAnyIsoMs(text, zone);
  }
  return typeof value === 'number' && Number.isFinite(value) ? epochMs(value) : Number.NaN;
}

/** Whether the device said how far its time is from UTC. A number counts from 1970 in UTC. */
export function hasZone(value: unknown): boolean {
  return (
    typeof value !== 'string' ||
    /(z|utc|gmt|[+\u2212-]\d{2}(:?\d{2})?|\])$/i.test(value.trim().slice(10)) ||
    EPOCH.test(value.trim())
  );
}

/** The fault of a timestamp, or null. NaN is a `bad_timestamp`. */
export function faultOfTime(timestampMs: number, nowMs: number): RejectionReason | null {
  if (timestampMs >= EARLIEST_MS) return timestampMs > nowMs + MAX_AHEAD_MS ? 'in_the_future' : null;
  return Number.isNaN(timestampMs) ? 'bad_timestamp' : 'clock_not_set';
}

/** As text they have more digits than a number holds. */
const NANOSECONDS = /^\d{18,20}$/;
const EPOCH = /^[+-]?\d+(\.\d+)?$/;
/** Bounds between the units. A time of this century is far from each of them. */
const MIN_MS = 1e11;
const MIN_US = 1e14;
const MIN_NS = 1e17;

/** Milliseconds of a count since 1970, whose size tells its unit: now is 1.8e9 s, 1.8e12 ms, 1.8e15 µs and 1.8e18 ns. */
function epochMs(count: number): number {
  const size = Math.abs(count);
  if (size < MIN_MS) return Math.round(count * 1000);
  if (size < MIN_US) return Math.trunc(count);
  // Nanoseconds are rounded to 256 already, as numbers are stored.
  return size < MIN_NS ? Math.trunc(count / 1e3) : Math.floor(count / 1e6 + 0.001);
}

const ZERO = 48;
const DAY_MS = 86_400_000;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Parses only `YYYY-MM-DDTHH:MM:SS(.m{1,9})?Z` up to the 28th of a month; NaN for every other text. */
function parseCanonical(text: string): number {
  const length = text.length;
  if (length < 20 || length > 30 || text.charCodeAt(length - 1) !== 90) return Number.NaN;
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return Number.NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // The ends of months are left to `parseIsoMs`. A character that is not a digit gives NaN, which fails every comparison.
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  let ms = 0;
  if (length > 20) {
    if (text.charCodeAt(19) !== 46 || length === 21) return Number.NaN;
    let weight = 100;
    for (let i = 20; i < length - 1; i++) {
      const digit = text.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (weight >= 1) ms += digit * weight;
      weight /= 10;
    }
  }
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days =
    (year - 1970) * 365 +
    leapDays +
    (DAYS_BEFORE_MONTH[month - 1] as number) +
    (isLeap && month > 2 ? 1 : 0) +
    (day - 1);
  return days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
