// ISO 8601 in all the forms that devices write: extended and basic, calendar, week and ordinal dates, fractions, zones by name.

import { fromLocalMs, isTimeZone } from '@gonsters/contract';

const DATE = /^(\d{4})(?:-?(\d{2})-?(\d{2})|-?[Ww](\d{2})-?([1-7])|-?(\d{3}))/;
const TIME = /^(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?(?:[.,](\d+))?/;
const ZONE = /^\s*(Z|UTC|GMT|[+\u2212-]\d{2}(?::?\d{2})?)?\s*(?:\[!?([A-Za-z0-9_+/-]+)\])?$/i;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Offsets of a zone change at full quarters of an hour. */
const BLOCK_MS = 900_000;

/**
 * @param zone of a time without one: an IANA name
 * @returns UTC ms, digits after the millisecond cut; NaN for a text that is no ISO 8601 date or time
 */
export function parseAnyIsoMs(text: string, zone: string): number {
  const date = DATE.exec(text);
  if (date === null) return Number.NaN;
  const dayMs = dayOf(date);
  const afterDate = text.slice(date[0].length);
  if (Number.isNaN(dayMs) || afterDate === '') return dayMs;
  const timeText = afterDate.replace(/^([Tt]|\s+|_)/, '');
  // Only the basic format may leave out the separator.
  if (timeText === afterDate && !/^\d{14}/.test(text)) return Number.NaN;
  const time = TIME.exec(timeText);
  if (time === null) return Number.NaN;
  const timeMs = timeOfDay(time);
  const zoned = ZONE.exec(timeText.slice(time[0].length));
  if (zoned === null || Number.isNaN(timeMs)) return Number.NaN;
  const [, offset, name] = zoned;
  const localMs = dayMs + timeMs;
  if (offset !== undefined) return localMs - offsetMs(offset);
  if (name !== undefined) return isTimeZone(name) ? utcOf(localMs, name) : Number.NaN;
  return utcOf(localMs, zone);
}

function dayOf([, year, month, day, week, weekday, ordinal]: RegExpExecArray): number {
  // `Date.UTC` takes years below 100 for those of the twentieth century. The calendar repeats every 400 years.
  if (Number(year) < 100) return Date.UTC(Number(year) + 400, 0, 1) - 400 * 365.2425 * DAY_MS;
  const y = Number(year);
  if (month !== undefined) {
    const ms = Date.UTC(y, Number(month) - 1, Number(day));
    // `Date.UTC` turns 31 February into 3 March.
    return new Date(ms).getUTCMonth() === Number(month) - 1 && Number(day) > 0 ? ms : Number.NaN;
  }
  const newYearMs = Date.UTC(y, 0, 1);
  if (ordinal !== undefined) {
    const ms = newYearMs + (Number(ordinal) - 1) * DAY_MS;
    return new Date(ms).getUTCFullYear() === y && ordinal !== '000' ? ms : Number.NaN;
  }
  // Week 1 is the one with the fourth of January; weeks begin on Monday.
  const fourth = Date.UTC(y, 0, 4);
  const mondayMs = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
  return Number(week) >= 1 && Number(week) <= 53
    ? mondayMs + ((Number(week) - 1) * 7 + Number(weekday) - 1) * DAY_MS
    : Number.NaN;
}

/** A fraction belongs to the smallest unit that is written. */
function timeOfDay([, hour, minute, second, fraction]: RegExpExecArray): number {
  const [h, m, s] = [Number(hour), Number(minute ?? 0), Number(second ?? 0)];
  // 24:00 ends the day. A leap second is the first one of the next minute.
  const isValid = h <= 23 ? m <= 59 && s <= 60 : h === 24 && m === 0 && s === 0 && Number(fraction ?? 0) === 0;
  if (!isValid) return Number.NaN;
  const unitMs = second !== undefined ? 1000 : minute !== undefined ? MINUTE_MS : HOUR_MS;
  const fractionMs =
    fraction === undefined
      ? 0
      : Math.floor(Number(`${fraction.slice(0, 12)}e-${Math.min(fraction.length, 12)}`) * unitMs + 1e-6);
  return h * HOUR_MS + m * MINUTE_MS + s * 1000 + fractionMs;
}

function offsetMs(offset: string): number {
  if (/^[a-z]/i.test(offset)) return 0;
  const digits = offset.replace(/\D/g, '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (offset.startsWith('+') ? 1 : -1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}

/** The quarter of an hour that was asked for last, and its offset, by zone. */
const lastBlocks = new Map<string, { block: number; offsetMs: number }>();
const MAX_ZONES = 1000;

function utcOf(localMs: number, zone: string): number {
  if (zone === 'UTC') return localMs;
  const block = Math.floor(localMs / BLOCK_MS);
  const last = lastBlocks.get(zone);
  if (last?.block === block) return localMs - last.offsetMs;
  const ms = fromLocalMs(zone, localMs);
  if (lastBlocks.size >= MAX_ZONES) lastBlocks.clear();
  lastBlocks.set(zone, { block, offsetMs: localMs - ms });
  return ms;
}
