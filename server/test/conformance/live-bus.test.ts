// The live bus of one process, and that of several over a real Redis.

import { randomUUID } from 'node:crypto';
import { METRICS } from '@gonsters/contract';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LiveEvent } from '../../src/events/event-bus.ts';
import { encodeMessage } from '../../src/events/event-message.ts';
import { LocalEventBus } from '../../src/events/local-event-bus.ts';
import { RedisEventBus } from '../../src/events/redis-event-bus.ts';
import { silentLogger } from '../../src/log.ts';
import { findRedis } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { describeLiveBus } from './live-bus.ts';

describeLiveBus('LocalEventBus', async () => new LocalEventBus(silentLogger));

const program = findRedis();

describe.skipIf(program === null)('over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis(program as string);
  });
  afterAll(() => redis.stop());

  async function open(channel: string = randomUUID()) {
    const bus = new RedisEventBus({
      url: redis.url,
      channel,
      local: new LocalEventBus(silentLogger),
      log: silentLogger,
    });
    onTestFinished(() => bus.stop());
    const heard: LiveEvent[] = [];
    const missed = vi.fn();
    bus.listen({ event: (event) => heard.push(event), missed });
    await bus.start();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 10_000 });
    return { bus, heard, missed };
  }
  const two = async () => {
    const channel = randomUUID();
    return [await open(channel), await open(channel)] as const;
  };

  describeLiveBus('RedisEventBus', async () => (await open()).bus);

  test('brings every kind of event to the other node, in order, and none back', async () => {
    const [one, other] = await two();
    const machineIds = Array.from({ length: 300 }, (_, i) => `machine ${i % 7} · ä`);
    const column = (make: (i: number) => number) => Float64Array.from(machineIds, (_, i) => make(i));
    const events: LiveEvent[] = [
      { kind: 'machine', change: 'created', machineId: randomUUID() },
      {
        kind: 'readings',
        readings: {
          length: machineIds.length,
          machineIds,
          timestampsMs: column((i) => 1_768_471_200_000 + i),
          values: METRICS.map((_, m) => column((i) => (i % 5 === m ? Number.NaN : i / 3 + m))),
        },
      },
      { kind: 'config', changed: ['max_temperature_threshold'] },
      { kind: 'limits', machineId: null },
      { kind: 'machine_status', machineIds: [randomUUID()], status: 'maintenance' },
      { kind: 'sessions_ended', sessionIds: [randomUUID()], reason: 'signed_out' },
      { kind: 'gateways' },
      { kind: 'alerts', alerts: [], after: 7 },
    ];
    for (const event of events) one.bus.publish(event);
    await vi.waitFor(() => expect(other.heard).toHaveLength(events.length));
    expect(other.heard).toEqual(events);
    expect(one.heard).toEqual([]);
  });

  test('keeps plants apart that share a Redis', async () => {
    const [one, other] = await two();
    const stranger = await open();
    one.bus.publish({ kind: 'gateways' });
    await vi.waitFor(() => expect(other.heard).toHaveLength(1));
    expect(stranger.heard).toEqual([]);
  });

  test('a node without a listener of its own gets the events of the others as its own', async () => {
    const channel = randomUUID();
    const one = await open(channel);
    const plain = new RedisEventBus({
      url: redis.url,
      channel,
      local: new LocalEventBus(silentLogger),
      log: silentLogger,
    });
    onTestFinished(() => plain.stop());
    const got: LiveEvent[] = [];
    plain.subscribe((event) => got.push(event));
    await plain.start();
    await plain.start();
    await vi.waitFor(() => expect(plain.isConnected).toBe(true));
    one.bus.publish({ kind: 'gateways' });
    await vi.waitFor(() => expect(got).toEqual([{ kind: 'gateways' }]));
  });

  test('asks the others: the one that knows answers, and where nobody does it says so', async () => {
    const [one, other] = await two();
    await expect(one.bus.ask({ what: 1 }, 100)).rejects.toMatchObject({ code: 'store_unavailable' });
    other.bus.answer(async (question) => ({ to: question }));
    expect(await one.bus.ask({ what: 2 }, 5000)).toEqual({ to: { what: 2 } });
    other.bus.answer(async () => undefined);
    await expect(one.bus.ask({ what: 3 }, 100)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  test('knows whether every other node is heard: one that stops says so, one that is cut off does not', async () => {
    const channel = randomUUID();
    const { bus } = await open(channel);
    const other = await open(channel);
    const publisher = new Redis(redis.url);
    onTestFinished(() => publisher.disconnect());
    const sender = '0123456789abcdef';
    const pulse = encodeMessage({ sender, number: 0, content: { kind: 'pulse' } });
    await publisher.publish(channel, pulse);
    await other.bus.stop();
    expect(bus.isComplete).toBe(true);
    await vi.waitFor(() => expect(bus.isComplete).toBe(false), { timeout: 15_000 });
    await publisher.publish(channel, encodeMessage({ sender, number: 1, content: { kind: 'goodbye' } }));
    await vi.waitFor(() => expect(bus.isComplete).toBe(true));
  });

  test('without Redis the own subscribers are served, nothing throws, and its return is told as a gap', async () => {
    const [one, other] = await two();
    const got: LiveEvent[] = [];
    one.bus.subscribe((event) => got.push(event));
    await redis.kill();
    await vi.waitFor(() => expect([one.bus.isConnected, other.bus.isConnected]).toEqual([false, false]));
    const before = other.missed.mock.calls.length;
    one.bus.publish({ kind: 'gateways' });
    expect(got).toEqual([{ kind: 'gateways' }]);
    await expect(one.bus.ask({}, 100)).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 3 });
    await redis.start();
    await vi.waitFor(() => expect([one.bus.isConnected, other.bus.isConnected]).toEqual([true, true]), {
      timeout: 10_000,
    });
    expect(other.missed.mock.calls.length).toBeGreaterThan(before);
    one.bus.publish({ kind: 'limits', machineId: null });
    await vi.waitFor(() => expect(other.heard).toEqual([{ kind: 'limits', machineId: null }]));
  });

  test('a Redis that is not there at the start is found when it comes', async () => {
    await redis.kill();
    const bus = new RedisEventBus({
      url: redis.url,
      channel: randomUUID(),
      local: new LocalEventBus(silentLogger),
      log: silentLogger,
    });
    onTestFinished(() => bus.stop());
    const got: LiveEvent[] = [];
    bus.subscribe((event) => got.push(event));
    await bus.start();
    bus.publish({ kind: 'gateways' });
    expect(got).toEqual([{ kind: 'gateways' }]);
    expect(bus.isConnected).toBe(false);
    await redis.start();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 10_000 });
  });

  test('stops in time though Redis never was there', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const local = new LocalEventBus(silentLogger);
    const [started, unstarted] = [1, 2].map(() => new RedisEventBus({ url, channel: 'c', local, log: silentLogger }));
    await started?.start();
    await Promise.all([started?.stop(), unstarted?.stop()]);
  });

  test('a Redis that takes everything and answers nothing is found out', { timeout: 45_000 }, async () => {
    const { bus, missed } = await open();
    redis.freeze();
    onTestFinished(() => redis.thaw());
    await vi.waitFor(() => expect(bus.isConnected).toBe(false), { timeout: 15_000 });
    const before = missed.mock.calls.length;
    redis.thaw();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 15_000 });
    expect(missed.mock.calls.length).toBeGreaterThan(before);
  });
});
