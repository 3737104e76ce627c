// Raises that were not annunciated because they were suppressed by design or shelved, for the statistics.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RawBuilder } from 'kysely';
import { NIL_ID } from '../../database/cursor.ts';
import type { Database } from '../../database/database.ts';

const ROWS_PER_READ = 500;

export interface SilentRaise {
  readonly atMs: number;
  readonly machineId: string | null;
  readonly location: string;
  /** As far as the alert tells: one that was acknowledged, waits for it or is on a shelf was shelved, any other was suppressed. */
  readonly reason: 'suppressed' | 'shelved';
}

/** Those of [fromMs, toMs), ascending, in pages, without late ones. `visible` is a condition on `alerts`. */
export async function* readSilentRaises(
  database: Database,
  fromMs: number,
  toMs: number,
  visible: RawBuilder<boolean>,
): AsyncIterable<readonly SilentRaise[]> {
  let after: [number, string, number] = [fromMs, NIL_ID, 0];
  for (;;) {
    const [atMs, alertId, number] = after;
    const rows = await database.db
      .selectFrom('alert_raises as raise')
      .innerJoin('alerts', 'alerts.id', 'raise.alert_id')
      .select([
        ...(['raise.alert_id', 'raise.number', 'raise.raised_at'] as const),
        ...(['alerts.machine_id', 'alerts.location', 'alerts.state'] as const),
        ...(['alerts.acknowledged_at', 'alerts.shelved_until'] as const),
      ])
      .where('raise.annunciated_at', 'is', null)
      .where('alerts.late', '=', 0)
      .where(visible)
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('raise.raised_at', 'raise.alert_id', 'raise.number'), '>', tuple(atMs, alertId, number)),
      )
      .where('raise.raised_at', '<', toMs)
      .orderBy('raise.raised_at')
      .orderBy('raise.alert_id')
      .orderBy('raise.number')
      .limit(ROWS_PER_READ)
      .execute();
    yield rows.map((row) => {
      const isShelved = row.shelved_until !== null || row.acknowledged_at !== null || row.state === 'cleared_unacked';
      return {
        atMs: row.raised_at,
        machineId: row.machine_id,
        location: row.location,
        reason: isShelved ? 'shelved' : 'suppressed',
      };
    });
    const last = rows.at(-1);
    if (rows.length < ROWS_PER_READ || !last) return;
    after = [last.raised_at, last.alert_id, last.number];
    await nextTurn();
  }
}
