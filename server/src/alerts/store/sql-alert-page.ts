// A page of alerts, the newest raise first. An alert that returns while a client pages keeps the position that it had when
// the client read the first page.

import { sql } from 'kysely';
import { decodeCursor, encodeCursor, NIL_ID } from '../../database/cursor.ts';
import type { Connection, Database } from '../../database/database.ts';
import type { AlertQuery, AlertRecord } from './alert-repository.ts';
import { type AlertWithRaise, selectAlerts, toRecord } from './alert-row.ts';
import { isAlertOf } from './sql-alert-scope.ts';

/** The last alert of the previous page, and the number of the newest change when the first page was read. */
interface Cursor {
  raisedAtMs: number;
  id: string;
  asOfSeq: number;
}
/** `position`: the time by which the alert is ordered. */
type Placed = AlertWithRaise & { position: number };
type Select = ReturnType<typeof placedByNewestRaise>;

/** Rejects an invalid cursor with `validation_failed`. */
export async function readAlertPage(
  { db, engine }: Pick<Database, 'db' | 'engine'>,
  query: AlertQuery,
): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
  const { limit, machineId } = query;
  const cursor = query.cursor === undefined ? null : cursorFrom(query.cursor);
  const newestSeq = cursor?.asOfSeq ?? (await lastSeq(db));
  // Separate queries, because no index is used for an OR of them.
  const queries = [raisedInRange(db, query, cursor)];
  if (query.toMs !== undefined) queries.push(returnedAfterRange(db, query, query.toMs, cursor));
  if (cursor !== null) queries.push(returnedMeanwhile(db, query, cursor));
  const rows: Placed[] = [];
  for (const each of queries) {
    const { scope = null } = query;
    const seen = scope === null ? each : each.where(isAlertOf(scope, engine));
    const narrowed = narrow(seen, query);
    for (const select of machineId === undefined ? [narrowed] : aboutMachine(narrowed, machineId)) {
      rows.push(...(await select.limit(limit + 1).execute()));
    }
  }
  rows.sort((a, b) => b.position - a.position || (a.id < b.id ? 1 : -1));
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  // A change may have been stored after the newest number was read.
  const asOfSeq = cursor === null ? Math.max(newestSeq, ...shown.map((row) => row.raise_seq)) : newestSeq;
  return {
    alerts: shown.map(toRecord),
    nextCursor: rows.length > limit && last ? encodeCursor('alerts', [last.position, last.id, asOfSeq]) : null,
  };
}

/** Alerts whose newest raise is in the range, and that have not returned since the first page was read. */
function raisedInRange(db: Connection, { fromMs, toMs }: AlertQuery, cursor: Cursor | null) {
  let select = placedByNewestRaise(db, cursor);
  if (fromMs !== undefined) select = select.where('alerts.raised_at', '>=', fromMs);
  if (toMs !== undefined) select = select.where('alerts.raised_at', '<', toMs);
  return select;
}

/** Alerts that were raised in the range and again after it. */
function returnedAfterRange(db: Connection, query: AlertQuery, toMs: number, cursor: Cursor | null) {
  const select = placedByNewestRaise(db, cursor)
    .where(sql<boolean>`alerts.raise_count > 1`)
    .where('alerts.raised_at', '>=', toMs)
    .where('alerts.first_raised_at', '<', toMs);
  return hasRaiseIn(select, query);
}

/** Alerts that have returned since the first page was read. They are listed by the raise before that. */
function returnedMeanwhile(db: Connection, query: AlertQuery, cursor: Cursor): Select {
  const select = selectAlerts(db)
    .innerJoin('alert_raises as seen', (join) =>
      join.onRef('seen.alert_id', '=', 'alerts.id').on('seen.number', '=', ({ selectFrom }) =>
        selectFrom('alert_raises as older')
          .select(({ fn }) => fn.max('older.number').as('number'))
          .whereRef('older.alert_id', '=', 'alerts.id')
          .where('older.seq', '<=', cursor.asOfSeq),
      ),
    )
    .select('seen.raised_at as position')
    .where(sql<boolean>`alerts.raise_count > 1`)
    .where('alerts.seq', '>', cursor.asOfSeq)
    .where('raise.seq', '>', cursor.asOfSeq)
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('seen.raised_at', 'alerts.id'), '<', tuple(cursor.raisedAtMs, cursor.id)),
    )
    .orderBy('seen.raised_at', 'desc')
    .orderBy('alerts.id', 'desc');
  return hasRaiseIn(select as unknown as Select, query);
}

function placedByNewestRaise(db: Connection, cursor: Cursor | null) {
  const select = selectAlerts(db)
    .select('alerts.raised_at as position')
    .orderBy('alerts.raised_at', 'desc')
    .orderBy('alerts.id', 'desc');
  if (cursor === null) return select;
  return select
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('alerts.raised_at', 'alerts.id'), '<', tuple(cursor.raisedAtMs, cursor.id)),
    )
    .where(({ eb, or }) => or([eb('alerts.raise_count', '=', 1), eb('raise.seq', '<=', cursor.asOfSeq)]));
}

function hasRaiseIn(select: Select, { fromMs, toMs }: AlertQuery): Select {
  if (fromMs === undefined && toMs === undefined) return select;
  return select.where(({ exists, selectFrom }) => {
    let inRange = selectFrom('alert_raises as any')
      .select(sql.lit(1).as('one'))
      .whereRef('any.alert_id', '=', 'alerts.id');
    if (fromMs !== undefined) inRange = inRange.where('any.raised_at', '>=', fromMs);
    if (toMs !== undefined) inRange = inRange.where('any.raised_at', '<', toMs);
    return exists(inRange);
  });
}

function narrow(select: Select, { states, shelved, severity, metric, told }: AlertQuery): Select {
  let narrowed = select;
  if (states) {
    narrowed = states.length > 0 ? narrowed.where('alerts.state', 'in', states) : narrowed.where(sql<boolean>`1 = 0`);
    // The condition of the partial index, so that it can be used.
    if (!states.includes('closed')) narrowed = narrowed.where(sql<boolean>`alerts.state != 'closed'`);
  }
  if (shelved !== undefined) narrowed = narrowed.where('alerts.shelved_until', shelved ? 'is not' : 'is', null);
  if (severity !== undefined) narrowed = narrowed.where('alerts.severity', '=', severity);
  if (metric !== undefined) narrowed = narrowed.where('alerts.metric', '=', metric);
  // As in the partial index, so that it can be used.
  if (told !== undefined) narrowed = narrowed.where(sql<boolean>`alerts.told like ${sql.lit(`{"state":"${told}"%`)}`);
  return narrowed;
}

function aboutMachine(select: Select, machineId: string): Select[] {
  return [
    select.where('alerts.machine_id', '=', machineId),
    // An alert about several machines.
    select.where('alerts.machine_id', 'is', null).where('alerts.machine_ids', 'like', `%"${machineId}"%`),
  ];
}

async function lastSeq(db: Connection): Promise<number> {
  const row = await db
    .selectFrom('alerts')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq ?? 0;
}

function cursorFrom(text: string): Cursor {
  const [raisedAtMs, id, asOfSeq] = decodeCursor('alerts', text, [0, NIL_ID, 0] as [number, string, number]);
  return { raisedAtMs, id, asOfSeq };
}
