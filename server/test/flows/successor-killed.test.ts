// The process is killed while readings are handed over and devices send: every acknowledged reading is at one of the two machines,
// and after the handover none of the earlier ones is at the former machine.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { runCount } from '../support/run-count.ts';
import { request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';

const ROUNDS = runCount(2, 10);
const EARLIER = 120_000;
const PER_BATCH = 20_000;
const BASE_MS = Date.UTC(2026, 0, 15);
const iso = (ms: number) => new Date(ms).toISOString();
type Server = Awaited<ReturnType<typeof startUntilFinished>>;

async function send(server: Server, token: string, id: string, readings: object[]): Promise<boolean> {
  const batch = [{ machine_id: id, sensor_type: 'press', location: 'Hall A', readings }];
  const body = { gateway_id: 'g', timestamp: iso(Date.now()), batch };
  const reply = await request(server.http, token, 'POST', '/data/ingest', body).catch(() => null);
  return reply?.status === 201;
}

it('loses nothing, and leaves nothing behind', { timeout: 180_000 }, async () => {
  const dataDir = await temporaryDirectory();
  let server = await startUntilFinished(dataDir);
  const { machineId: old, token } = await addPress(server);
  const described = { location: 'Hall A', sensor_type: 'press' };
  const add = async (name: string) =>
    (await request(server.http, token, 'POST', '/data/machine', { name, ...described })).body.machine_id as string;
  let from = old;
  for (let i = 0; i < EARLIER; i += PER_BATCH) {
    const readings = Array.from({ length: PER_BATCH }, (_, k) => ({
      timestamp: iso(BASE_MS + (i + k) * 1000),
      speed: (i + k) % 1000,
    }));
    expect(await send(server, token, from, readings)).toBe(true);
  }
  let expected = EARLIER;
  for (let round = 0; round < ROUNDS; round++) {
    const to = await add(`Successor ${round}`);
    const acknowledged = new Set<number>();
    let isOver = false;
    let next = Date.now() - 600_000;
    const device = async () => {
      while (!isOver) {
        const timestamp = next++;
        if (await send(server, token, from, [{ timestamp: iso(timestamp), speed: 1 }])) acknowledged.add(timestamp);
        else await sleep(5);
      }
    };
    const devices = [device(), device()];
    const reply = await request(server.http, token, 'POST', `/machines/${from}/successor`, {
      machine_id: to,
      history: true,
    });
    expect(reply.status).toBe(202);
    await sleep(Math.random() * 400);
    await server.end('SIGKILL');
    server = await startUntilFinished(dataDir);
    const history = await vi.waitFor(
      async () => {
        const { body } = await request(server.http, token, 'GET', `/machines/${from}/successor`);
        expect(body).toMatchObject({ history: { state: 'completed', kept: null } });
        return body.history as { copied_readings: number };
      },
      { timeout: 60_000, interval: 50 },
    );
    isOver = true;
    await Promise.all(devices);
    expect(history.copied_readings).toBeGreaterThanOrEqual(expected);
    const readingsOf = async (id: string) => {
      const range = `start_time=${iso(BASE_MS)}&end_time=${iso(Date.now())}&order=asc&limit=100000`;
      const times: number[] = [];
      for (let offset = 0; ; offset += 100_000) {
        const { body } = await request(server.http, token, 'GET', `/data/machine/${id}?${range}&offset=${offset}`);
        const data = body.data as { timestamp: string }[];
        times.push(...data.map(({ timestamp }) => Date.parse(timestamp)));
        if (data.length < 100_000) return times;
      }
    };
    const [left, moved] = [await readingsOf(from), await readingsOf(to)];
    expect(new Set(moved).size).toBe(moved.length);
    const all = new Set([...left, ...moved]);
    expect([...acknowledged].filter((time) => !all.has(time))).toEqual([]);
    // What arrived after the end of the handover is the former machine's again.
    const early = left.filter((time) => time < BASE_MS + EARLIER * 1000);
    expect(early).toEqual([]);
    expect(moved.length).toBeGreaterThanOrEqual(expected);
    expected = moved.length;
    from = to;
  }
});
