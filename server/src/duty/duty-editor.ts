// What people do to the shift calendar and the duty schedules.

import { randomUUID } from 'node:crypto';
import { type Fault, MOST_DUTY_OVERRIDES, MOST_DUTY_SCHEDULES, type ShiftCalendar } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { DutyOverride, DutyRepository, DutySchedule } from './duty-repository.ts';
import type { DutyService } from './duty-service.ts';
import { calendarFaults } from './rules/calendar-faults.ts';
import type { DutyRules } from './rules/duty-times.ts';

const LONGEST_OVERRIDE_MS = 366 * 86_400_000;

export interface DutyEditorDeps {
  duty: DutyService;
  repository: DutyRepository;
  /** Whether it is the id of an active user. */
  isPerson: (userId: string) => boolean;
  clock: Clock;
}

export class DutyEditor {
  readonly #deps: DutyEditorDeps;

  constructor(deps: DutyEditorDeps) {
    this.#deps = deps;
  }

  /** Rejects with `validation_failed`, and with `conflict` where schedules rotate by its shifts and it has none. */
  async setCalendar(calendar: ShiftCalendar, by: string): Promise<void> {
    const { duty, repository, clock } = this.#deps;
    refuse(calendarFaults(calendar));
    const byShift = duty.schedules.find(({ rules }) => rules.rotation === 'shift');
    if (calendar.pattern === 'none' && byShift !== undefined) {
      throw new AppError('conflict', `The duty schedule ${byShift.name} rotates by shift; change it first`);
    }
    await duty.changing(() => repository.saveCalendar(calendar, by, later(duty.calendarChangedAtMs, clock)));
  }

  /** Rejects with `validation_failed`, `name_taken`, and with `conflict` where there are too many. @returns the id */
  async add(name: string, rules: DutyRules): Promise<string> {
    const { duty, repository, clock } = this.#deps;
    this.#check(rules);
    const id = randomUUID();
    await duty.changing(() => repository.create({ id, name, rules, createdAtMs: clock.nowMs() }, MOST_DUTY_SCHEDULES));
    return id;
  }

  /** Rejects as `add`, and with `not_found`. */
  async change(id: string, { name, ...rules }: Partial<DutyRules & { name: string }>): Promise<void> {
    await this.#update(id, (stored) => {
      const wanted = { ...stored.rules, ...rules };
      this.#check(wanted, rules.members === undefined ? stored.rules.members : []);
      return { ...stored, name: name ?? stored.name, rules: wanted };
    });
  }

  /** Rejects with `not_found`. */
  async remove(id: string): Promise<void> {
    const { duty, repository } = this.#deps;
    await duty.changing(() => repository.remove(id));
  }

  /** Rejects with `not_found`, `validation_failed`, and with `conflict` where there are too many. @returns the id */
  async addOverride(override: Omit<DutyOverride, 'id' | 'createdAtMs'>): Promise<string> {
    const { duty, repository, clock, isPerson } = this.#deps;
    const nowMs = clock.nowMs();
    const { fromMs, toMs, userId } = override;
    const faults: Fault[] = [];
    if (!isPerson(userId)) faults.push({ field: 'user_id', error: 'user_id must be an active user', value: userId });
    if (toMs <= fromMs) faults.push({ field: 'to', error: 'to must be after from' });
    else if (toMs <= nowMs) faults.push({ field: 'to', error: 'to must not be past' });
    else if (toMs - fromMs > LONGEST_OVERRIDE_MS)
      faults.push({ field: 'to', error: 'to must be within a year of from' });
    refuse(faults);
    const id = randomUUID();
    const newest = duty.overridesOf(override.scheduleId).at(-1)?.createdAtMs ?? 0;
    // Later than those before, because of several for the same time the newest counts.
    const createdAtMs = Math.max(nowMs, newest + 1);
    await duty.changing(() => repository.addOverride({ ...override, id, createdAtMs }, MOST_DUTY_OVERRIDES));
    return id;
  }

  /** Rejects with `not_found` where the schedule has no such override. */
  async removeOverride(scheduleId: string, id: string): Promise<void> {
    const { duty, repository } = this.#deps;
    this.override(scheduleId, id);
    await duty.changing(() => repository.removeOverride(id));
  }

  /** @throws AppError `not_found` */
  override(scheduleId: string, id: string): DutyOverride {
    const { duty } = this.#deps;
    const override = duty.overridesOf(duty.schedule(scheduleId).id).find((each) => each.id === id);
    if (override === undefined) throw new AppError('not_found', `The duty schedule has no override with the id ${id}`);
    return override;
  }

  /** Another link stops working. null: there is none any more. Rejects with `not_found`. */
  async setLink(id: string, tokenHash: string | null): Promise<void> {
    await this.#update(id, (stored) => ({ ...stored, tokenHash }));
  }

  async #update(id: string, change: Parameters<DutyRepository['update']>[1]): Promise<void> {
    const { duty, repository, clock } = this.#deps;
    const before: DutySchedule = duty.schedule(id);
    await duty.changing(() => repository.update(id, change, later(before.updatedAtMs, clock)));
  }

  /** @param known members that need not be checked: somebody may leave at this moment */
  #check(rules: DutyRules, known: DutyRules['members'] = []): void {
    const { duty, isPerson } = this.#deps;
    const faults: Fault[] = [];
    const isWrong = (userId: string | null) => userId !== null && !known.includes(userId) && !isPerson(userId);
    for (const [at, value] of rules.members.entries()) {
      if (isWrong(value)) faults.push({ field: `members.${at}`, error: `members.${at} must be an active user`, value });
    }
    if (rules.on_holidays !== null && !isPerson(rules.on_holidays)) {
      faults.push({ field: 'on_holidays', error: 'on_holidays must be an active user', value: rules.on_holidays });
    }
    if (rules.rotation === 'shift' && !duty.hasShifts) {
      faults.push({ field: 'rotation', error: 'rotation must not be shift while the shift calendar has no shifts' });
    }
    refuse(faults);
  }
}

/** Later than the change before, so that calendar programs see that there was one. */
const later = (beforeMs: number, clock: Clock) => Math.max(clock.nowMs(), beforeMs + 1);

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
}
