// The shifts of a calendar as moments.

import type { ShiftCalendar } from '@gonsters/contract';
import { crewCycle } from './crew-cycle.ts';
import { DAY_MINUTES, dateOfDay, dayAt, dayOfDate, minutesOf, momentOf } from './local-days.ts';

export interface Shift {
  readonly name: string;
  readonly crew: string | null;
  /** UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly isHoliday: boolean;
  /** The number of the day of production. */
  readonly day: number;
  /** Of all shifts of all days, whether they are worked or not; it grows by one from each to the next. */
  readonly number: number;
}

/** Minutes since the midnight with which the day of production begins, at the first shift. `to` is greater than `from`. */
export interface ShiftTimes {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export function shiftTimes(shifts: ShiftCalendar['shifts']): ShiftTimes[] {
  const first = minutesOf(shifts[0]?.from ?? '00:00');
  return shifts.map(({ name, from: fromTime, to: toTime }) => {
    const from = minutesOf(fromTime) + (minutesOf(fromTime) < first ? DAY_MINUTES : 0);
    const to = minutesOf(toTime);
    return { name, from, to: to + DAY_MINUTES * Math.ceil((from + 1 - to) / DAY_MINUTES) };
  });
}

/** A cycle is no longer than this, so a shift that is worked at all is worked within as many days. */
const LONGEST_CYCLE_DAYS = 370;

export class ShiftPlan {
  readonly calendar: ShiftCalendar;
  readonly #shifts: readonly ShiftTimes[];
  readonly #cycle: ReturnType<typeof crewCycle>;
  readonly #firstDay: number;
  readonly #holidays: ReadonlySet<string>;

  /** The calendar has no faults. */
  constructor(calendar: ShiftCalendar) {
    this.calendar = calendar;
    this.#shifts = calendar.pattern === 'none' ? [] : shiftTimes(calendar.shifts);
    this.#cycle = crewCycle(calendar);
    this.#firstDay = dayOfDate(calendar.starts_on);
    this.#holidays = new Set(calendar.holidays.map(({ date }) => date));
  }

  /** Whether there is a shift at all, however the days are. */
  get hasShifts(): boolean {
    return this.#shifts.length > 0 && (this.#cycle?.some((row) => row.some((crew) => crew !== null)) ?? true);
  }

  /** The shift at that moment; null where there is none. */
  at(atMs: number): Shift | null {
    return this.between(atMs, atMs + 1)[0] ?? null;
  }

  /** Every shift of which a part is in [fromMs, toMs), whole and in order. */
  between(fromMs: number, toMs: number): Shift[] {
    if (this.#shifts.length === 0 || toMs <= fromMs) return [];
    const { zone } = this.calendar;
    const shifts: Shift[] = [];
    // A shift of the day of production before yesterday can last until this morning: it begins up to a day later and lasts up to a day.
    for (let day = dayAt(zone, fromMs) - 2; day <= dayAt(zone, toMs) + 1; day++) {
      for (const shift of this.#ofDay(day)) if (shift.fromMs < toMs && shift.toMs > fromMs) shifts.push(shift);
    }
    return shifts;
  }

  /** The last shift that is over at that moment; null if there is none. */
  before(atMs: number): Shift | null {
    return this.#nearest(atMs, -1, ({ toMs }) => toMs <= atMs);
  }

  /** The first shift that begins at that moment or after it; null if there is none. */
  after(atMs: number): Shift | null {
    return this.#nearest(atMs, 1, ({ fromMs }) => fromMs >= atMs);
  }

  isHoliday(day: number): boolean {
    return this.#holidays.has(dateOfDay(day));
  }

  /** The day of production at that moment: it begins with the first shift, or at midnight where there are no shifts. */
  dayAt(atMs: number): number {
    const { zone } = this.calendar;
    const today = dayAt(zone, atMs);
    return momentOf(zone, today, this.#shifts[0]?.from ?? 0) <= atMs ? today : today - 1;
  }

  #nearest(atMs: number, step: 1 | -1, fits: (shift: Shift) => boolean): Shift | null {
    if (!this.hasShifts) return null;
    const first = dayAt(this.calendar.zone, atMs) - 2 * step;
    for (let days = 0; days <= LONGEST_CYCLE_DAYS; days++) {
      const found = this.#ofDay(first + days * step).filter(fits);
      if (found.length > 0) return (step === 1 ? found[0] : found.at(-1)) as Shift;
    }
    return null;
  }

  #ofDay(day: number): Shift[] {
    const { zone } = this.calendar;
    const cycle = this.#cycle;
    const row = cycle?.[modulo(day - this.#firstDay, cycle.length)];
    return this.#shifts.flatMap(({ name, from, to }, place) => {
      const crew = row?.[place] ?? null;
      if (row !== undefined && crew === null) return [];
      const fromMs = momentOf(zone, day, from);
      const toMs = momentOf(zone, day, to);
      // Where clocks skip the whole shift it does not take place.
      if (fromMs >= toMs) return [];
      const number = day * this.#shifts.length + place;
      return [{ name, crew, fromMs, toMs, isHoliday: this.isHoliday(day), day, number }];
    });
  }
}

/** From 0, also for a negative number. */
export const modulo = (number: number, by: number): number => ((number % by) + by) % by;
