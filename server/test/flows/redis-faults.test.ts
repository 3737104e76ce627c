// Redis is down, resets connections or is silent: the node continues alone without delay, and reconnects by itself.

import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { findRedis } from '../support/find-program.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { openLivePress } from './support/live-press.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const program = findRedis();
const WAIT = { timeout: 15_000, interval: 50 };
let redis: RedisServer;

async function openPlant(fault: Fault = { kind: 'none' }) {
  const proxy: FaultProxy = await startFaultProxy({ port: Number(new URL(redis.url).port) });
  onTestFinished(() => proxy.stop());
  await proxy.set(fault);
  const core: StartedCore = await startCore({
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
    MQTT_PORT: '0',
    JWT_SECRET_KEY: 'x'.repeat(32),
  });
  onTestFinished(() => core.remove());
  const untilBus = (state: 'up' | 'degraded') =>
    vi.waitFor(async () => {
      expect((await core.send('GET', '//health/ready')).body).toMatchObject({ parts: { bus: state } });
    }, WAIT);
  return { proxy, core, untilBus };
}

describe.skipIf(program === null)('Redis', () => {
  beforeAll(async () => {
    redis = await startRedis(program as string);
  });
  afterAll(() => redis.stop());

  test.each<[string, Fault]>([
    ['is gone', { kind: 'refuse' }],
    ['resets every connection', { kind: 'reset' }],
    ['breaks off in the middle of its answers', { kind: 'cut', afterBytes: 20 }],
    ['does not answer any more', { kind: 'silent' }],
  ])(
    'while it %s readings, alerts, live values, sign-in and changes go on, and none of them waits long',
    async (_what, fault) => {
      const { proxy, core, untilBus } = await openPlant();
      await untilBus('up');
      const { machineId, seen, alerts, publish } = await openLivePress(core);
      await publish(60);

      await proxy.set(fault);
      const startedAt = performance.now();
      await publish(99);
      await core.ingest(machineId, [{ timestamp: new Date().toISOString(), temperature: 98 }]);
      await core.addMachine('Press 2');
      await core.signIn('supervisor1');
      expect((await core.as('Operator', 'GET', '/alerts')).status).toBe(200);
      expect(performance.now() - startedAt).toBeLessThan(8_000);
      await vi.waitFor(() => expect(seen).toEqual([60, 99, 98]), WAIT);
      await vi.waitFor(() => expect(alerts.map((alert) => alert.state)).toEqual(['active_unacked']), WAIT);
      await untilBus('degraded');

      await proxy.set({ kind: 'none' });
      await untilBus('up');
      await publish(61);
      await vi.waitFor(() => expect(seen.at(-1)).toBe(61), WAIT);
    },
    60_000,
  );

  test('where it does not answer, the server starts and stops in time', async () => {
    const { core, untilBus } = await openPlant({ kind: 'silent' });
    await untilBus('degraded');
    await core.addMachine('Press 1');
    const startedAt = performance.now();
    await core.stop();
    expect(performance.now() - startedAt).toBeLessThan(9_000);
  }, 60_000);

  test('where it becomes silent before a stop, the stop ends in time', async () => {
    const { proxy, core, untilBus } = await openPlant();
    await untilBus('up');
    await proxy.set({ kind: 'silent' });
    const startedAt = performance.now();
    await core.stop();
    expect(performance.now() - startedAt).toBeLessThan(9_000);
  }, 60_000);
});
