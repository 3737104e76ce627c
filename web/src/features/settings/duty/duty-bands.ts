// A week of duties as bands: where each begins and how wide it is, in the wall clock of a time zone.

import { fromLocalMs, toLocalMs } from '@gonsters/contract';

const DAY_MS = 86_400_000;
const DAYS = 7;

export interface Duty {
  from: string;
  to: string;
  user_id: string | null;
  name: string | null;
  is_override: boolean;
}

export interface Band extends Duty {
  /** In percent of the week. */
  left: number;
  width: number;
  fromMs: number;
  toMs: number;
  /** Neighbours differ in shade, and the same person has the same one as far as that allows. */
  isOther: boolean;
}

export interface Week {
  /** Midnight of each day, and of the one after the last. */
  days: readonly number[];
  fromMs: number;
  toMs: number;
}

/** The week from Monday to Sunday that contains `timeMs`, moved by `weeks`. */
export function weekOf(zone: string, timeMs: number, weeks = 0): Week {
  const localMs = toLocalMs(zone, timeMs);
  const midnight = Math.floor(localMs / DAY_MS) * DAY_MS;
  // 1 January 1970 was a Thursday.
  const sinceMonday = (Math.floor(localMs / DAY_MS) + 3) % DAYS;
  const monday = midnight - (sinceMonday - weeks * DAYS) * DAY_MS;
  const days = Array.from({ length: DAYS + 1 }, (_, day) => fromLocalMs(zone, monday + day * DAY_MS));
  return { days, fromMs: days[0] as number, toMs: days[DAYS] as number };
}

/** Percent of the week. Every day is as wide as the others, also one of 23 or 25 hours. */
export function placeInWeek({ days }: Week, timeMs: number): number {
  if (timeMs <= (days[0] as number)) return 0;
  for (let day = 0; day < DAYS; day += 1) {
    const [from, to] = [days[day] as number, days[day + 1] as number];
    if (timeMs < to) return (100 * (day + (timeMs - from) / (to - from))) / DAYS;
  }
  return 100;
}

/** Those that touch the week, cut to it. */
export function dutyBands(week: Week, duties: readonly Duty[]): Band[] {
  const shades = new Map<string, boolean>();
  let before: Band | null = null;
  const bands: Band[] = [];
  for (const duty of duties) {
    const fromMs = Math.max(Date.parse(duty.from), week.fromMs);
    const toMs = Math.min(Date.parse(duty.to), week.toMs);
    if (fromMs >= toMs) continue;
    const left = placeInWeek(week, fromMs);
    const isOther = shadeOf(shades, duty, before);
    before = { ...duty, fromMs, toMs, left, width: placeInWeek(week, toMs) - left, isOther };
    bands.push(before);
  }
  return bands;
}

function shadeOf(shades: Map<string, boolean>, { user_id: user }: Duty, before: Band | null): boolean {
  if (user === null) return false;
  const wanted = shades.get(user) ?? shades.size % 2 === 1;
  const clashes = before !== null && before.user_id !== null && before.user_id !== user && before.isOther === wanted;
  const shade = clashes ? !wanted : wanted;
  if (!shades.has(user)) shades.set(user, shade);
  return shade;
}
