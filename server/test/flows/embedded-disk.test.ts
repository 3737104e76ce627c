// The embedded store and its disk: readings are on the disk before they are acknowledged, and not acknowledged if they do not fit.

import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { findStrace } from '../support/find-program.ts';
import { request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { batchOf } from './support/batch-of.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';

const MIB = 1024 * 1024;
/** A fault is reported within two seconds on an idle computer. */
const SOON = { timeout: 10_000, interval: 50 };
const FULL = expect.objectContaining({
  ...{ code: 503, status: 'unavailable', readings: 'down', up: 0, reason: 'The disk is full.' },
});
const WAIT = { timeout: 20_000, interval: 100 };

async function openPlant(dataDir: string, under: readonly string[] = []) {
  const server = await startUntilFinished(dataDir, { UV_USE_IO_URING: '0' }, under);
  const { machineId, token } = await addPress(server);
  const gateway = await connectAsync(server.mqtt);
  onTestFinished(() => gateway.endAsync(true));
  return {
    ...{ server, token, machineId },
    /** The state of the readings in `/health/ready` and `/metrics`. */
    isReady: async () => {
      const response = await fetch(`${server.http}/health/ready`);
      const { status, parts, reasons } = (await response.json()) as Record<string, Record<string, string>>;
      const figures = await (await fetch(`${server.http}/metrics`)).text();
      const up = Number(/^gonsters_part_up\{part="readings"\} (.*)$/m.exec(figures)?.[1]);
      return {
        code: response.status,
        status,
        readings: parts?.readings,
        up,
        reason: reasons?.readings,
        parts,
        reasons,
      };
    },
    publish: (speed: number) =>
      gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify({ speed }), { qos: 1 }),
  };
}

const strace = findStrace();
/** A container may forbid tracing and mounting. Then these tests are skipped with a message. */
const mayTrace =
  strace !== null && isPossible('Tracing a process', strace, ['-o', '/dev/null', '-e', 'trace=none', 'true']);
const mayMount = isPossible('Mounting a file system in memory', 'sh', [
  '-c',
  'd=$(mktemp -d) || exit 1; mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d"; done=$?; rmdir "$d"; exit $done',
]);

function isPossible(what: string, program: string, args: readonly string[]): boolean {
  if (spawnSync(program, args, { stdio: 'ignore' }).status === 0) return true;
  process.stderr.write(`\n${what} is not permitted here: its tests cannot run.\n\n`);
  return false;
}

async function mountMemory(directory: string, size: string): Promise<string> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
  onTestFinished(() => {
    execFileSync('umount', [directory]);
  });
  return directory;
}

/** The system calls in order: `journal` for a write, `synced` for a completed fsync, `PUBACK`. */
function stepsIn(trace: string): string[] {
  const steps: string[] = [];
  const syncing = new Set<string>();
  for (const line of trace.split('\n')) {
    const [, thread, call] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    if (/^pwrite64\(\d+<[^>]*\.journal>/.test(call)) steps.push('journal');
    if (/^fdatasync\(\d+<[^>]*\.journal>/.test(call)) syncing.add(thread);
    if (syncing.has(thread) && /^(fdatasync\(|<\.\.\. fdatasync resumed).*= 0$/.test(call)) {
      syncing.delete(thread);
      steps.push('synced');
    }
    // A PUBACK with a remaining length of two bytes.
    if (/^(write|writev|sendto|sendmsg)\(.*"\\x40\\x02/.test(call)) steps.push('PUBACK');
  }
  return steps;
}

test.skipIf(!mayTrace)(
  'a PUBACK is sent after the journal is on the disk, according to the system calls',
  async () => {
    const dataDir = await temporaryDirectory();
    const trace = join(await temporaryDirectory(), 'trace');
    // With -D the server is the child of this process, and the tracer is the child of the server.
    const under = [strace as string, '-D', '-f', '-y', '-x', '-s', '8', '-o', trace];
    const { publish } = await openPlant(dataDir, [
      ...under,
      '-e',
      'trace=pwrite64,fdatasync,write,writev,sendto,sendmsg',
    ]);
    const MESSAGES = 20;
    for (let i = 0; i < MESSAGES; i++) await publish(i);
    await vi.waitFor(async () => {
      const steps = stepsIn(await readFile(trace, 'latin1'));
      expect(steps.filter((step) => step === 'PUBACK')).toHaveLength(MESSAGES);
      expect(steps.join(' ')).toBe(Array.from({ length: MESSAGES }, () => 'journal synced PUBACK').join(' '));
    }, WAIT);
  },
  60_000,
);

/** A disk of 20 MiB; unmounted when the test ends. */
/** Fills the disk except for this many bytes. */
async function fill(disk: string, leftBytes: number): Promise<string> {
  const filler = join(disk, 'filler');
  const { bavail, bsize } = await statfs(disk);
  await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
  return filler;
}

test.skipIf(!mayMount)('on a disk that is short of space, expired files leave the trash folder at once', async () => {
  const disk = await mountMemory(await temporaryDirectory(), '20m');
  const clock = { nowMs: () => Date.UTC(2026, 0, 15, 12) };
  const store = new DuckdbReadingStore({ directory: join(disk, 'readings'), clock, log: silentLogger });
  await store.open();
  onTestFinished(() => store.close());
  await store.append(batchOf(['machine', clock.nowMs(), { temperature: 1, pressure: 2, speed: 3 }]));
  const [laterMs, shortly] = [clock.nowMs() + 9 * 86_400_000, { raw: 1, '1m': 99, '1h': 99, '1d': 999 }];
  const batches = async () => (await readdir(join(disk, 'readings', 'trash'))).filter((name) => !name.includes('.'));
  for (let run = 0; run < 2; run++) await store.runDueJobs(laterMs, shortly);
  expect(await batches()).toHaveLength(1);
  await fill(disk, 3 * MIB);
  await store.runDueJobs(laterMs, shortly);
  expect(await batches()).toHaveLength(1);
  await rm(join(disk, 'filler'));
  await fill(disk, MIB);
  // Also while the clock may be wrong, because otherwise new readings could not be stored.
  await store.runDueJobs(laterMs, null);
  expect(await batches()).toEqual([]);
});

test.skipIf(!mayMount)(
  'on a full disk nothing is acknowledged and HTTP answers 503; with free space the server continues by itself',
  async () => {
    const disk = await mountMemory(await temporaryDirectory(), '20m');
    const { server, token, machineId, publish, isReady } = await openPlant(join(disk, 'data'));
    let sent = 0;
    const post = (count: number) => {
      const readings = Array.from({ length: count }, () => ({
        timestamp: new Date(Date.now() - 3_600_000 + sent++).toISOString(),
        speed: Math.random() * 1000,
      }));
      return request(server.http, token, 'POST', '/data/ingest', {
        gateway_id: 'gw-1',
        timestamp: new Date().toISOString(),
        batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }],
      });
    };
    expect((await post(100)).status).toBe(201);
    const filler = await fill(disk, MIB / 4);

    await vi.waitFor(async () => expect((await post(5_000)).status).toBe(503), WAIT);
    let isAcknowledged = false;
    const published = Array.from({ length: 40 }, (_, i) => publish(i));
    void Promise.all(published).then(() => {
      isAcknowledged = true;
    });
    expect(await post(5_000)).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect((await fetch(`${server.http}/health`)).status).toBe(200);
    // A few readings still fit, but not the refused ones.
    await vi.waitFor(async () => expect(await isReady()).toEqual(FULL), SOON);

    await rm(filler);
    await Promise.all(published);
    expect(isAcknowledged).toBe(true);
    await vi.waitFor(async () => expect((await post(100)).status).toBe(201), WAIT);
    await vi.waitFor(async () => expect(await isReady()).toMatchObject({ code: 200, readings: 'up' }), WAIT);
    expect(await server.end('SIGTERM')).toBe(0);
  },
  60_000,
);

test.skipIf(!mayMount)(
  'a disk that another program fills is reported without any reading being sent, and so is its recovery',
  async () => {
    const disk = await mountMemory(await temporaryDirectory(), '20m');
    const { isReady } = await openPlant(join(disk, 'data'));
    await vi.waitFor(async () => expect(await isReady()).toMatchObject({ code: 200, status: 'ready', up: 1 }), WAIT);

    const filler = join(disk, 'filler');
    const { bavail, bsize } = await statfs(disk);
    await writeFile(filler, Buffer.alloc(bavail * bsize));
    await vi.waitFor(async () => {
      const found = await isReady();
      expect(found).toEqual(FULL);
      expect(found).toMatchObject({
        parts: { database: 'degraded' },
        reasons: { database: expect.stringMatching(/full/) },
      });
    }, SOON);

    await rm(filler);
    await vi.waitFor(async () => expect(await isReady()).toMatchObject({ code: 200, status: 'ready', up: 1 }), SOON);
  },
  60_000,
);

test.skipIf(!mayMount)(
  'a file system that has become read-only is reported, and so is its recovery',
  async () => {
    const dataDir = await temporaryDirectory();
    const { isReady } = await openPlant(dataDir);
    // Before the first reading, because an open file could still be written.
    const journal = join(dataDir, 'readings', 'journal');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', journal]);
    let isMounted = true;
    const unmount = () => {
      if (isMounted) execFileSync('umount', [journal]);
      isMounted = false;
    };
    onTestFinished(unmount);
    await vi.waitFor(async () => {
      expect(await isReady()).toMatchObject({ code: 503, readings: 'down', reason: 'The file system is read-only.' });
    }, SOON);
    unmount();
    await vi.waitFor(async () => expect(await isReady()).toMatchObject({ code: 200, readings: 'up' }), SOON);
  },
  60_000,
);
