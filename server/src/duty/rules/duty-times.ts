// Who is on duty when, by the rotation of a schedule, its holidays, hours and overrides.

import type { DutyRotation } from '@gonsters/contract';
import { DAY_MINUTES, dayAt, dayOfDate, minutesOf, momentOf, weekdayOf } from './local-days.ts';
import { modulo, type ShiftPlan } from './shift-calendar.ts';

/** What people set of a schedule. */
export interface DutyRules {
  readonly zone: string;
  readonly rotation: DutyRotation;
  readonly hand_over: string;
  readonly weekday: number;
  readonly starts_on: string;
  readonly members: readonly (string | null)[];
  readonly hours: { readonly weekdays: readonly number[]; readonly from: string; readonly to: string } | null;
  readonly on_holidays: string | null;
}

export interface DutyTime {
  /** UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface DutyOverrideTime extends DutyTime {
  readonly id: string;
  readonly userId: string;
}

export interface Duty extends DutyTime {
  /** null: a gap. */
  readonly userId: string | null;
  /** Stays the same while the rules do, whatever range is asked for. */
  readonly key: string;
  readonly isOverride: boolean;
}

/**
 * Everything in [fromMs, toMs), in order and without overlaps. What is in none of them is not planned: before the schedule begins,
 * and outside of its hours.
 *
 * @param overrides the newest last: of several for the same time it counts
 */
export function dutiesBetween(
  rules: DutyRules,
  plan: ShiftPlan,
  overrides: readonly DutyOverrideTime[],
  fromMs: number,
  toMs: number,
): Duty[] {
  if (toMs <= fromMs) return [];
  let duties = rotationOf(rules, plan, fromMs, toMs);
  const { hours } = rules;
  if (hours !== null) duties = within(duties, hourTimes(rules.zone, hours, fromMs, toMs));
  for (const override of overrides) {
    // One that is over may have divided a turn that is not, whose parts have keys of their own.
    if (override.fromMs >= toMs) continue;
    const { userId } = override;
    duties = withOverride(duties, { ...override, userId, key: `override-${override.id}`, isOverride: true });
  }
  return duties
    .filter((duty) => duty.fromMs < toMs && duty.toMs > fromMs)
    .map((duty) => ({ ...duty, fromMs: Math.max(duty.fromMs, fromMs), toMs: Math.min(duty.toMs, toMs) }));
}

/** Who is on duty at a moment; null: nobody. As `dutiesBetween` says, but faster with many overrides. */
export function onDutyAt(
  rules: DutyRules,
  plan: ShiftPlan,
  overrides: readonly DutyOverrideTime[],
  atMs: number,
): string | null {
  const override = overrides.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return override?.userId ?? dutiesBetween(rules, plan, [], atMs, atMs + 1)[0]?.userId ?? null;
}

/** When nobody is on duty although somebody has to be; times that touch are one. */
export function gapsOf(duties: readonly Duty[]): DutyTime[] {
  const gaps: DutyTime[] = [];
  for (const { userId, fromMs, toMs } of duties) {
    if (userId !== null) continue;
    const last = gaps.at(-1);
    if (last?.toMs === fromMs) gaps[gaps.length - 1] = { fromMs: last.fromMs, toMs };
    else gaps.push({ fromMs, toMs });
  }
  return gaps;
}

/** Until when somebody stays on duty; `duties` begin at the present. */
export function untilOf(duties: readonly Duty[]): number | null {
  const [first] = duties;
  if (first === undefined || first.userId === null) return null;
  let untilMs = first.toMs;
  for (const { userId, fromMs, toMs } of duties.slice(1)) {
    if (userId !== first.userId || fromMs !== untilMs) break;
    untilMs = toMs;
  }
  return untilMs;
}

/** The turns of the members, whole. */
function rotationOf(rules: DutyRules, plan: ShiftPlan, fromMs: number, toMs: number): Duty[] {
  const { zone, members, on_holidays: onHolidays } = rules;
  const first = dayOfDate(rules.starts_on);
  const memberOf = (turn: number) => members[modulo(turn, members.length)] ?? null;
  const duty = (turn: number, part: string, from: number, to: number, isHoliday: boolean): Duty => ({
    fromMs: from,
    toMs: to,
    userId: isHoliday && onHolidays !== null ? onHolidays : memberOf(turn),
    key: part,
    isOverride: false,
  });
  if (rules.rotation === 'shift') {
    const shiftsADay = Math.max(1, plan.calendar.shifts.length);
    return plan
      .between(fromMs, toMs)
      .filter(({ day }) => day >= first)
      .map(({ number, fromMs: from, toMs: to, isHoliday }) =>
        duty(number - first * shiftsADay, `shift-${number}`, from, to, isHoliday),
      );
  }
  const handOver = minutesOf(rules.hand_over);
  const anchor = first - modulo(weekdayOf(first) - rules.weekday, 7);
  const turnOf = (day: number) => (rules.rotation === 'day' ? day - first : Math.floor((day - anchor) / 7));
  const duties: Duty[] = [];
  const lastDay = dayAt(zone, toMs);
  let day = Math.max(first, dayAt(zone, fromMs) - 1);
  // From the beginning of the turn, so that its parts have the same keys whatever range is asked for.
  while (day > first && turnOf(day - 1) === turnOf(day)) day--;
  for (; day <= lastDay; day++) {
    const from = momentOf(zone, day, handOver);
    const to = momentOf(zone, day + 1, handOver);
    const next = duty(turnOf(day), `day-${day}`, from, to, plan.isHoliday(day));
    const last = duties.at(-1);
    const isSame = last !== undefined && turnOf(day - 1) === turnOf(day) && last.userId === next.userId;
    if (isSame) duties[duties.length - 1] = { ...last, toMs: to };
    else if (from < to) duties.push(next);
  }
  return duties;
}

function hourTimes(zone: string, hours: NonNullable<DutyRules['hours']>, fromMs: number, toMs: number): DutyTime[] {
  const from = minutesOf(hours.from);
  const end = minutesOf(hours.to);
  const to = end > from ? end : end + DAY_MINUTES;
  const times: DutyTime[] = [];
  for (let day = dayAt(zone, fromMs) - 2; day <= dayAt(zone, toMs) + 1; day++) {
    if (!hours.weekdays.includes(weekdayOf(day))) continue;
    times.push({ fromMs: momentOf(zone, day, from), toMs: momentOf(zone, day, to) });
  }
  return times;
}

/** The parts of the duties that are in `times`; both are in order. */
function within(duties: readonly Duty[], times: readonly DutyTime[]): Duty[] {
  return duties.flatMap((duty) =>
    times.flatMap((time) => {
      const fromMs = Math.max(duty.fromMs, time.fromMs);
      const toMs = Math.min(duty.toMs, time.toMs);
      return fromMs < toMs ? [{ ...duty, fromMs, toMs, key: `${duty.key}-${time.fromMs}` }] : [];
    }),
  );
}

/** What is left of the others, with the override at its place. */
function withOverride(duties: readonly Duty[], override: Duty): Duty[] {
  const left = duties.flatMap((duty) => {
    if (duty.toMs <= override.fromMs || duty.fromMs >= override.toMs) return [duty];
    return [
      ...(duty.fromMs < override.fromMs ? [{ ...duty, toMs: override.fromMs }] : []),
      ...(duty.toMs > override.toMs ? [{ ...duty, fromMs: override.toMs, key: `${duty.key}-${override.key}` }] : []),
    ];
  });
  return [...left, override].sort((a, b) => a.fromMs - b.fromMs);
}
