// Until when machines keep a status: fixed choices in local time, and a time of one's own.

export const STATUS_ENDS = ['none', 'shift', 'tomorrow', 'monday', 'time'] as const;
export type StatusEnd = (typeof STATUS_ENDS)[number];

/** When the day of a plant begins. */
const MORNING_HOUR = 6;
const MONDAY = 1;
const DAYS = 7;

/** null: no end. NaN where there is none to be had: an empty own time, or no shift. `own` is local, as browsers write it. */
export function statusEnd(choice: StatusEnd, own: string, shiftEndMs: number | null, nowMs: number): number | null {
  if (choice === 'none') return null;
  if (choice === 'shift') return shiftEndMs ?? Number.NaN;
  if (choice === 'time') return new Date(own).getTime();
  const now = new Date(nowMs);
  if (choice === 'tomorrow') return morningAfter(now, 1);
  // On a Monday the next one is meant, unless it is not six yet.
  const days = (MONDAY - now.getDay() + DAYS) % DAYS;
  const sameDay = morningAfter(now, days);
  return sameDay > nowMs ? sameDay : morningAfter(now, days + DAYS);
}

const morningAfter = (now: Date, days: number): number =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_HOUR).getTime();
