// The ticks of a time axis: at round local times of a time zone, also on days with a change of daylight saving time.

import { fromLocalMs, toLocalMs } from '@gonsters/contract';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Every change of a zone's offset in use today is a multiple of it. */
const QUARTER_MS = 15 * MINUTE_MS;

/** How the label of a tick is written. */
export type TickUnit = 'second' | 'minute' | 'day' | 'month';

export interface TimeTicks {
  unit: TickUnit;
  timesMs: number[];
}

const FIXED_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
];
const HOUR_STEPS = [1, 2, 3, 6, 12];
/** More days than this are not told apart by lines. */
const MOST_DAYS = 21;
const DAY_STEPS = [1, 2, 5, 10];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** The finest steps that give at most `most` ticks. */
export function timeTicks(fromMs: number, toMs: number, most: number, zone: string): TimeTicks {
  const span = toMs - fromMs;
  const fits = (stepMs: number) => span / stepMs <= most;
  const fixed = FIXED_STEPS_MS.find(fits);
  if (fixed !== undefined) {
    return { unit: fixed < MINUTE_MS ? 'second' : 'minute', timesMs: fixedTicks(fromMs, toMs, fixed, zone) };
  }
  const hours = HOUR_STEPS.find((step) => fits(step * HOUR_MS));
  if (hours !== undefined) return { unit: 'minute', timesMs: hourTicks(fromMs, toMs, hours, zone) };
  const days = DAY_STEPS.find((step) => fits(step * DAY_MS));
  if (days !== undefined) return { unit: 'day', timesMs: dayTicks(fromMs, toMs, days, zone) };
  const months = MONTH_STEPS.find((step) => fits(step * 30.4 * DAY_MS)) ?? 120;
  return { unit: 'month', timesMs: monthTicks(fromMs, toMs, months, zone) };
}

function fixedTicks(fromMs: number, toMs: number, stepMs: number, zone: string): number[] {
  const ticks: number[] = [];
  const offset = toLocalMs(zone, fromMs) - fromMs;
  for (let time = Math.ceil((fromMs + offset) / stepMs) * stepMs - offset; time <= toMs; time += stepMs) {
    ticks.push(time);
  }
  return ticks;
}

/** Walked in quarters of an hour, so that an hour that is missing or comes twice needs no rule of its own. */
function hourTicks(fromMs: number, toMs: number, hours: number, zone: string): number[] {
  const ticks: number[] = [];
  for (let time = Math.ceil(fromMs / QUARTER_MS) * QUARTER_MS; time <= toMs; time += QUARTER_MS) {
    const sinceMidnight = modulo(toLocalMs(zone, time), DAY_MS);
    if (sinceMidnight % (hours * HOUR_MS) === 0) ticks.push(time);
  }
  return ticks;
}

/** Where days begin in a range in which they can be told from each other. */
export function localMidnights({ fromMs, toMs }: { fromMs: number; toMs: number }, zone: string): number[] {
  return toMs - fromMs > MOST_DAYS * DAY_MS ? [] : dayTicks(fromMs, toMs, 1, zone);
}

/** Days of the month counted from the first: the 1st, 6th, 11th … of each for five. */
function dayTicks(fromMs: number, toMs: number, days: number, zone: string): number[] {
  const ticks: number[] = [];
  const first = Math.floor(toLocalMs(zone, fromMs) / DAY_MS) * DAY_MS;
  const last = toLocalMs(zone, toMs);
  for (let local = first; local <= last; local += DAY_MS) {
    const day = new Date(local).getUTCDate() - 1;
    // The 31st is too close to the 1st that follows.
    if (day % days !== 0 || (days > 1 && day === 30)) continue;
    keep(ticks, fromLocalMs(zone, local), fromMs, toMs);
  }
  return ticks;
}

function monthTicks(fromMs: number, toMs: number, months: number, zone: string): number[] {
  const ticks: number[] = [];
  const start = new Date(toLocalMs(zone, fromMs));
  const firstMonth = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let month = Math.ceil(firstMonth / months) * months; ; month += months) {
    const time = fromLocalMs(zone, Date.UTC(Math.floor(month / 12), month % 12, 1));
    if (time > toMs) return ticks;
    keep(ticks, time, fromMs, toMs);
  }
}

function keep(ticks: number[], time: number, fromMs: number, toMs: number): void {
  if (time >= fromMs && time <= toMs) ticks.push(time);
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;
