// Of which time a hand-over report is, and which reports come before and after it.

export interface ShiftTimes {
  readonly name: string;
  /** UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Shifts<Shift extends ShiftTimes> {
  shiftAt(atMs: number): Shift | null;
  shiftBefore(atMs: number): Shift | null;
  shiftAfter(atMs: number): Shift | null;
}

export interface ReportRange<Shift extends ShiftTimes> {
  readonly shift: Shift | null;
  readonly fromMs: number;
  /** Not later than the present. */
  readonly toMs: number;
  readonly isOver: boolean;
  /** Moments of the reports before and after. */
  readonly previousMs: number | null;
  readonly nextMs: number | null;
}

/** Without a shift. */
const REPORTED_MS = 8 * 3_600_000;

/** @param atMs not later than `nowMs` */
export function reportRange<Shift extends ShiftTimes>(
  shifts: Shifts<Shift>,
  atMs: number,
  nowMs: number,
): ReportRange<Shift> {
  const shift = shifts.shiftAt(atMs);
  const started = (moment: number | undefined) => (moment === undefined || moment > nowMs ? null : moment);
  if (shift !== null) {
    return {
      ...{ shift, fromMs: shift.fromMs, toMs: Math.min(shift.toMs, nowMs), isOver: shift.toMs <= nowMs },
      previousMs: shifts.shiftBefore(shift.fromMs)?.fromMs ?? null,
      nextMs: started(shifts.shiftAfter(shift.toMs)?.fromMs),
    };
  }
  const [before, after] = [shifts.shiftBefore(atMs), shifts.shiftAfter(atMs)];
  const hasShifts = before !== null || after !== null;
  return {
    ...{ shift: null, fromMs: atMs - REPORTED_MS, toMs: atMs, isOver: atMs < nowMs },
    previousMs: hasShifts ? (before?.fromMs ?? null) : atMs - REPORTED_MS,
    nextMs: hasShifts ? started(after?.fromMs) : atMs < nowMs ? Math.min(atMs + REPORTED_MS, nowMs) : null,
  };
}
