// Alerts, evaluation states and the outbox of notifications in SQL.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { decodeCursor, encodeCursor, NIL_ID } from '../../database/cursor.ts';
import { type Connection, type Database, inChunks } from '../../database/database.ts';
import { AppError } from '../../errors.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import type {
  AlertChangeSet,
  AlertQuery,
  AlertRecord,
  AlertRepository,
  Annunciation,
  AnnunciationFilter,
  EvaluationRecord,
  RaiseQuery,
} from './alert-repository.ts';
import { type AlertWithRaise, selectAlerts, toRaiseRecord, toRaiseRow, toRecord, toRow } from './alert-row.ts';
import { ANNUNCIATION_COLUMNS, toAnnunciation } from './annunciation-row.ts';
import { readSilentRaises, type SilentRaise } from './silent-raises.ts';
import { readAlertPage } from './sql-alert-page.ts';
import { isAlertOf } from './sql-alert-scope.ts';

const ROWS_PER_INSERT = 100;
const ROWS_PER_READ = 500;
const MAX_IDS_IN_QUERY = 200;

export class SqlAlertRepository implements AlertRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open(): Promise<AlertRecord[]> {
    const found: AlertRecord[] = [];
    const open = selectAlerts(this.#database.db).where('alerts.state', '!=', sql.lit('closed'));
    for await (const row of ascending(open, 0)) found.push(toRecord(row));
    return found;
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

  async save(
    { alerts, earlierRaises, evaluations, notifications }: AlertChangeSet,
    epoch: number | null,
  ): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      if (epoch !== null) await this.#refuseDeposed(transaction, epoch);
      // A statement must not contain a row twice: the later version counts.
      await inChunks([...new Map(alerts.map((alert) => [alert.id, toRow(alert)])).values()], ROWS_PER_INSERT, (rows) =>
        transaction
          .insertInto('alerts')
          .values(rows)
          .onConflict((conflict) =>
            conflict
              .column('id')
              .doUpdateSet(({ ref }) =>
                Object.fromEntries(columnsBeside(rows, 'id').map((column) => [column, ref(`excluded.${column}`)])),
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
                Object.fromEntries(
                  columnsBeside(rows, 'alert_id', 'number').map((column) => [column, ref(`excluded.${column}`)]),
                ),
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
          // A save whose answer was lost is repeated.
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute(),
      );
    });
  }

  /** A node that becomes leader waits for this transaction, or this one sees the new epoch. The lease can be renewed meanwhile. */
  async #refuseDeposed(transaction: Connection, epoch: number): Promise<void> {
    const current = await transaction
      .selectFrom('watch')
      .select('epoch')
      .where('id', '=', 1)
      // In SQLite only one transaction writes at a time.
      .$if(this.#database.engine.name === 'postgres', (query) => query.forKeyShare())
      .executeTakeFirstOrThrow();
    if (current.epoch !== epoch) throw new AppError('deposed');
  }

  async byId(id: string): Promise<AlertRecord | null> {
    const row = await selectAlerts(this.#database.db).where('alerts.id', '=', id).executeTakeFirst();
    return row ? toRecord(row) : null;
  }

  async raises(alertId: string, { fromMs, toMs, limit, cursor }: RaiseQuery) {
    let select = this.#database.db.selectFrom('alert_raises').selectAll().where('alert_id', '=', alertId);
    if (fromMs !== undefined) select = select.where('raised_at', '>=', fromMs);
    if (toMs !== undefined) select = select.where('raised_at', '<', toMs);
    if (cursor !== undefined) {
      const [number] = decodeCursor('alert-raises', cursor, [0] as [number]);
      select = select.where('number', '<', number);
    }
    const rows = await select
      .orderBy('number', 'desc')
      .limit(limit + 1)
      .execute();
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      raises: shown.map(toRaiseRecord),
      nextCursor: rows.length > limit && last ? encodeCursor('alert-raises', [last.number]) : null,
    };
  }

  page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
    return readAlertPage(this.#database, query);
  }

  async changedSince(seq: number, limit: number): Promise<AlertRecord[]> {
    const rows = await selectAlerts(this.#database.db)
      .where('alerts.seq', '>', seq)
      .orderBy('alerts.seq')
      .limit(limit)
      .execute();
    return rows.map(toRecord);
  }

  /** Read in pages, so that a slow consumer does not hold the connection. */
  async *raisedBetween(fromMs: number, toMs: number, scope: MachineScope = null): AsyncIterable<AlertRecord> {
    // An alert that returns during the export is found again further on. A closed one cannot return.
    const seen = new Set<string>();
    const unseen = (row: AlertWithRaise) => {
      if (seen.has(row.id)) return false;
      if (row.state !== 'closed') seen.add(row.id);
      return true;
    };
    const visible = this.#visible(scope);
    const inRange = selectAlerts(this.#database.db).where('alerts.raised_at', '<', toMs).where(visible);
    for await (const row of ascending(inRange, fromMs)) if (unseen(row)) yield toRecord(row);
    const returnedLater = selectAlerts(this.#database.db)
      .where(sql<boolean>`alerts.raise_count > 1`)
      .where('alerts.first_raised_at', '<', toMs)
      .where(visible)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('alert_raises as any')
            .select(sql.lit(1).as('one'))
            .whereRef('any.alert_id', '=', 'alerts.id')
            .where('any.raised_at', '>=', fromMs)
            .where('any.raised_at', '<', toMs),
        ),
      );
    for await (const row of ascending(returnedLater, toMs)) if (unseen(row)) yield toRecord(row);
  }

  async *annunciations(
    fromMs: number,
    toMs: number,
    scope: MachineScope = null,
    { metric, machineIds }: AnnunciationFilter = {},
  ): AsyncIterable<readonly Annunciation[]> {
    const ids = machineIds !== undefined && machineIds.length <= MAX_IDS_IN_QUERY ? machineIds : null;
    let after: [number, string, number] = [fromMs, NIL_ID, 0];
    for (;;) {
      const [atMs, alertId, number] = after;
      const rows = await this.#database.db
        .selectFrom('alert_raises as raise')
        .innerJoin('alerts', 'alerts.id', 'raise.alert_id')
        .select(ANNUNCIATION_COLUMNS)
        // The condition of the partial index, so that it can be used.
        .where('raise.annunciated_at', 'is not', null)
        .where(this.#visible(scope))
        .$if(metric !== undefined, (query) => query.where('alerts.metric', '=', metric as string))
        .$if(ids !== null, (query) => query.where('alerts.machine_id', 'in', ids as string[]))
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('raise.annunciated_at', 'raise.alert_id', 'raise.number'), '>', tuple(atMs, alertId, number)),
        )
        .where('raise.annunciated_at', '<', toMs)
        .orderBy('raise.annunciated_at')
        .orderBy('raise.alert_id')
        .orderBy('raise.number')
        .limit(ROWS_PER_READ)
        .execute();
      yield rows.map(toAnnunciation);
      const last = rows.at(-1);
      if (rows.length < ROWS_PER_READ || !last) return;
      after = [last.annunciated_at as number, last.alert_id, last.number];
      await nextTurn();
    }
  }

  silentRaises(fromMs: number, toMs: number, scope: MachineScope = null): AsyncIterable<readonly SilentRaise[]> {
    return readSilentRaises(this.#database, fromMs, toMs, this.#visible(scope));
  }

  #visible(scope: MachineScope): RawBuilder<boolean> {
    return scope === null ? sql<boolean>`1 = 1` : isAlertOf(scope, this.#database.engine);
  }
}

/** All columns of the rows except the key, to replace a whole row. */
function columnsBeside<Row extends object, Key extends keyof Row>([row]: readonly Row[], ...key: Key[]) {
  const columns = Object.keys(row ?? {}) as (keyof Row)[];
  return columns.filter((column) => !key.includes(column as Key)) as Exclude<keyof Row, Key>[];
}

async function* ascending(select: ReturnType<typeof selectAlerts>, fromMs: number): AsyncIterable<AlertWithRaise> {
  let after: [number, string] = [fromMs, NIL_ID];
  for (;;) {
    const [raisedAtMs, id] = after;
    const rows = await select
      .where(({ eb, refTuple, tuple }) => eb(refTuple('alerts.raised_at', 'alerts.id'), '>', tuple(raisedAtMs, id)))
      .orderBy('alerts.raised_at')
      .orderBy('alerts.id')
      .limit(ROWS_PER_READ)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (rows.length < ROWS_PER_READ || !last) return;
    after = [last.raised_at, last.id];
    await nextTurn();
  }
}
