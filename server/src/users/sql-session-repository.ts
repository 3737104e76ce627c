// Sessions and the hashes of their refresh tokens in SQL.

import type { Database } from '../database/database.ts';
import type { SessionRecord, SessionRepository } from './user-repository.ts';

/** The longest lifetime of an access token, by which it may outlive the refresh tokens of its session. */
const ACCESS_TOKEN_MAX_MS = 86_400_000;

export class SqlSessionRepository implements SessionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(session: Parameters<SessionRepository['begin']>[0]): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('sessions')
        .values({
          id: session.id,
          user_id: session.userId,
          created_at: session.nowMs,
          expires_at: session.expiresAtMs,
          ended_at: null,
          method: session.method,
          address: session.address,
          user_agent: session.userAgent,
          last_used: null,
        })
        .execute();
      await transaction
        .insertInto('refresh_tokens')
        .values({
          token_hash: session.tokenHash,
          session_id: session.id,
          created_at: session.nowMs,
          expires_at: session.expiresAtMs,
          spent_at: null,
        })
        .execute();
    });
  }

  async rotate(
    tokenHash: string,
    next: Parameters<SessionRepository['rotate']>[1],
  ): ReturnType<SessionRepository['rotate']> {
    return this.#database.db.transaction().execute(async (transaction) => {
      const found = await transaction
        .selectFrom('refresh_tokens')
        .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
        .select(['sessions.id as sessionId', 'sessions.user_id as userId', 'method'])
        .select('refresh_tokens.expires_at as expiresAtMs')
        .where('token_hash', '=', tokenHash)
        .where('sessions.ended_at', 'is', null)
        .executeTakeFirst();
      if (!found) return { outcome: 'unknown' };
      const { sessionId, userId, method } = found;
      // If two requests send the same token, only one of them updates the row, whatever both have read.
      const { numUpdatedRows } = await transaction
        .updateTable('refresh_tokens')
        .set({ spent_at: next.nowMs })
        .where('token_hash', '=', tokenHash)
        .where('spent_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        const { numUpdatedRows: ended } = await transaction
          .updateTable('sessions')
          .set({ ended_at: next.nowMs })
          .where('id', '=', sessionId)
          .where('ended_at', 'is', null)
          .executeTakeFirst();
        return ended === 0n ? { outcome: 'unknown' } : { outcome: 'reused', sessionId, userId, method };
      }
      if (found.expiresAtMs <= next.nowMs) return { outcome: 'unknown' };
      // Not prolonged, so that the groups of the person are looked at again.
      const expiresAtMs = method === 'oidc' ? found.expiresAtMs : next.expiresAtMs;
      await transaction
        .insertInto('refresh_tokens')
        .values({
          token_hash: next.tokenHash,
          session_id: sessionId,
          created_at: next.nowMs,
          expires_at: expiresAtMs,
          spent_at: null,
        })
        .execute();
      await transaction
        .updateTable('sessions')
        .set({ expires_at: expiresAtMs, last_used: next.nowMs })
        .where('id', '=', sessionId)
        .execute();
      return { outcome: 'rotated', sessionId, userId, method };
    });
  }

  async end(sessionId: string, nowMs: number): Promise<void> {
    await this.#database.db
      .updateTable('sessions')
      .set({ ended_at: nowMs })
      .where('id', '=', sessionId)
      .where('ended_at', 'is', null)
      .execute();
  }

  async ofUser(userId: string, nowMs: number): Promise<SessionRecord[]> {
    const rows = await this.#database.db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', nowMs)
      .execute();
    return rows
      .map((row) => ({
        id: row.id,
        method: row.method,
        address: row.address,
        userAgent: row.user_agent,
        createdAtMs: row.created_at,
        lastUsedMs: row.last_used,
      }))
      .sort((a, b) => (b.lastUsedMs ?? b.createdAtMs) - (a.lastUsedMs ?? a.createdAtMs));
  }

  async endAllOf(userId: string, exceptSessionId: string | null, nowMs: number): Promise<string[]> {
    const ended = await this.#database.db
      .updateTable('sessions')
      .set({ ended_at: nowMs })
      .where('user_id', '=', userId)
      .where('ended_at', 'is', null)
      .$if(exceptSessionId !== null, (query) => query.where('id', '!=', exceptSessionId as string))
      .returning('id')
      .execute();
    return ended.map((session) => session.id);
  }

  async endedSince(sinceMs: number): Promise<string[]> {
    const ended = await this.#database.db.selectFrom('sessions').select('id').where('ended_at', '>', sinceMs).execute();
    return ended.map((session) => session.id);
  }

  async prune(nowMs: number): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const expiredBeforeMs = nowMs - ACCESS_TOKEN_MAX_MS;
      await transaction.deleteFrom('sessions').where('expires_at', '<=', expiredBeforeMs).execute();
      await transaction
        .deleteFrom('refresh_tokens')
        .where('expires_at', '<=', nowMs)
        .where('spent_at', 'is not', null)
        .execute();
    });
  }
}
