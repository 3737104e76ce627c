// Whose copy a database is: a move goes on in its own, and touches nobody else's.

import { AppError } from '../../../errors.ts';
import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import { END_MS, FIRST_MS, where } from './influxql.ts';
import { nanoseconds, quoteField } from './line-protocol.ts';
import type { Rollup } from './rollup.ts';

const COPIED_FROM = 'copied_from';
const EVER = { fromMs: FIRST_MS, toMs: END_MS };

/** Rejects with `conflict` where there are readings that are no copy of `source`, and with InfluxdbError. */
export async function claimCopy(client: InfluxdbClient, rollup: Rollup, source: string, nowMs: number): Promise<void> {
  let claimed: string | null = null;
  const statement = `SELECT "source" FROM ${quoteName(COPIED_FROM)} WHERE ${where(EVER)} ORDER BY time DESC LIMIT 1`;
  for await (const { values } of client.query(statement)) claimed = (values[0]?.[1] as string) ?? claimed;
  if (claimed === source) return;
  if (claimed !== null || (await rollup.firstReadingMs(EVER)) !== null) {
    throw new AppError('conflict', 'The target holds other readings already: name an empty database or bucket');
  }
  await client.write(`${COPIED_FROM} source=${quoteField(source)} ${nanoseconds(nowMs)}\n`);
}
