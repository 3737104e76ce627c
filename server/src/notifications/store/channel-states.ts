// Whether channels work, in SQL: written by the node that sends, read by all.

import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';

export type ChannelState = Schema['notification_channel_states'];

/** After so many in a row a channel fails. */
const FAILURES_UNTIL_FAILING = 3;

const UNTRIED = {
  ...{ failures: 0, failing_since: null, failure: null },
  ...{ tested_at: null, test_result: null, test_response: null, link: null },
} as const satisfies Omit<ChannelState, 'channel'>;

export class ChannelStates {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** By channel. */
  async all(): Promise<Map<string, ChannelState>> {
    const rows = await this.#database.db.selectFrom('notification_channel_states').selectAll().execute();
    return new Map(rows.map((row) => [row.channel, row]));
  }

  /** It works again. */
  async worked(channel: string): Promise<void> {
    await this.#database.db
      .updateTable('notification_channel_states')
      .set({ failures: 0, failing_since: null, failure: null })
      .where('channel', '=', channel)
      .where('failures', '>', 0)
      .execute();
  }

  async failed(channel: string, failure: string, nowMs: number): Promise<void> {
    await this.#database.db
      .insertInto('notification_channel_states')
      .values({ channel, ...UNTRIED, failures: 1, failure })
      .onConflict((conflict) =>
        conflict.column('channel').doUpdateSet(({ eb, ref }) => ({
          failures: eb(ref('notification_channel_states.failures'), '+', 1),
          failure,
        })),
      )
      .execute();
    await this.#database.db
      .updateTable('notification_channel_states')
      .set({ failing_since: nowMs })
      .where('channel', '=', channel)
      .where('failures', '>=', FAILURES_UNTIL_FAILING)
      .where('failing_since', 'is', null)
      .execute();
  }

  async tested(
    channel: string,
    test: { atMs: number; result: NonNullable<ChannelState['test_result']>; response: string },
  ): Promise<void> {
    const columns = { tested_at: test.atMs, test_result: test.result, test_response: test.response };
    await this.#database.db
      .insertInto('notification_channel_states')
      .values({ channel, ...UNTRIED, ...columns })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet(columns))
      .execute();
  }

  async setLink(channel: string, link: string): Promise<void> {
    await this.#database.db
      .insertInto('notification_channel_states')
      .values({ channel, ...UNTRIED, link })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet({ link }))
      .execute();
  }

  /** Forgets channels that are not set up any more. */
  async keepOnly(channels: readonly string[]): Promise<void> {
    await this.#database.db
      .deleteFrom('notification_channel_states')
      .where('channel', 'not in', channels.length > 0 ? channels : [sql.lit('')])
      .execute();
  }
}
