// Parses the timestamp of a reading. The form that nearly all gateways send is parsed without a regular expression.

import { EARLIEST_MS, MAX_AHEAD_MS, parseIsoMs } from '@gonsters/contract';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';

/** @returns whole UTC ms; NaN where `value` is not a timestamp */
export function parseTimestampMs(value: unknown): number {
  if (typeof value === 'string') {
    const ms = parseCanonical(value);
    return Number.isNaN(ms) ? parseIsoMs(value) : ms;
  }
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : Number.NaN;
}

/** The fault of a timestamp, or null. NaN is a `bad_timestamp`. */
export function faultOfTime(timestampMs: number, nowMs: number): RejectionReason | null {
  if (!(timestampMs >= EARLIEST_MS)) return 'bad_timestamp';
  return timestampMs > nowMs + MAX_AHEAD_MS ? 'in_the_future' : null;
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
