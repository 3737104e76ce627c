// A client that stops reading: it needs bounded memory and does not affect other clients.

import type { Socket as TcpSocket } from 'node:net';
import { connect } from 'node:net';
import { FRAMES_VERSION } from '@gonsters/contract';
import { describe, expect, it, vi } from 'vitest';
import { type Client, collect, next, openPlant, type Plant, readingsOf } from './support/live-plant.ts';

/** The TCP socket of a client in Node, to pause and resume reading. */
function wireOf(client: Client): TcpSocket {
  const transport = client.io.engine.transport as unknown as { ws: { _socket: TcpSocket } };
  return transport.ws._socket;
}

const T0 = Date.UTC(2026, 0, 15, 10, 30);
const BATCH = 2000;

/** Batches of readings of each machine in turn, the next as soon as `seen` says that the last arrived. @returns how many */
async function flood(
  plant: Plant,
  from: number,
  seen: () => number,
  until: () => boolean | Promise<boolean>,
): Promise<number> {
  let sent = from;
  while (!(await until())) {
    const rows = Array.from({ length: BATCH }, (_, i): [string, number, number[]] => [
      plant.machineIds[(sent + i) % plant.machineIds.length] as string,
      T0 + sent + i,
      [20],
    ]);
    sent += BATCH;
    plant.announce(readingsOf(...rows));
    await vi.waitFor(() => expect(seen()).toBe(sent), { timeout: 10_000, interval: 5 });
  }
  return sent;
}

const gauge = async (plant: Plant, name: 'liveDegraded' | 'liveConnections') =>
  (await plant.metrics[name].get()).values[0]?.value ?? 0;

describe('a client of the public event stream that stops reading', () => {
  it('receives the newest value per machine when it reads again, while another receives everything', async () => {
    const plant = await openPlant({ machines: 50 });
    const stuck = plant.connect();
    const healthy = plant.connect();
    for (const client of [stuck, healthy]) client.emit('subscribe_all');
    await Promise.all([next(stuck, 'subscribed_all'), next(healthy, 'subscribed_all')]);
    let seen = 0;
    healthy.on('sensor_data', () => {
      seen++;
    });
    const healthyDegraded = collect(healthy, 'degraded');
    const late = collect(stuck, 'sensor_data');
    wireOf(stuck).pause();
    const before = process.memoryUsage().rss;
    const sent = await flood(
      plant,
      0,
      () => seen,
      async () => (await gauge(plant, 'liveDegraded')) === 1,
    );
    const all = await flood(
      plant,
      sent,
      () => seen,
      () => seen >= sent + 100_000,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    expect(healthyDegraded).toEqual([]);

    const told = collect(stuck, 'degraded');
    wireOf(stuck).resume();
    await vi.waitFor(() => expect(told.map((event) => event.degraded)).toEqual([true, false]), { timeout: 10_000 });
    const newest = new Map(late.map((event) => [event.machine_id, Date.parse(event.timestamp)]));
    expect([...newest.values()].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => T0 + all - 50 + i));
    expect(late.length).toBeLessThan(seen);
    plant.announce(readingsOf([plant.machineIds[0] as string, T0 + all, [21]]));
    expect(await next(stuck, 'sensor_data')).toMatchObject({ temperature: 21 });
  }, 60_000);

  it('is disconnected past a bound, because alerts and changes are never left out', async () => {
    const plant = await openPlant();
    const stuck = plant.connect();
    await next(stuck, 'connected');
    wireOf(stuck).pause();
    const machineId = plant.machineIds[0] as string;
    let published = 0;
    await vi.waitFor(
      async () => {
        for (let i = 0; i < 2000; i++) plant.bus.publish({ kind: 'machine', change: 'updated', machineId });
        published += 2000;
        expect(await gauge(plant, 'liveConnections')).toBe(0);
      },
      { timeout: 25_000, interval: 5 },
    );
    expect(published).toBeGreaterThan(10_000);
    const gone = new Promise((resolve) => stuck.on('disconnect', resolve));
    wireOf(stuck).resume();
    expect(await gone).toBe('transport close');
  }, 60_000);
});

describe('a dashboard that stops reading', () => {
  it('does not delay other dashboards', async () => {
    const plant = await openPlant({ machines: 200 });
    const [one] = plant.machineIds as [string];
    const stuck = plant.connect();
    const healthy = plant.connect();
    let frames = 0;
    healthy.on('detail', (_frame, taken) => {
      frames++;
      taken();
    });
    healthy.on('overview', (_seq, _frame, taken) => taken());
    for (const client of [stuck, healthy])
      client.emit('set_view', { frames: FRAMES_VERSION, overview: true, detail: [one], hz: 1 });
    await Promise.all([next(stuck, 'view'), next(healthy, 'view')]);
    wireOf(stuck).pause();
    await vi.waitFor(
      async () => {
        plant.announce(readingsOf([one, Date.now(), [60]]));
        expect(await gauge(plant, 'liveDegraded')).toBe(1);
      },
      { timeout: 10_000, interval: 20 },
    );
    expect(frames).toBeGreaterThan(15);
  });
});

describe('a client without authentication', () => {
  it('that opens a connection and never authenticates is disconnected, and does not count as a client', async () => {
    const plant = await openPlant();
    const { hostname, port } = new URL(plant.url);
    const wire = connect(Number(port), hostname);
    wire.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: hall\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const closed = new Promise((resolve) => wire.on('close', resolve));
    wire.resume();
    await closed;
    expect(await gauge(plant, 'liveConnections')).toBe(0);
  });
});
