// Which data directory a database is a copy of. A transfer continues in its own copy only. It does not touch other
// data, nor a copy that a server uses already.

import { AppError } from '../../../errors.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, FIRST_MS, quoteName, where } from './influxql.ts';
import { nanoseconds, quoteField } from './line-protocol.ts';
import type { RollupWriter } from './rollup-writer.ts';

const COPIED_FROM = 'copied_from';
const EVER = { fromMs: FIRST_MS, toMs: END_MS };

/** Earlier versions stored no state; it is read as `unknown`. */
type CopyState = 'filling' | 'complete' | 'in_use' | 'unknown';
interface Copy {
  readonly source: string;
  readonly state: CopyState;
  readonly atMs: number;
}

async function readCopy(client: InfluxdbClient): Promise<Copy | null> {
  let copy: Copy | null = null;
  const statement = `SELECT "source", "state" FROM ${quoteName(COPIED_FROM)} WHERE ${where(EVER)} ORDER BY time DESC LIMIT 1`;
  for await (const { values } of client.query(statement)) {
    const [atMs, source, state] = (values[0] ?? []) as [number, string, CopyState | null];
    if (source !== undefined) copy = { atMs, source, state: state ?? 'unknown' };
  }
  return copy;
}

async function writeCopy(client: InfluxdbClient, copy: Copy | null, next: Omit<Copy, 'atMs'>, nowMs: number) {
  // After the newest point, whatever the clock says.
  const atMs = Math.max(nowMs, (copy?.atMs ?? FIRST_MS) + 1);
  await client.write(`${COPIED_FROM} source=${quoteField(next.source)},state="${next.state}" ${nanoseconds(atMs)}\n`);
}

/**
 * Rejects with `conflict` if there are readings that are not a copy of `source`, or if a server uses the copy; and with
 * InfluxdbError. `copies` says that more will be copied, so that the copy is incomplete until `completeCopy`.
 */
export async function claimCopy(
  client: InfluxdbClient,
  rollupWriter: RollupWriter,
  { source, copies, nowMs }: { source: string; copies: boolean; nowMs: number },
): Promise<void> {
  const copy = await readCopy(client);
  if (copy?.source === source) {
    if (copy.state === 'in_use') {
      throw new AppError(
        'conflict',
        'A server uses the readings that were transferred to InfluxDB. Nothing more can be transferred there',
      );
    }
    if (copies && copy.state !== 'filling') await writeCopy(client, copy, { source, state: 'filling' }, nowMs);
    return;
  }
  if (copy !== null || (await rollupWriter.firstReadingMs(EVER)) !== null) {
    throw new AppError('conflict', 'The target already holds other readings. Name an empty database or bucket');
  }
  await writeCopy(client, copy, { source, state: 'filling' }, nowMs);
}

/** Records that everything was copied and compared. Rejects with InfluxdbError. */
export async function completeCopy(client: InfluxdbClient, source: string, nowMs: number): Promise<void> {
  const copy = await readCopy(client);
  if (copy?.state !== 'complete') await writeCopy(client, copy, { source, state: 'complete' }, nowMs);
}

/** Called by a server that starts to use the database. Rejects with `conflict` if a transfer to it is not finished. */
export async function markCopyInUse(client: InfluxdbClient, nowMs: number): Promise<void> {
  const copy = await readCopy(client);
  if (copy?.state === 'filling') {
    throw new AppError(
      'conflict',
      'A transfer to this database or bucket of InfluxDB is not finished. To continue, run gonsters transfer again on the same data' +
        ' directory with the same targets. To start over, drop it and create a new PostgreSQL database.',
    );
  }
  // If the database cannot be written at the moment, it can still be used. The next connection records it.
  if (copy?.state === 'complete') {
    await writeCopy(client, copy, { source: copy.source, state: 'in_use' }, nowMs).catch(() => undefined);
  }
}
