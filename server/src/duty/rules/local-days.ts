// Days and times of day of a zone as moments. Days are numbered: 1970-01-01 is 0.

import { fromLocalMs, toLocalMs, zoneOffsetMs } from '@gonsters/contract';

const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
/** Zones that moved across the date line skipped a whole day. */
const LONGEST_SKIP_MS = 25 * 60 * MINUTE_MS;

/** @param date such as `2026-01-31` */
export const dayOfDate = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** From 1, Monday, to 7, Sunday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
/** The day that it is in the zone. */
export const dayAt = (zone: string, atMs: number): number => Math.floor(toLocalMs(zone, atMs) / DAY_MS);

/** @param time such as `06:00`; minutes since midnight are returned */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * The moment at which clocks of the zone show that time, counted in minutes from the midnight with which the day begins; it may be
 * past the end of the day. It never decreases as day and minutes increase: a time that occurs twice is the first one, and a time that
 * clocks skip is the moment at which they skip it.
 */
export function momentOf(zone: string, day: number, minutes: number): number {
  const localMs = day * DAY_MS + minutes * MINUTE_MS;
  const atMs = fromLocalMs(zone, localMs);
  return toLocalMs(zone, atMs) === localMs ? atMs : lastChangeBefore(zone, atMs);
}

/** When the offset that is in force at `atMs` began, not longer ago than any zone has skipped. */
function lastChangeBefore(zone: string, atMs: number): number {
  const offset = zoneOffsetMs(zone, atMs);
  let before = atMs - LONGEST_SKIP_MS;
  let after = atMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zoneOffsetMs(zone, middle) === offset) after = middle;
    else before = middle;
  }
  return after;
}
