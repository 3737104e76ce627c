// The embedded engine after crashes and damage: it always starts, and loses nothing acknowledged but what a damaged file held.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { METRIC_NAMES } from '@gonsters/contract';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import type { RetentionDays } from '../../src/readings/reading-store.ts';
import { INTERVALS_MS } from '../../src/readings/time-buckets.ts';
import { batchOf, type Row, rowsOf, rowsOfBatch, SEED_METRICS } from './reading-oracle.ts';

const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER: RetentionDays = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const APPENDER = resolve(import.meta.dirname, '../support/append-until-killed.mjs');
const SEED = { metrics: SEED_METRICS, everyReading: true };
const clock: Clock = { nowMs: () => NOON };

describe('the embedded store of readings after a fault', () => {
  let directory: string;
  let store: DuckdbReadingStore;
  const make = () => new DuckdbReadingStore({ directory, clock, log: silentLogger });
  const append = (...rows: Row[]) => store.append(batchOf(rows));
  const raw = async () => {
    const page = await store.raw({
      ...SEED,
      machineId: A,
      fromMs: 0,
      toMs: Date.UTC(9999, 0),
      order: 'asc',
      offset: 0,
      limit: 100_000,
    });
    expect(page.total).toBe(page.rows.length);
    return rowsOf(A, page.rows);
  };
  const reopen = async () => {
    store = make();
    return store.open();
  };
  const runAllJobs = () => store.runDueJobs(NOON + 2 * DAY, EVER);
  const filesBelow = async (path: string) => {
    const entries = await readdir(join(directory, path), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };
  const parquetBelow = async (path: string) => (await filesBelow(path)).filter((name) => name.endsWith('.parquet'));
  const flip = async (path: string, at: number) => {
    const bytes = await readFile(path);
    bytes[at] = (bytes[at] as number) ^ 0xff;
    await writeFile(path, bytes);
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'readings-'));
    store = make();
    await store.open();
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('logs no error if it is closed while it flushes, and loses nothing', async () => {
    await store.close();
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    store = new DuckdbReadingStore({ directory, clock, log, maxMemtableValues: 5 });
    await store.open();
    // The second append begins a flush.
    await append([A, NOON, 1, 1, 1]);
    await append([A, NOON + 1, 1, 1, 1]);
    await store.close();
    expect(lines).toEqual([]);
    await reopen();
    expect(await raw()).toHaveLength(2);
  });

  it('loses one record of the journal to a flipped byte, reports it and keeps a copy of the file', async () => {
    for (let i = 0; i < 10; i++) await append([A, NOON + i, i, i, i]);
    await store.close();
    const [journal] = (await filesBelow('journal')) as [string];
    await flip(journal, Math.floor((await readFile(journal)).length / 2));
    const report = await reopen();
    expect(report.damaged).toEqual([expect.stringMatching(/journal$/)]);
    expect(await raw()).toHaveLength(9);
    expect((await filesBelow('journal')).some((name) => name.includes('.damaged-'))).toBe(true);
    await append([A, NOON + 100, 1, 1, 1]);
    await store.close();
    expect(await reopen()).toEqual({ damaged: [] });
    expect(await raw()).toHaveLength(10);
  });

  it('loses at most one record when any single byte of the journal is flipped', async () => {
    for (let i = 0; i < 4; i++) await append([A, NOON + i, i, i, i]);
    await store.close();
    const [journal] = (await filesBelow('journal')) as [string];
    const whole = await readFile(journal);
    for (let at = 0; at < whole.length; at += 7) {
      await writeFile(journal, whole);
      await flip(journal, at);
      const { damaged } = await reopen();
      expect(damaged).toHaveLength(1);
      expect(await raw()).toHaveLength(3);
      await store.close();
    }
    store = make();
    await store.open();
  });

  it('does not report an unfinished record at the end of the journal as damage', async () => {
    for (let i = 0; i < 3; i++) await append([A, NOON + i, i, i, i]);
    await store.close();
    const [journal] = (await filesBelow('journal')) as [string];
    const whole = await readFile(journal);
    // All records have the same length.
    const record = whole.subarray(whole.length - whole.length / 3);
    await writeFile(journal, Buffer.concat([whole, record.subarray(0, -5)]));
    expect(await reopen()).toEqual({ damaged: [] });
    expect(await raw()).toHaveLength(3);
  });

  it('quarantines a truncated Parquet file at the start and keeps every other file', async () => {
    await append([A, NOON, 1, 1, 1], [A, NOON - DAY, 2, 2, 2]);
    await runAllJobs();
    await store.close();
    const [first] = (await parquetBelow('values')).sort() as [string];
    await truncate(first, (await readFile(first)).length - 3);
    const { damaged } = await reopen();
    expect(damaged).toEqual([expect.stringContaining('2026-01-14')]);
    expect((await raw()).map((row) => row[1])).toEqual([NOON]);
  });

  it('quarantines a file that proves damaged when it is read, and answers from the other files', async () => {
    await append([A, NOON, 1, 1, 1], [A, NOON - DAY, 2, 2, 2]);
    await runAllJobs();
    const [first] = (await parquetBelow('values')).sort() as [string];
    const bytes = await readFile(first);
    bytes.fill(0xff, 4, bytes.length - 8);
    await writeFile(first, bytes);
    const range = { ...SEED, machineId: A, fromMs: NOON - DAY, toMs: NOON - DAY + HOUR, order: 'asc' as const };
    expect((await store.raw({ ...range, offset: 0, limit: 10 })).total).toBe(0);
    expect((await filesBelow('values')).some((name) => name.includes('.damaged-'))).toBe(true);
    expect((await store.raw({ ...range, toMs: NOON + 1, offset: 0, limit: 10 })).rows.timestampsMs).toContain(NOON);
  });

  it('finds the newest readings in the files if their snapshot is missing', async () => {
    await append([A, NOON, 1, null, 3], [A, NOON - DAY, 2, 2, 2], [A, NOON - 400 * DAY, 9, 9, 9]);
    await runAllJobs();
    await append([A, NOON - DAY, null, 7, null]);
    await append([A, NOON - DAY - 1, 5, 5, 5]);
    const expected = [
      [A, NOON - DAY, null, 7, null],
      [A, NOON, 1, null, 3],
    ];
    expect(rowsOfBatch(await store.latest())).toEqual(expected);
    await store.close();
    await rm(join(directory, 'newest.json'));
    await reopen();
    expect(rowsOfBatch(await store.latest())).toEqual(expected);
  });

  it('finds metrics that the newest reading lacks, which the snapshot of an earlier version does not contain', async () => {
    await append([A, NOON - DAY, 96, 118, null]);
    await append([A, NOON, null, null, 1480]);
    await runAllJobs();
    await store.close();
    const path = join(directory, 'newest.json');
    const { generation } = JSON.parse(await readFile(path, 'utf8'));
    const readings = { [A]: [NOON, null, null, 1480], gone: [NOON - 900 * DAY, 1, 2, 3] };
    await writeFile(path, JSON.stringify({ generation, metrics: METRIC_NAMES, readings }));
    await reopen();
    expect(rowsOfBatch(await store.latest()).sort()).toEqual(
      [
        [A, NOON - DAY, 96, 118, null],
        [A, NOON, null, null, 1480],
        ['gone', NOON - 900 * DAY, 1, 2, 3],
      ].sort(),
    );
  });

  it('does not open files that a newer version wrote', async () => {
    await store.close();
    await writeFile(join(directory, 'format.json'), JSON.stringify({ format: 3 }));
    await expect(reopen()).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('starts if the tombstones and an L0 file are damaged', async () => {
    await append([A, NOON, 1, 1, 1]);
    await runAllJobs();
    await store.deleteMachine('00000000-0000-4000-8000-00000000000b');
    await append([A, NOON + HOUR, 2, 2, 2]);
    await store.runDueJobs(NOON + HOUR, EVER);
    await store.close();
    await writeFile(join(directory, 'forgotten.json'), '{"half');
    const [l0] = (await parquetBelow('values/loose')) as [string];
    const bytes = await readFile(l0);
    bytes.fill(0xff, 4, bytes.length - 8);
    await writeFile(l0, bytes);
    expect((await reopen()).damaged).toEqual(['forgotten.json', expect.stringContaining('loose')]);
    expect((await raw()).map((row) => row[1])).toEqual([NOON]);
    await store.close();
    expect(await reopen()).toEqual({ damaged: [] });
  });

  it('removes unfinished files that a crash left behind', async () => {
    await append([A, NOON, 1, 1, 1]);
    await runAllJobs();
    await store.close();
    const [file] = (await parquetBelow('values')) as [string];
    await writeFile(`${file}.tmp`, 'half');
    expect(await reopen()).toEqual({ damaged: [] });
    expect((await filesBelow('values')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('stores nothing of a batch that cannot be written, and stores the next one when writing is possible again', async () => {
    await append([A, NOON, 1, 1, 1]);
    await store.runDueJobs(NOON + HOUR, EVER);
    // Without the directory of the journal the next append cannot open its file.
    await rm(join(directory, 'journal'), { recursive: true });
    await expect(append([A, NOON + 1, 2, 2, 2])).rejects.toMatchObject({
      code: 'store_unavailable',
      retryAfterSeconds: expect.any(Number),
    });
    expect(await raw()).toHaveLength(1);
    await mkdir(join(directory, 'journal'));
    await append([A, NOON + 2, 3, 3, 3]);
    expect((await raw()).map((row) => row[1])).toEqual([NOON, NOON + 2]);
  });

  it('keeps every acknowledged reading when the process is killed at random moments', async () => {
    await store.close();
    let acknowledged = -1;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [APPENDER, directory, String(acknowledged + 1)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const killAfter = 20 + round * 37;
      let seen = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (++seen === killAfter) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
    }
    expect(await reopen()).toEqual({ damaged: [] });
    const stored = await raw();
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged + 1);
    for (let i = 0; i <= acknowledged; i++) expect(stored[i]).toEqual([A, NOON + i * 1000, i, null, 0 - i]);
  });

  it('refuses a batch that does not fit on the disk, and continues in a new file', async () => {
    await store.close();
    // No file may grow beyond 16 kB, so that a write fails in the middle of a record, as on a full disk.
    const limited = `ulimit -f 32 && exec "$0" "$@"`;
    const child = spawn('sh', ['-c', limited, process.execPath, APPENDER, directory, '0', 'none'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let failed = 0;
    let acknowledged = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'failed') failed++;
      else acknowledged = Number(line);
      if (failed >= 2) child.kill('SIGKILL');
    }
    expect(failed).toBeGreaterThanOrEqual(2);
    expect(await reopen()).toEqual({ damaged: [] });
    const stored = await raw();
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged + 1);
    for (let i = 0; i <= acknowledged; i++) expect(stored[i]).toEqual([A, NOON + i * 1000, i, null, 0 - i]);
  });

  it('cannot be opened by another process', async () => {
    const child = spawn(process.execPath, [APPENDER, directory, '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [error] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    expect(error).toContain('data_directory_in_use');
  });
});
