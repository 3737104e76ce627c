// The stored shift calendar and duty schedules.

import type { ShiftCalendar } from '@gonsters/contract';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import type { DutyOverrideTime, DutyRules, DutyTime } from './rules/duty-times.ts';

/** There is one calendar. */
const PLANT = 'plant';

export interface DutyOverride extends DutyOverrideTime {
  readonly scheduleId: string;
  readonly reason: string;
  readonly createdAtMs: number;
  /** Id of a user. */
  readonly createdBy: string;
}

export interface DutySchedule {
  readonly id: string;
  readonly name: string;
  readonly rules: DutyRules;
  /** Of the token of the calendar link; null where there is none. */
  readonly tokenHash: string | null;
  /** UTC ms. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface StoredDuty {
  /** null until somebody sets it. */
  calendar: { value: ShiftCalendar; updatedAtMs: number } | null;
  schedules: DutySchedule[];
  /** The oldest first. */
  overrides: DutyOverride[];
}

/** Every method rejects with `store_unavailable` while the database cannot be reached. */
export class DutyRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<StoredDuty> {
    const { db } = this.#database;
    const [calendar, schedules, overrides] = await Promise.all([
      db.selectFrom('shift_calendar').selectAll().executeTakeFirst(),
      db.selectFrom('duty_schedules').selectAll().orderBy('name_key').execute(),
      db.selectFrom('duty_overrides').selectAll().orderBy('created_at').orderBy('id').execute(),
    ]);
    return {
      calendar: calendar
        ? { value: JSON.parse(calendar.definition) as ShiftCalendar, updatedAtMs: calendar.updated_at }
        : null,
      schedules: schedules.map(toSchedule),
      overrides: overrides.map(toOverride),
    };
  }

  async saveCalendar(calendar: ShiftCalendar, by: string, nowMs: number): Promise<void> {
    const values = { definition: JSON.stringify(calendar), updated_at: nowMs, updated_by: by };
    await this.#database.db
      .insertInto('shift_calendar')
      .values({ name: PLANT, ...values })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
      .execute();
  }

  /** Rejects with `name_taken`, and with `conflict` where there are `most` already. */
  async create({ id, name, rules, createdAtMs }: Omit<DutySchedule, 'tokenHash' | 'updatedAtMs'>, most: number) {
    const { db, engine } = this.#database;
    const row = {
      ...{ id, name, name_key: nameKey(name), definition: JSON.stringify(rules), token_hash: null },
      ...{ created_at: createdAtMs, updated_at: createdAtMs },
    };
    await this.#unlessTaken(
      db.transaction().execute(async (transaction) => {
        await engine.lock(transaction, 'duty');
        const { count } = await transaction
          .selectFrom('duty_schedules')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) >= most) throw new AppError('conflict', `There can be at most ${most} duty schedules`);
        await transaction.insertInto('duty_schedules').values(row).execute();
      }),
    );
  }

  /** `change` returns what the schedule becomes. Rejects with `not_found` and `name_taken`. */
  async update(
    id: string,
    change: (stored: DutySchedule) => Pick<DutySchedule, 'name' | 'rules' | 'tokenHash'>,
    nowMs: number,
  ): Promise<void> {
    const { db, engine } = this.#database;
    await this.#unlessTaken(
      db.transaction().execute(async (transaction) => {
        await engine.lock(transaction, 'duty');
        const row = await transaction.selectFrom('duty_schedules').selectAll().where('id', '=', id).executeTakeFirst();
        if (row === undefined) throw unknownSchedule(id);
        const { name, rules, tokenHash } = change(toSchedule(row));
        const values = { name, name_key: nameKey(name), definition: JSON.stringify(rules), token_hash: tokenHash };
        await transaction
          .updateTable('duty_schedules')
          .set({ ...values, updated_at: nowMs })
          .where('id', '=', id)
          .execute();
      }),
    );
  }

  /** With its overrides. Rejects with `not_found`. */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('duty_schedules')
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw unknownSchedule(id);
  }

  /** Rejects with `not_found` where there is no such schedule, and with `conflict` where `most` of its overrides are not over. */
  async addOverride(override: DutyOverride, most: number): Promise<void> {
    const { db, engine } = this.#database;
    const { id, scheduleId, userId, fromMs, toMs, reason, createdAtMs, createdBy } = override;
    await db.transaction().execute(async (transaction) => {
      await engine.lock(transaction, 'duty');
      const schedule = await transaction
        .selectFrom('duty_schedules')
        .select('id')
        .where('id', '=', scheduleId)
        .executeTakeFirst();
      if (schedule === undefined) throw unknownSchedule(scheduleId);
      const { count } = await transaction
        .selectFrom('duty_overrides')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('schedule_id', '=', scheduleId)
        .where('ends_at', '>', createdAtMs)
        .executeTakeFirstOrThrow();
      if (Number(count) >= most) throw new AppError('conflict', `A duty schedule can have at most ${most} overrides`);
      await transaction
        .insertInto('duty_overrides')
        .values({
          ...{ id, schedule_id: scheduleId, user_id: userId, starts_at: fromMs, ends_at: toMs, reason },
          ...{ created_at: createdAtMs, created_by: createdBy },
        })
        .execute();
    });
  }

  /** Does nothing where it does not exist. */
  async removeOverride(id: string): Promise<void> {
    await this.#database.db.deleteFrom('duty_overrides').where('id', '=', id).execute();
  }

  /** Takes a person out of every schedule: the turns stay, with nobody. */
  async removePerson(userId: string, nowMs: number): Promise<void> {
    const { db, engine } = this.#database;
    await db.transaction().execute(async (transaction) => {
      await engine.lock(transaction, 'duty');
      for (const row of await transaction.selectFrom('duty_schedules').selectAll().execute()) {
        const { rules } = toSchedule(row);
        const left: DutyRules = {
          ...rules,
          members: rules.members.map((member) => (member === userId ? null : member)),
          on_holidays: rules.on_holidays === userId ? null : rules.on_holidays,
        };
        const definition = JSON.stringify(left);
        if (definition === row.definition) continue;
        await transaction
          .updateTable('duty_schedules')
          .set({ definition, updated_at: nowMs })
          .where('id', '=', row.id)
          .execute();
      }
      await transaction
        .deleteFrom('duty_overrides')
        .where('user_id', '=', userId)
        .where('ends_at', '>', nowMs)
        .execute();
    });
  }

  /** Who is in a schedule, or in an override that is not over, and is no active user. */
  async orphans(nowMs: number): Promise<string[]> {
    const { db } = this.#database;
    // Users are read last: whoever is in a schedule existed before that.
    const { schedules, overrides } = await this.all();
    const users = await db.selectFrom('users').select('id').where('is_active', '=', 1).execute();
    const active = new Set(users.map(({ id }) => id));
    const planned = [
      ...schedules.flatMap(({ rules }) => [...rules.members, rules.on_holidays]),
      ...overrides.flatMap(({ userId, toMs }) => (toMs > nowMs ? [userId] : [])),
    ];
    return [...new Set(planned.filter((id) => id !== null && !active.has(id)))] as string[];
  }

  /** The gaps of all schedules of which Management was told and that end after `afterMs`, by schedule. */
  async toldGaps(afterMs: number): Promise<Map<string, DutyTime[]>> {
    const rows = await this.#database.db
      .selectFrom('duty_gaps_told')
      .selectAll()
      .where('ends_at', '>=', afterMs)
      .orderBy('starts_at')
      .execute();
    const told = new Map<string, DutyTime[]>();
    for (const { schedule_id: id, starts_at: fromMs, ends_at: toMs } of rows) {
      told.set(id, [...(told.get(id) ?? []), { fromMs, toMs }]);
    }
    return told;
  }

  /** Management was told of a gap, or one that was told lasts longer now. */
  async saveToldGap(scheduleId: string, { fromMs, toMs }: DutyTime): Promise<void> {
    await this.#database.db
      .insertInto('duty_gaps_told')
      .values({ schedule_id: scheduleId, starts_at: fromMs, ends_at: toMs })
      .onConflict((conflict) => conflict.columns(['schedule_id', 'starts_at']).doUpdateSet({ ends_at: toMs }))
      .execute();
  }

  /** Deletes overrides and gaps that were over before that time. */
  async deleteOlder(beforeMs: number): Promise<void> {
    for (const table of ['duty_overrides', 'duty_gaps_told'] as const) {
      await this.#database.db.deleteFrom(table).where('ends_at', '<', beforeMs).execute();
    }
  }

  async #unlessTaken<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (!this.#database.engine.isUniqueViolation(error, 'duty_schedules', 'name_key')) throw error;
      throw new AppError('name_taken', undefined, { cause: error });
    }
  }
}

export const unknownSchedule = (id: string) => new AppError('not_found', `No duty schedule has the id ${id}`);

const toSchedule = (row: Schema['duty_schedules']): DutySchedule => ({
  id: row.id,
  name: row.name,
  rules: JSON.parse(row.definition) as DutyRules,
  tokenHash: row.token_hash,
  createdAtMs: row.created_at,
  updatedAtMs: row.updated_at,
});

const toOverride = (row: Schema['duty_overrides']): DutyOverride => ({
  id: row.id,
  scheduleId: row.schedule_id,
  userId: row.user_id,
  fromMs: row.starts_at,
  toMs: row.ends_at,
  reason: row.reason,
  createdAtMs: row.created_at,
  createdBy: row.created_by,
});
