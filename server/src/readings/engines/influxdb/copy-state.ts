// Whose copy a database is: a move goes on in its own, and touches nobody else's, nor one that a server has taken over.

import { AppError } from '../../../errors.ts';
import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import { END_MS, FIRST_MS, where } from './influxql.ts';
import { nanoseconds, quoteField } from './line-protocol.ts';
import type { RollupWriter } from './rollup-writer.ts';

const COPIED_FROM = 'copied_from';
const EVER = { fromMs: FIRST_MS, toMs: END_MS };

/** `unknown` is what versions before this one left. */
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
  // Behind the newest, whatever the clock says.
  const atMs = Math.max(nowMs, (copy?.atMs ?? FIRST_MS) + 1);
  await client.write(`${COPIED_FROM} source=${quoteField(next.source)},state="${next.state}" ${nanoseconds(atMs)}\n`);
}

/**
 * Rejects with `conflict` where there are readings that are no copy of `source`, or where a server has taken the copy
 * over, and with InfluxdbError. `copies` says that something will be copied now, so that it is not whole meanwhile.
 */
export async function claimCopy(
  client: InfluxdbClient,
  rollupWriter: RollupWriter,
  { source, copies, nowMs }: { source: string; copies: boolean; nowMs: number },
): Promise<void> {
  const copy = await readCopy(client);
  if (copy?.source === source) {
    if (copy.state === 'in_use') {
      throw new AppError('conflict', 'A server works on what was moved to InfluxDB: nothing is moved there any more');
    }
    if (copies && copy.state !== 'filling') await writeCopy(client, copy, { source, state: 'filling' }, nowMs);
    return;
  }
  if (copy !== null || (await rollupWriter.firstReadingMs(EVER)) !== null) {
    throw new AppError('conflict', 'The target holds other readings already: name an empty database or bucket');
  }
  await writeCopy(client, copy, { source, state: 'filling' }, nowMs);
}

/** Everything was copied and compared. Rejects with InfluxdbError. */
export async function completeCopy(client: InfluxdbClient, source: string, nowMs: number): Promise<void> {
  const copy = await readCopy(client);
  if (copy?.state !== 'complete') await writeCopy(client, copy, { source, state: 'complete' }, nowMs);
}

/** For a server that works on the database. Rejects with `conflict` where a move to it is not finished. */
export async function markCopyInUse(client: InfluxdbClient, nowMs: number): Promise<void> {
  const copy = await readCopy(client);
  if (copy?.state === 'filling') {
    throw new AppError(
      'conflict',
      'A move to this database or bucket of InfluxDB is not finished. To go on, run gonsters transfer again on the same data' +
        ' directory with the same targets. To begin again, drop it, and make the database of PostgreSQL anew.',
    );
  }
  // A database that takes nothing at the moment can be read all the same; the next connection notes it.
  if (copy?.state === 'complete') {
    await writeCopy(client, copy, { source: copy.source, state: 'in_use' }, nowMs).catch(() => undefined);
  }
}
