// Which crew works which shift on the days of a rotation.

import type { ShiftCalendar } from '@gonsters/contract';

/** One row for each day, with the number of the crew of each shift. */
type Rows = readonly (readonly number[])[];

const week = (row: readonly number[]): Rows => Array.from({ length: 7 }, () => row);

/** Two crews that change places every week. */
const TWO_BY_WEEK: Rows = [...week([0, 1]), ...week([1, 0])];
/** Three crews that move on every week: from the first shift to the second, and so on. */
const THREE_BY_WEEK: Rows = [...week([0, 1, 2]), ...week([2, 0, 1]), ...week([1, 2, 0])];
/** Two or three days on, two or three off, in 14 days; crews 0 and 1 by day, 2 and 3 by night (the 2-2-3 or Pitman schedule). */
const TWO_TWO_THREE: Rows = [0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1].map((crew) => [crew, crew + 2]);
/** Two mornings, two afternoons, two nights, two days off, in eight days. */
const TWO_TWO_TWO: Rows = Array.from({ length: 8 }, (_, day) =>
  [0, 1, 2].map((shift) => (((shift - Math.floor(day / 2)) % 4) + 4) % 4),
);
/** Two days, two nights, two days off, in six days. */
const FOUR_ON_TWO_OFF: Rows = Array.from({ length: 6 }, (_, day) =>
  [0, 1].map((shift) => (((shift - Math.floor(day / 2)) % 3) + 3) % 3),
);

/** By pattern and number of crews. */
const ROTATIONS: Readonly<Record<string, ReadonlyMap<number, Rows>>> = {
  '2x12': new Map([
    [2, TWO_BY_WEEK],
    [4, TWO_TWO_THREE],
  ]),
  '3x8': new Map([
    [3, THREE_BY_WEEK],
    [4, TWO_TWO_TWO],
  ]),
  '4on2off': new Map([[3, FOUR_ON_TWO_OFF]]),
};

/** How many crews a pattern can have, ascending; 0 means that its shifts have none. */
export function crewCounts(pattern: ShiftCalendar['pattern']): readonly number[] {
  const rotating = [...(ROTATIONS[pattern]?.keys() ?? [])];
  return pattern === '4on2off' ? rotating : [0, ...rotating];
}

/** One row for each day of the rotation, with the crew of each shift, null where it is not worked. null: the shifts have no crews. */
export function crewCycle({ pattern, crews, cycle }: ShiftCalendar): readonly (readonly (string | null)[])[] | null {
  if (pattern === 'custom') return cycle.length === 0 ? null : cycle;
  const rows = ROTATIONS[pattern]?.get(crews.length);
  return rows?.map((row) => row.map((crew) => crews[crew] ?? null)) ?? null;
}
