// When the channels test themselves: each Monday at 06:00 of the plant. Pure.

import { fromLocalMs, toLocalMs } from '@gonsters/contract';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
const AT_MS = 6 * HOUR_MS;

/**
 * The newest Monday 06:00 that is not later than now, as the clocks of the zone show it.
 *
 * @param zone IANA
 */
export function lastSelfTestMs(nowMs: number, zone: string): number {
  const week = Math.floor((toLocalMs(zone, nowMs) - FIRST_MONDAY_MS - AT_MS) / WEEK_MS);
  const local = FIRST_MONDAY_MS + week * WEEK_MS + AT_MS;
  const atMs = fromLocalMs(zone, local);
  return atMs <= nowMs ? atMs : fromLocalMs(zone, local - WEEK_MS);
}
