// The audit log in SQL. Triggers make the table append-only; the hash chain reveals changes by users who removed the triggers.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AuditEntry, isoTime } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import { decodeCursor, encodeCursor, isId } from '../database/cursor.ts';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { auditHash, FIRST_HASH } from './audit-hash.ts';
import type { AuditHead, AuditLog, AuditQuery, AuditRecord } from './audit-log.ts';
import { isOfFactory } from './sql-audit-scope.ts';

const ROWS_PER_READ = 500;

export class SqlAuditLog implements AuditLog {
  readonly #database: Database;
  readonly #onAppended: (head: AuditHead) => void;

  /** `onAppended` is told of each entry that was stored. */
  constructor(database: Database, onAppended: (head: AuditHead) => void = () => {}) {
    this.#database = database;
    this.#onAppended = onAppended;
  }

  async append(record: AuditRecord, nowMs: number): Promise<void> {
    const head = await this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'audit');
      const previous = await transaction
        .selectFrom('audit_logs')
        .select(['id', 'hash'])
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      const row = {
        id: (previous?.id ?? 0) + 1,
        at: nowMs,
        user_id: storable(record.userId),
        username: storable(record.username),
        action: record.action,
        target: storable(record.target),
        outcome: record.outcome,
        ip: storable(record.ip),
        request_id: storable(record.requestId),
        details: JSON.stringify(record.details),
      };
      const hash = auditHash(previous?.hash ?? FIRST_HASH, row);
      await transaction
        .insertInto('audit_logs')
        .values({ ...row, hash })
        .execute();
      return { id: row.id, hash, at: nowMs };
    });
    this.#onAppended(head);
  }

  async page(query: AuditQuery): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
    const { user, action, nouns, factoryId, fromMs, toMs, limit, cursor } = query;
    let select = this.#database.db.selectFrom('audit_logs').selectAll();
    if (user !== undefined) {
      const id = user.toLowerCase();
      select = select.where(({ eb, or }) =>
        isId(id) ? or([eb('username', '=', user), eb('user_id', '=', id)]) : eb('username', '=', user),
      );
    }
    if (action !== undefined) select = select.where('action', '=', action);
    if (nouns !== undefined) {
      select = select.where(({ eb, or }) => or(nouns.map((noun) => eb('action', 'like', `${noun}.%`))));
    }
    if (factoryId !== undefined) select = select.where(isOfFactory(factoryId, this.#database.engine));
    if (fromMs !== undefined) select = select.where('at', '>=', fromMs);
    if (toMs !== undefined) select = select.where('at', '<', toMs);
    if (cursor !== undefined) select = select.where('id', '<', decodeCursor('audit', cursor, [0] as [number])[0]);
    const rows = await select
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const entries = rows.slice(0, limit).map(toEntry);
    const last = entries.at(-1);
    return { entries, nextCursor: rows.length > limit && last ? encodeCursor('audit', [last.id]) : null };
  }

  async verify(): Promise<{ entries: number; brokenAt: number | null }> {
    let entries = 0;
    let hash = FIRST_HASH;
    for (;;) {
      const rows = await this.#database.db
        .selectFrom('audit_logs')
        .selectAll()
        .where('id', '>', entries)
        .orderBy('id')
        .limit(ROWS_PER_READ)
        .execute();
      if (rows.length === 0) return { entries, brokenAt: null };
      for (const row of rows) {
        if (row.id !== entries + 1 || row.hash !== auditHash(hash, row)) return { entries, brokenAt: row.id };
        hash = row.hash;
        entries++;
      }
      await nextTurn();
    }
  }
}

/** Replaces NUL and unpaired surrogates, which a database does not store, so that the stored text is the hashed one. */
const storable = (text: string | null) =>
  text === null ? null : Buffer.from(text.replaceAll('\0', '\ufffd')).toString();

const toEntry = (row: Selectable<Schema['audit_logs']>): AuditEntry => ({
  id: row.id,
  at: isoTime(row.at),
  user_id: row.user_id,
  username: row.username,
  action: row.action,
  target: row.target,
  outcome: row.outcome,
  ip: row.ip,
  request_id: row.request_id,
  details: JSON.parse(row.details) as Record<string, unknown>,
  hash: row.hash,
});
