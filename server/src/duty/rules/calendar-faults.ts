// What is wrong with a shift calendar beyond the form of its fields.

import type { ShiftCalendar } from '@gonsters/contract';
import { crewCounts } from './crew-cycle.ts';
import { DAY_MINUTES } from './local-days.ts';
import { shiftTimes } from './shift-calendar.ts';

export interface Fault {
  readonly field: string;
  readonly error: string;
}

/** The number of shifts of a pattern whose shifts follow one another around the clock. */
const SHIFTS_A_DAY: Partial<Record<ShiftCalendar['pattern'], number>> = { '2x12': 2, '3x8': 3, '4on2off': 2 };

/** Empty where nothing is wrong. */
export function calendarFaults(calendar: ShiftCalendar): Fault[] {
  const faults: Fault[] = [];
  const add = (field: string, error: string) => faults.push({ field, error: `${field} ${error}` });
  const { pattern, shifts, crews, cycle, holidays } = calendar;
  if (hasTwice(holidays.map(({ date }) => date))) add('holidays', 'must not have a date twice');
  if (hasTwice(crews)) add('crews', 'must not have a name twice');
  if (hasTwice(shifts.map(({ name }) => name))) add('shifts', 'must not have a name twice');
  if (pattern === 'none') {
    if (shifts.length > 0) add('shifts', 'must be empty for the pattern none');
    return faults;
  }
  const wanted = SHIFTS_A_DAY[pattern];
  if (wanted !== undefined && shifts.length !== wanted) add('shifts', `must be ${wanted} for the pattern ${pattern}`);
  else if (shifts.length === 0) add('shifts', 'must not be empty for the pattern custom');
  else for (const error of orderFaults(calendar.shifts, wanted !== undefined)) add('shifts', error);
  if (pattern === 'custom') for (const error of cycleFaults(calendar)) add('cycle', error);
  else {
    if (cycle.length > 0) add('cycle', 'must be empty unless the pattern is custom');
    const counts = crewCounts(pattern);
    if (!counts.includes(crews.length)) add('crews', `must be ${spoken(counts)} for the pattern ${pattern}`);
  }
  return faults;
}

function orderFaults(shifts: ShiftCalendar['shifts'], mustTile: boolean): string[] {
  const times = shiftTimes(shifts);
  const first = times[0]?.from ?? 0;
  for (const [place, { to, name }] of times.entries()) {
    const next = times[place + 1];
    const nextFrom = next?.from ?? first + DAY_MINUTES;
    if (next !== undefined && next.from <= (times[place]?.from ?? 0))
      return ['must be in the order in which they begin'];
    if (to > nextFrom) return [`must not overlap: ${name} ends after the next one begins`];
    if (mustTile && to < nextFrom) return [`must follow one another: ${name} ends before the next one begins`];
  }
  return [];
}

function cycleFaults({ cycle, shifts, crews }: ShiftCalendar): string[] {
  const faults: string[] = [];
  if (cycle.some((row) => row.length !== shifts.length)) faults.push('must have one crew or null for each shift');
  const unknown = cycle.flat().find((crew) => crew !== null && !crews.includes(crew));
  if (unknown !== undefined) faults.push(`must only name the crews of the calendar; ${unknown} is none`);
  if (cycle.length > 0 && cycle.flat().every((crew) => crew === null)) faults.push('must have a shift that is worked');
  return faults;
}

const hasTwice = (names: readonly string[]) => new Set(names).size !== names.length;
const spoken = (counts: readonly number[]) => counts.join(', ').replace(/, (\d+)$/, ' or $1');
