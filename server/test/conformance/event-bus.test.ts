// The event bus of one process, and that of several nodes over a real Redis.

import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DomainEvent } from '../../src/events/domain-events.ts';
import { encodeMessage } from '../../src/events/event-message.ts';
import { LocalEventBus } from '../../src/events/local-event-bus.ts';
import { RedisEventBus } from '../../src/events/redis-event-bus.ts';
import { silentLogger } from '../../src/log.ts';
import { batchOf, NO_NUMBER } from '../flows/support/batch-of.ts';
import { findRedis } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { describeEventBus } from './event-bus.ts';

describeEventBus('LocalEventBus', async () => new LocalEventBus(silentLogger));

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
    const received: DomainEvent[] = [];
    const onGap = vi.fn();
    bus.listen({ onEvent: (event) => received.push(event), onGap });
    await bus.start();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 10_000 });
    return { bus, received, onGap };
  }
  const two = async () => {
    const channel = randomUUID();
    return [await open(channel), await open(channel)] as const;
  };

  describeEventBus('RedisEventBus', async () => (await open()).bus);

  test('delivers every kind of event to the other node, in order, and none back to the sender', async () => {
    const [one, other] = await two();
    const machineIds = Array.from({ length: 300 }, (_, i) => `machine ${i % 7} · ä`);
    const events: DomainEvent[] = [
      { kind: 'machine', change: 'created', machineId: randomUUID() },
      {
        kind: 'readings',
        readings: batchOf(
          ...machineIds.map((machineId, i) => {
            const values = { temperature: i / 3, [`sensor_${i % 250}`]: i, flow: i % 5 === 0 ? NO_NUMBER : null };
            return [machineId, 1_768_471_200_000 + i, values] as const;
          }),
        ),
      },
      { kind: 'config', changed: ['max_temperature_threshold'] },
      { kind: 'limits', machineId: null },
      { kind: 'machine_status', machineIds: [randomUUID()], status: 'maintenance' },
      { kind: 'sessions_ended', sessionIds: [randomUUID()], reason: 'signed_out' },
      { kind: 'gateways' },
      { kind: 'alerts', alerts: [], after: 7 },
    ];
    for (const event of events) one.bus.publish(event);
    await vi.waitFor(() => expect(other.received).toHaveLength(events.length));
    expect(other.received).toEqual(events);
    expect(one.received).toEqual([]);
  });

  test('delivers no events between plants that share a Redis', async () => {
    const [one, other] = await two();
    const otherPlant = await open();
    one.bus.publish({ kind: 'gateways' });
    await vi.waitFor(() => expect(other.received).toHaveLength(1));
    expect(otherPlant.received).toEqual([]);
  });

  test('without a listener the events of other nodes go to the local subscribers', async () => {
    const channel = randomUUID();
    const one = await open(channel);
    const plain = new RedisEventBus({
      url: redis.url,
      channel,
      local: new LocalEventBus(silentLogger),
      log: silentLogger,
    });
    onTestFinished(() => plain.stop());
    const got: DomainEvent[] = [];
    plain.subscribe((event) => got.push(event));
    await plain.start();
    await plain.start();
    await vi.waitFor(() => expect(plain.isConnected).toBe(true));
    one.bus.publish({ kind: 'gateways' });
    await vi.waitFor(() => expect(got).toEqual([{ kind: 'gateways' }]));
  });

  test('a request resolves with the first reply, and rejects where no node replies', async () => {
    const [one, other] = await two();
    await expect(one.bus.request({ what: 1 }, 100)).rejects.toMatchObject({ code: 'store_unavailable' });
    other.bus.onRequest(async (payload) => ({ to: payload }));
    expect(await one.bus.request({ what: 2 }, 5000)).toEqual({ to: { what: 2 } });
    other.bus.onRequest(async () => undefined);
    await expect(one.bus.request({ what: 3 }, 100)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  test('is not fully connected while another node is silent that did not stop', async () => {
    const channel = randomUUID();
    const { bus } = await open(channel);
    const other = await open(channel);
    const publisher = new Redis(redis.url);
    onTestFinished(() => publisher.disconnect());
    const sender = '0123456789abcdef';
    const heartbeat = encodeMessage({ sender, sequence: 0, content: { kind: 'pulse' } });
    await publisher.publish(channel, heartbeat);
    await other.bus.stop();
    expect(bus.isFullyConnected).toBe(true);
    await vi.waitFor(() => expect(bus.isFullyConnected).toBe(false), { timeout: 15_000 });
    await publisher.publish(channel, encodeMessage({ sender, sequence: 1, content: { kind: 'goodbye' } }));
    await vi.waitFor(() => expect(bus.isFullyConnected).toBe(true));
  });

  test('reports a gap while a node of another version runs, whose messages it cannot read', async () => {
    const channel = randomUUID();
    const { onGap, received } = await open(channel);
    const before = onGap.mock.calls.length;
    const publisher = new Redis(redis.url);
    onTestFinished(() => publisher.disconnect());
    const message = encodeMessage({ sender: '0123456789abcdef', sequence: 1, content: { kind: 'pulse' } });
    message.writeUInt8(2, 0);
    await publisher.publish(channel, message);
    await vi.waitFor(() => expect(onGap.mock.calls.length).toBe(before + 1), { timeout: 15_000 });
    expect(received).toEqual([]);
  });

  test('without Redis local subscribers still receive events, and reconnecting is reported as a gap', async () => {
    const [one, other] = await two();
    const got: DomainEvent[] = [];
    one.bus.subscribe((event) => got.push(event));
    await redis.kill();
    await vi.waitFor(() => expect([one.bus.isConnected, other.bus.isConnected]).toEqual([false, false]));
    const before = other.onGap.mock.calls.length;
    one.bus.publish({ kind: 'gateways' });
    expect(got).toEqual([{ kind: 'gateways' }]);
    await expect(one.bus.request({}, 100)).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 3 });
    await redis.start();
    await vi.waitFor(() => expect([one.bus.isConnected, other.bus.isConnected]).toEqual([true, true]), {
      timeout: 10_000,
    });
    expect(other.onGap.mock.calls.length).toBeGreaterThan(before);
    one.bus.publish({ kind: 'limits', machineId: null });
    await vi.waitFor(() => expect(other.received).toEqual([{ kind: 'limits', machineId: null }]));
  });

  test('connects to a Redis that is started later', async () => {
    await redis.kill();
    const bus = new RedisEventBus({
      url: redis.url,
      channel: randomUUID(),
      local: new LocalEventBus(silentLogger),
      log: silentLogger,
    });
    onTestFinished(() => bus.stop());
    const got: DomainEvent[] = [];
    bus.subscribe((event) => got.push(event));
    await bus.start();
    bus.publish({ kind: 'gateways' });
    expect(got).toEqual([{ kind: 'gateways' }]);
    expect(bus.isConnected).toBe(false);
    await redis.start();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 10_000 });
  });

  test('stops in time when Redis was never reachable', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const local = new LocalEventBus(silentLogger);
    const [started, unstarted] = [1, 2].map(() => new RedisEventBus({ url, channel: 'c', local, log: silentLogger }));
    await started?.start();
    await Promise.all([started?.stop(), unstarted?.stop()]);
  });

  test('a Redis that accepts connections and does not answer counts as disconnected', { timeout: 45_000 }, async () => {
    const { bus, onGap } = await open();
    redis.freeze();
    onTestFinished(() => redis.thaw());
    await vi.waitFor(() => expect(bus.isConnected).toBe(false), { timeout: 15_000 });
    const before = onGap.mock.calls.length;
    redis.thaw();
    await vi.waitFor(() => expect(bus.isConnected).toBe(true), { timeout: 15_000 });
    expect(onGap.mock.calls.length).toBeGreaterThan(before);
  });
});
