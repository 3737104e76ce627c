// The shift calendar while it is edited: what each pattern begins with.

import type { ShiftCalendar, ShiftPattern } from '@gonsters/contract';

export const PATTERNS = ['none', '2x12', '3x8', '4on2off', 'custom'] as const satisfies readonly ShiftPattern[];

interface ShiftNames {
  day: string;
  morning: string;
  afternoon: string;
  night: string;
}

type Shifts = ShiftCalendar['shifts'];

const twelve = ({ day, night }: ShiftNames): Shifts => [
  { name: day, from: '06:00', to: '18:00' },
  { name: night, from: '18:00', to: '06:00' },
];
const eight = ({ morning, afternoon, night }: ShiftNames): Shifts => [
  { name: morning, from: '06:00', to: '14:00' },
  { name: afternoon, from: '14:00', to: '22:00' },
  { name: night, from: '22:00', to: '06:00' },
];
const COUNTS: Record<ShiftPattern, number | null> = { none: 0, '2x12': 2, '3x8': 3, '4on2off': 2, custom: null };
const THREE_CREWS = ['A', 'B', 'C'];

/** Shifts that fit the pattern stay as they are; the rest begins with what is usual. */
export function withPattern(calendar: ShiftCalendar, pattern: ShiftPattern, names: ShiftNames): ShiftCalendar {
  const count = COUNTS[pattern];
  const fits = count === null ? calendar.shifts.length > 0 : calendar.shifts.length === count;
  const usual = pattern === 'none' ? [] : pattern === '3x8' ? eight(names) : twelve(names);
  const shifts = fits ? calendar.shifts : usual;
  const crews =
    pattern === 'none' ? [] : pattern === '4on2off' && calendar.crews.length !== 3 ? THREE_CREWS : calendar.crews;
  return cycleFitted({ ...calendar, pattern, shifts, crews });
}

/** Rows of the rotation have one place for each shift; there are rows only where the pattern is one's own. */
export function cycleFitted(calendar: ShiftCalendar): ShiftCalendar {
  if (calendar.pattern !== 'custom') return { ...calendar, cycle: [] };
  const known = new Set(calendar.crews);
  const cycle = calendar.cycle.map((row) =>
    calendar.shifts.map((_, place) => {
      const crew = row[place] ?? null;
      return crew !== null && known.has(crew) ? crew : null;
    }),
  );
  return { ...calendar, cycle: known.size === 0 ? [] : cycle };
}

/** Names between commas, each once. */
export const crewsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];

/** What can be stored: everything has a name and a date. */
export const isCompleteCalendar = ({ shifts, holidays, starts_on: start }: ShiftCalendar): boolean =>
  start !== '' &&
  shifts.every(({ name, from, to }) => name.trim() !== '' && from !== '' && to !== '') &&
  holidays.every(({ date, name }) => date !== '' && name.trim() !== '');
