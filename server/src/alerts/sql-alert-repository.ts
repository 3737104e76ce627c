// Alerts, the state of their evaluation and the outbox in SQL.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { decodeCursor, encodeCursor } from '../database/cursor.ts';
import type { Connection, Database } from '../database/database.ts';
import { inChunks } from '../database/in-chunks.ts';
import { AppError } from '../errors.ts';
import type {
  AlertChanges,
  AlertQuery,
  AlertRecord,
  AlertRepository,
  EvaluationRecord,
  RaiseQuery,
  RaiseRecord,
} from './alert-repository.ts';
import {
  type AlertRow,
  type AlertWithRaise,
  CHANGING_COLUMNS,
  RAISE_COLUMNS,
  RAISE_SELECTION,
  toRaiseRecord,
  toRaiseRow,
  toRecord,
  toRow,
} from './alert-row.ts';

const ROWS_PER_INSERT = 100;
const ROWS_PER_READ = 500;

export class SqlAlertRepository implements AlertRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open(): Promise<AlertRecord[]> {
    const rows = await this.#alerts()
      .where('alerts.state', '!=', sql.lit('closed'))
      .orderBy('alerts.raised_at')
      .orderBy('alerts.id')
      .execute();
    return rows.map(toRecord);
  }

  async evaluations(): Promise<EvaluationRecord[]> {
    const rows = await this.#database.db.selectFrom('alert_evaluations').selectAll().execute();
    return rows.map((row) => ({ machineId: row.machine_id, metric: row.metric, state: row.state }));
  }

  async lastSeq(): Promise<number> {
    const row = await this.#database.db
      .selectFrom('alerts')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .executeTakeFirst();
    return row?.seq ?? 0;
  }

  async save({ alerts, earlierRaises, evaluations, notifications }: AlertChanges, epoch: number | null): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      if (epoch !== null) await this.#refuseDeposed(transaction, epoch);
      // A statement must not meet the same row twice: the later one counts.
      await inChunks([...new Map(alerts.map((alert) => [alert.id, toRow(alert)])).values()], ROWS_PER_INSERT, (rows) =>
        transaction
          .insertInto('alerts')
          .values(rows)
          .onConflict((conflict) =>
            conflict
              .column('id')
              .doUpdateSet(({ ref }) =>
                Object.fromEntries(CHANGING_COLUMNS.map((column) => [column, ref(`excluded.${column}`)])),
              ),
          )
          .execute(),
      );
      const raises = new Map(
        [...(earlierRaises ?? []), ...alerts.map(({ id, raise }) => ({ alertId: id, raise }))].map((each) => [
          `${each.alertId} ${each.raise.number}`,
          toRaiseRow(each.alertId, each.raise),
        ]),
      );
      await inChunks([...raises.values()], ROWS_PER_INSERT, (rows) =>
        transaction
          .insertInto('alert_raises')
          .values(rows)
          .onConflict((conflict) =>
            conflict
              .columns(['alert_id', 'number'])
              .doUpdateSet(({ ref }) =>
                Object.fromEntries(RAISE_COLUMNS.map((column) => [column, ref(`excluded.${column}`)])),
              ),
          )
          .execute(),
      );
      const states = new Map(evaluations.map((each) => [`${each.machineId} ${each.metric}`, each]));
      await inChunks([...states.values()], ROWS_PER_INSERT, (chunk) =>
        transaction
          .insertInto('alert_evaluations')
          .values(chunk.map(({ machineId, metric, state }) => ({ machine_id: machineId, metric, state })))
          .onConflict((conflict) =>
            conflict.columns(['machine_id', 'metric']).doUpdateSet(({ ref }) => ({ state: ref('excluded.state') })),
          )
          .execute(),
      );
      await inChunks(notifications, ROWS_PER_INSERT, (chunk) =>
        transaction
          .insertInto('notifications')
          .values(
            chunk.map((each) => ({
              id: each.id,
              alert_id: each.alertId,
              kind: each.kind,
              payload: each.payload,
              created_at: each.createdAtMs,
            })),
          )
          // A save whose answer was lost is made again.
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute(),
      );
    });
  }

  /** Whoever takes the watch waits for this transaction, or this one sees the new epoch. Renewing the lease goes on beside it. */
  async #refuseDeposed(transaction: Connection, epoch: number): Promise<void> {
    const current = await transaction
      .selectFrom('watch')
      .select('epoch')
      .where('id', '=', 1)
      // SQLite lets one transaction write at a time anyway.
      .$if(this.#database.engine.name === 'postgres', (query) => query.forKeyShare())
      .executeTakeFirstOrThrow();
    if (current.epoch !== epoch) throw new AppError('deposed');
  }

  async byId(id: string): Promise<AlertRecord | null> {
    const row = await this.#alerts().where('alerts.id', '=', id).executeTakeFirst();
    return row ? toRecord(row) : null;
  }

  async raises(alertId: string, { beforeNumber, limit }: RaiseQuery): Promise<RaiseRecord[]> {
    const rows = await this.#database.db
      .selectFrom('alert_raises')
      .selectAll()
      .where('alert_id', '=', alertId)
      .$if(beforeNumber !== undefined, (query) => query.where('number', '<', beforeNumber as number))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toRaiseRecord);
  }

  async page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
    const { machineId, limit } = query;
    const select = this.#matching(query);
    const parts =
      machineId === undefined
        ? [select]
        : [
            select.where('alerts.machine_id', '=', machineId),
            // One alert that speaks for many; asked for apart, since an OR would give up the index.
            select.where('alerts.machine_id', 'is', null).where('alerts.machine_ids', 'like', `%"${machineId}"%`),
          ];
    const rows: AlertWithRaise[] = [];
    for (const part of parts) rows.push(...(await part.limit(limit + 1).execute()));
    if (parts.length > 1) rows.sort(newestFirst);
    const alerts = rows.slice(0, limit).map(toRecord);
    const last = alerts.at(-1);
    return {
      alerts,
      nextCursor: rows.length > limit && last ? encodeCursor('alerts', [last.raisedAtMs, last.id]) : null,
    };
  }

  #matching({ states, shelved, severity, metric, fromMs, toMs, cursor }: AlertQuery) {
    let select = this.#alerts();
    if (states) {
      select = states.length > 0 ? select.where('alerts.state', 'in', states) : select.where(sql<boolean>`1 = 0`);
      // Says what the index of open alerts says, so that it can be used.
      if (!states.includes('closed')) select = select.where(sql<boolean>`alerts.state != 'closed'`);
    }
    if (shelved !== undefined) select = select.where('alerts.shelved_until', shelved ? 'is not' : 'is', null);
    if (severity !== undefined) select = select.where('alerts.severity', '=', severity);
    if (metric !== undefined) select = select.where('alerts.metric', '=', metric);
    if (fromMs !== undefined) select = select.where('alerts.raised_at', '>=', fromMs);
    if (toMs !== undefined) select = select.where('alerts.raised_at', '<', toMs);
    if (cursor !== undefined) {
      const [raisedAtMs, id] = decodeCursor('alerts', cursor, [0, ''] as [number, string]);
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('alerts.raised_at', 'alerts.id'), '<', tuple(raisedAtMs, id)),
      );
    }
    return select.orderBy('alerts.raised_at', 'desc').orderBy('alerts.id', 'desc');
  }

  async changedSince(seq: number, limit: number): Promise<AlertRecord[]> {
    const rows = await this.#alerts().where('alerts.seq', '>', seq).orderBy('alerts.seq').limit(limit).execute();
    return rows.map(toRecord);
  }

  /** In pages, so that a slow reader does not hold the connection. */
  async *raisedBetween(fromMs: number, toMs: number): AsyncIterable<AlertRecord> {
    let after: [number, string] = [fromMs, ''];
    for (;;) {
      const [raisedAtMs, id] = after;
      const rows = await this.#alerts()
        .where(({ eb, refTuple, tuple }) => eb(refTuple('alerts.raised_at', 'alerts.id'), '>', tuple(raisedAtMs, id)))
        .where('alerts.raised_at', '<', toMs)
        .orderBy('alerts.raised_at')
        .orderBy('alerts.id')
        .limit(ROWS_PER_READ)
        .execute();
      for (const row of rows) yield toRecord(row);
      const last = rows.at(-1);
      if (rows.length < ROWS_PER_READ || !last) return;
      after = [last.raised_at, last.id];
      await nextTurn();
    }
  }

  /** Each alert with its newest raise. */
  #alerts() {
    return this.#database.db
      .selectFrom('alerts')
      .innerJoin('alert_raises as raise', (join) =>
        join.onRef('raise.alert_id', '=', 'alerts.id').onRef('raise.number', '=', 'alerts.raise_count'),
      )
      .selectAll('alerts')
      .select(RAISE_SELECTION);
  }
}

const newestFirst = (a: AlertRow, b: AlertRow) => b.raised_at - a.raised_at || (a.id < b.id ? 1 : -1);
