// Conditions in SQL.

import { type Condition, type ConditionScope, isoTime } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import type { ConditionRepository } from './condition-repository.ts';

type Row = Selectable<Schema['conditions']>;
const LEVELS = ['plant', 'type', 'machine'];

export class SqlConditionRepository implements ConditionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<Condition[]> {
    const { db } = this.#database;
    const rows = await db.selectFrom('conditions').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)).map(toCondition);
  }

  async add(condition: Condition, max: number): Promise<void> {
    const { db, engine } = this.#database;
    const row = toRow(condition);
    await db.transaction().execute(async (transaction) => {
      await engine.lock(transaction, 'conditions');
      const { count } = await transaction
        .selectFrom('conditions')
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) >= max) throw new AppError('conflict', `There are ${max} conditions, which is the most`);
      const same = await transaction
        .selectFrom('conditions')
        .select('id')
        .where('kind', '=', row.kind)
        .where('level', '=', row.level)
        .where('owner', '=', row.owner)
        .where('metric', '=', row.metric)
        .executeTakeFirst();
      if (same) throw new AppError('conflict', `There is a condition of this kind, scope and metric: ${same.id}`);
      await transaction.insertInto('conditions').values(row).execute();
    });
  }

  async replace(condition: Condition): Promise<void> {
    const { severity, is_active, definition, updated_at } = toRow(condition);
    const replaced = await this.#database.db
      .updateTable('conditions')
      .set({ severity, is_active, definition, updated_at })
      .where('id', '=', condition.id)
      .executeTakeFirst();
    if (replaced.numUpdatedRows === 0n) throw unknownCondition(condition.id);
  }

  async delete(id: string): Promise<void> {
    const deleted = await this.#database.db.deleteFrom('conditions').where('id', '=', id).executeTakeFirst();
    if (deleted.numDeletedRows === 0n) throw unknownCondition(id);
  }
}

export const unknownCondition = (id: string) => new AppError('not_found', `No condition with id ${id} exists`);

function toRow({
  id,
  kind,
  scope,
  metric,
  severity,
  is_active,
  created_at,
  updated_at,
  ...definition
}: Condition): Row {
  return {
    ...{ id, kind, level: scope.level, owner: ownerOf(scope), metric: metric ?? '', severity },
    is_active: Number(is_active),
    definition: JSON.stringify(definition),
    created_at: Date.parse(created_at),
    updated_at: Date.parse(updated_at),
  };
}

function toCondition(row: Row): Condition {
  return {
    ...(JSON.parse(row.definition) as Omit<Condition, 'id'>),
    id: row.id,
    kind: row.kind,
    scope: scopeOf(row),
    metric: row.metric === '' ? null : row.metric,
    severity: row.severity,
    is_active: row.is_active === 1,
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
  };
}

function ownerOf(scope: ConditionScope): string {
  if (scope.level === 'plant') return '';
  return scope.level === 'type' ? scope.sensor_type : scope.machine_id;
}

function scopeOf({ level, owner }: Row): ConditionScope {
  if (level === 'plant') return { level };
  return level === 'type' ? { level, sensor_type: owner } : { level, machine_id: owner };
}
