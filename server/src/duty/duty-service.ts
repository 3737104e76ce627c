// Keeps the shift calendar and the duty schedules in memory, and says who is on duty and which shift it is.

import type { ShiftCalendar } from '@gonsters/contract';
import type { EventBus } from '../events/event-bus.ts';
import { readAgain } from '../read-again.ts';
import {
  type DutyOverride,
  type DutyRepository,
  type DutySchedule,
  type StoredDuty,
  unknownSchedule,
} from './duty-repository.ts';
import { type Duty, type DutyTime, dutiesBetween, gapsOf, onDutyAt } from './rules/duty-times.ts';
import { type Shift, ShiftPlan } from './rules/shift-calendar.ts';

/** What is in force until somebody sets a calendar. Its zone is that of the plant. */
const NO_SHIFTS: Omit<ShiftCalendar, 'zone'> = {
  pattern: 'none',
  starts_on: '2026-01-01',
  shifts: [],
  crews: [],
  cycle: [],
  holidays: [],
};

export class DutyService {
  readonly #repository: DutyRepository;
  readonly #bus: EventBus;
  readonly #plantZone: () => string;
  #calendar: StoredDuty['calendar'] = null;
  #plan: ShiftPlan | null = null;
  #schedules: ReadonlyMap<string, DutySchedule> = new Map();
  #overrides: ReadonlyMap<string, readonly DutyOverride[]> = new Map();
  /** Increases with every change that this node makes. */
  #changes = 0;

  constructor(deps: { repository: DutyRepository; bus: EventBus; plantZone: () => string }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#plantZone = deps.plantZone;
  }

  /** Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    await this.reload();
  }

  /** Reads everything again, after another node changed something. */
  async reload(): Promise<void> {
    await readAgain(
      () => this.#changes,
      () => this.#repository.all(),
      ({ calendar, schedules, overrides }) => {
        this.#calendar = calendar;
        this.#plan = null;
        this.#schedules = new Map(schedules.map((schedule) => [schedule.id, schedule]));
        const grouped = new Map<string, DutyOverride[]>(schedules.map(({ id }) => [id, []]));
        for (const override of overrides) grouped.get(override.scheduleId)?.push(override);
        this.#overrides = grouped;
      },
    );
  }

  /** Does `change`, which writes to the repository, and reads what it made. Rejects as `change` does. */
  async changing<T>(change: () => Promise<T>): Promise<T> {
    const result = await change();
    this.#changes++;
    await this.reload();
    this.#bus.publish({ kind: 'duty' });
    return result;
  }

  /** The shift calendar in force. */
  get calendar(): ShiftCalendar {
    return this.#shiftPlan.calendar;
  }

  /** When somebody changed the calendar last, UTC ms; 0 if nobody has. */
  get calendarChangedAtMs(): number {
    return this.#calendar?.updatedAtMs ?? 0;
  }

  /** By name. */
  get schedules(): readonly DutySchedule[] {
    return [...this.#schedules.values()];
  }

  /** @throws AppError `not_found` */
  schedule(id: string): DutySchedule {
    const schedule = this.#schedules.get(id);
    if (schedule === undefined) throw unknownSchedule(id);
    return schedule;
  }

  /** The oldest first. */
  overridesOf(scheduleId: string): readonly DutyOverride[] {
    return this.#overrides.get(scheduleId) ?? [];
  }

  /** The id of the user who is on duty at that moment, UTC ms. null: nobody, or there is no such schedule. */
  onDuty(scheduleId: string, atMs: number): string | null {
    const schedule = this.#schedules.get(scheduleId);
    if (schedule === undefined) return null;
    return onDutyAt(schedule.rules, this.#shiftPlan, this.overridesOf(scheduleId), atMs);
  }

  /** What is planned in [fromMs, toMs), with gaps. Empty where there is no such schedule. */
  duties(scheduleId: string, fromMs: number, toMs: number): Duty[] {
    const schedule = this.#schedules.get(scheduleId);
    if (schedule === undefined) return [];
    return dutiesBetween(schedule.rules, this.#shiftPlan, this.overridesOf(scheduleId), fromMs, toMs);
  }

  /** When nobody is on duty in [fromMs, toMs) although somebody has to be. */
  gaps(scheduleId: string, fromMs: number, toMs: number): DutyTime[] {
    return gapsOf(this.duties(scheduleId, fromMs, toMs));
  }

  /** Whether the plant has shifts. */
  get hasShifts(): boolean {
    return this.#shiftPlan.hasShifts;
  }

  /** null where there is no shift at that moment. */
  shiftAt(atMs: number): Shift | null {
    return this.#shiftPlan.at(atMs);
  }

  /** Every shift of which a part is in [fromMs, toMs), whole and in order. */
  shiftsBetween(fromMs: number, toMs: number): Shift[] {
    return this.#shiftPlan.between(fromMs, toMs);
  }

  /** The last shift that is over at that moment; null if there is none. */
  shiftBefore(atMs: number): Shift | null {
    return this.#shiftPlan.before(atMs);
  }

  /** The first shift that begins at that moment or after it; null if there is none. */
  shiftAfter(atMs: number): Shift | null {
    return this.#shiftPlan.after(atMs);
  }

  /** Whether the day of production at that moment is a holiday. */
  isHoliday(atMs: number): boolean {
    return this.#shiftPlan.isHoliday(this.#shiftPlan.dayAt(atMs));
  }

  get #shiftPlan(): ShiftPlan {
    const stored = this.#calendar?.value;
    const zone = stored?.zone ?? this.#plantZone();
    if (this.#plan === null || this.#plan.calendar.zone !== zone)
      this.#plan = new ShiftPlan(stored ?? { ...NO_SHIFTS, zone });
    return this.#plan;
  }
}
