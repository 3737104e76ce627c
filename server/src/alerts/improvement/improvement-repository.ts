// Suggestions that were applied, in SQL.

import type { ImprovementChanges, LimitKind } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';

/** What was in force before, as far as the changes replaced it. */
export interface FormerRules {
  /** The machine's own limits of the metric; null where it had none. */
  readonly limits: { readonly [kind in LimitKind]?: number | null | undefined } | null;
  /** Of the machine's own condition of the kind `level`; null where it had none. */
  readonly level: {
    readonly on_delay_seconds: number | null;
    readonly off_delay_seconds: number | null;
    readonly deadband: number | null;
  } | null;
}

/** Times are UTC ms. */
export interface Improvement {
  readonly id: string;
  readonly machineId: string;
  readonly metric: string;
  readonly limitKind: LimitKind;
  readonly changes: ImprovementChanges;
  readonly former: FormerRules;
  readonly appliedAtMs: number;
  readonly appliedBy: string;
  readonly undoneAtMs: number | null;
}

export class ImprovementRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(improvement: Improvement): Promise<void> {
    await this.#database.db
      .insertInto('improvements')
      .values({
        id: improvement.id,
        machine_id: improvement.machineId,
        metric: improvement.metric,
        limit_kind: improvement.limitKind,
        changes: JSON.stringify(improvement.changes),
        former: JSON.stringify(improvement.former),
        applied_at: improvement.appliedAtMs,
        applied_by: improvement.appliedBy,
        undone_at: null,
        undone_by: null,
      })
      .execute();
  }

  async get(id: string): Promise<Improvement | null> {
    const row = await this.#database.db.selectFrom('improvements').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toImprovement(row);
  }

  /** Those of these machines that were not undone, the newest first. */
  async inForce(machineIds: readonly string[]): Promise<Improvement[]> {
    if (machineIds.length === 0) return [];
    const rows = await this.#database.db
      .selectFrom('improvements')
      .selectAll()
      .where('machine_id', 'in', machineIds)
      .where('undone_at', 'is', null)
      .orderBy('applied_at', 'desc')
      .execute();
    return rows.map(toImprovement);
  }

  /** @returns whether it was in force until now */
  async markUndone(id: string, by: string, atMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('improvements')
      .set({ undone_at: atMs, undone_by: by })
      .where('id', '=', id)
      .where('undone_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async remove(id: string): Promise<void> {
    await this.#database.db.deleteFrom('improvements').where('id', '=', id).execute();
  }
}

const toImprovement = (row: Selectable<Schema['improvements']>): Improvement => ({
  id: row.id,
  machineId: row.machine_id,
  metric: row.metric,
  limitKind: row.limit_kind,
  changes: JSON.parse(row.changes) as ImprovementChanges,
  former: JSON.parse(row.former) as FormerRules,
  appliedAtMs: row.applied_at,
  appliedBy: row.applied_by,
  undoneAtMs: row.undone_at,
});
