// What the messages of a channel say about it.

import type { Database } from '../../database/database.ts';

const DAY_MS = 86_400_000;

interface Answer {
  /** UTC ms. */
  readonly atMs: number;
  readonly response: string;
}

export interface ChannelFigures {
  readonly accepted: number;
  readonly waiting: number;
  readonly lastAccepted: Answer | null;
  /** null if a message was accepted since. */
  readonly lastFault: Answer | null;
}

export class ChannelRecord {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of the last 24 hours, except what waits. */
  async figures(channel: string, nowMs: number): Promise<ChannelFigures> {
    const messages = this.#database.db.selectFrom('notification_messages').where('channel', '=', channel);
    const recent = messages.where('created_at', '>', nowMs - 2 * DAY_MS);
    const [counts, accepted, fault] = await Promise.all([
      recent
        .select(({ fn }) => [
          fn
            .countAll<number>()
            .filterWhere('sent_at', '>', nowMs - DAY_MS)
            .as('accepted'),
          fn.countAll<number>().filterWhere('state', 'in', ['queued', 'sending']).as('waiting'),
        ])
        .executeTakeFirst(),
      recent
        .select(['sent_at', 'response'])
        .where('sent_at', 'is not', null)
        .orderBy('sent_at', 'desc')
        .limit(1)
        .executeTakeFirst(),
      recent
        .select(['created_at', 'response'])
        .where('response', 'is not', null)
        .where('state', 'in', ['queued', 'sending', 'failed'])
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst(),
    ]);
    const lastAccepted = accepted ? { atMs: accepted.sent_at ?? 0, response: accepted.response ?? '' } : null;
    const isOver = fault !== undefined && (lastAccepted?.atMs ?? 0) > fault.created_at;
    return {
      accepted: Number(counts?.accepted ?? 0),
      waiting: Number(counts?.waiting ?? 0),
      lastAccepted,
      lastFault: fault === undefined || isOver ? null : { atMs: fault.created_at, response: fault.response ?? '' },
    };
  }
}
