// Gateways whose clocks differ, and gateways that send a backlog, over MQTT and HTTP.

import { once } from 'node:events';
import { type Alert, isoTime } from '@gonsters/contract';
import { connectAsync, type MqttClient } from 'mqtt';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const HOT = 97;
const NORMAL = 65;
const DAY_2013 = Date.UTC(2013, 11, 2, 21);

let core: StartedCore;
const clock = { offsetMs: 0, nowMs: () => Date.now() + clock.offsetMs };
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' }, undefined, { clock });
});
afterAll(() => core.remove());

let machines = 0;
const newMachine = () => core.addMachine(`Press ${++machines}`);

async function gateway(): Promise<MqttClient> {
  const client = await connectAsync(core.mqtt as string);
  onTestFinished(() => client.endAsync(true));
  return client;
}

type Values = { temperature?: number; pressure?: number; speed?: number };
/** Readings in one message, each with a timestamp. */
const publish = (client: MqttClient, machineId: string, ...readings: readonly (readonly [atMs: number, Values])[]) =>
  client.publishAsync(
    `factory/f/machine/${machineId}/telemetry`,
    JSON.stringify(readings.map(([atMs, values]) => ({ timestamp: isoTime(atMs), ...values }))),
    { qos: 1 },
  );
const row = (atMs: number, temperature: number) => [atMs, { temperature }] as const;

/** Oldest raised first. */
async function alertsOf(machineId: string): Promise<Alert[]> {
  const reply = await core.as<{ alerts: Alert[] }>('Operator', 'GET', `/alerts?machine_id=${machineId}`);
  return reply.body.alerts.reverse();
}
const shortOf = (alerts: readonly Alert[]) =>
  alerts.map(({ metric, state, late, end_not_seen, raised_at, cleared_at, peak_value }) => ({
    ...{ metric, state, late, end_not_seen, peak_value },
    from: Date.parse(raised_at),
    to: cleared_at === null ? null : Date.parse(cleared_at),
  }));

/** The `alert` events of a machine for which the page sounds. */
async function listen(machineId: string): Promise<Alert[]> {
  const socket = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
  onTestFinished(() => {
    socket.disconnect();
  });
  const loud: Alert[] = [];
  socket.on('alert', (event: Alert) => {
    if (event.machine_id === machineId && !event.late && event.state === 'active_unacked') loud.push(event);
  });
  await once(socket as never, 'connected');
  socket.emit('subscribe_all');
  return loud;
}

describe('no alert of a gateway is missed because of another gateway', () => {
  it.each([0.5, 2, 3, 60])('that is %s s ahead of it', async (ahead) => {
    const machineId = await newMachine();
    const loud = await listen(machineId);
    const [a, b] = [await gateway(), await gateway()];
    for (let i = 0; i < 6; i++) {
      await publish(a, machineId, [clock.nowMs() + ahead * SECOND, { speed: 1480 }]);
      await publish(b, machineId, row(clock.nowMs(), HOT));
    }
    await expect
      .poll(() => alertsOf(machineId))
      .toMatchObject([{ severity: 'critical', state: 'active_unacked', late: false }]);
    await expect.poll(() => loud.length).toBe(1);
    await publish(b, machineId, row(clock.nowMs(), NORMAL));
    await expect.poll(() => alertsOf(machineId)).toMatchObject([{ state: 'cleared_unacked', raise_count: 1 }]);
  });

  it('that sends a batch with the fast scan group first', async () => {
    const machineId = await newMachine();
    const client = await gateway();
    for (let i = 0; i < 3; i++) {
      const nowMs = clock.nowMs();
      await publish(
        client,
        machineId,
        [nowMs - 400, { speed: 1480 }],
        [nowMs - 200, { speed: 1480 }],
        [nowMs, { speed: 1480 }],
      );
      await publish(client, machineId, row(nowMs - 1600, HOT), row(nowMs - 800, HOT));
    }
    await expect.poll(() => alertsOf(machineId)).toMatchObject([{ state: 'active_unacked', late: false }]);
  });

  it('whose clock steps back by four minutes', async () => {
    const machineId = await newMachine();
    const client = await gateway();
    for (let i = 0; i < 3; i++) await publish(client, machineId, row(clock.nowMs() + 4 * MINUTE, NORMAL));
    // A reading of the future counts from its arrival in the engine, which may be a moment after the first of these was sent.
    for (let i = 0; i < 2; i++) await publish(client, machineId, row(clock.nowMs(), HOT));
    await expect.poll(() => alertsOf(machineId)).toMatchObject([{ state: 'active_unacked', late: false }]);
  });
});

describe.each(['mqtt', 'http'] as const)('a backlog over %s', (way) => {
  /** Sends readings in one message. */
  async function sender(machineId: string) {
    const client = await gateway();
    return async (...readings: readonly (readonly [number, number])[]) => {
      if (way === 'mqtt') await publish(client, machineId, ...readings.map(([atMs, value]) => row(atMs, value)));
      else
        await core.ingest(
          machineId,
          readings.map(([atMs, temperature]) => ({ timestamp: isoTime(atMs), temperature })),
        );
    };
  }

  it('of three hours has one silent alert about the excursion in its middle', async () => {
    const machineId = await newMachine();
    const loud = await listen(machineId);
    const send = await sender(machineId);
    const t = clock.nowMs() - 3 * HOUR;
    await send([t, NORMAL]);
    for (let i = 0; i < 4; i++) await send([t + (10 + i * 5) * MINUTE, NORMAL], [t + (11 + i * 5) * MINUTE, NORMAL]);
    for (let i = 0; i < 4; i++) await send([t + (40 + i * 5) * MINUTE, HOT], [t + (41 + i * 5) * MINUTE, HOT + i]);
    await send([t + 120 * MINUTE, NORMAL]);
    const entry = { metric: 'temperature', state: 'closed', late: true, end_not_seen: false, peak_value: HOT + 3 };
    await expect
      .poll(async () => shortOf(await alertsOf(machineId)))
      .toEqual([{ ...entry, from: t + 40 * MINUTE, to: t + 56 * MINUTE }]);
    // The excursion is over, and a reading of now raises an alert of its own.
    await send([clock.nowMs(), HOT]);
    await expect.poll(() => loud.length).toBe(1);
    expect(await alertsOf(machineId)).toMatchObject([{ late: true }, { late: false, state: 'active_unacked' }]);
  });

  it('that ends past its limit leaves no active alert, and the end of the excursion is marked as not seen', async () => {
    const machineId = await newMachine();
    const loud = await listen(machineId);
    const send = await sender(machineId);
    await send([DAY_2013, NORMAL], [DAY_2013 + 5 * MINUTE, HOT]);
    for (let i = 2; i < 6; i++) await send([DAY_2013 + i * 5 * MINUTE, HOT + i]);
    const entry = { metric: 'temperature', state: 'closed', late: true, end_not_seen: true, peak_value: HOT + 5 };
    await expect
      .poll(async () => shortOf(await alertsOf(machineId)))
      .toEqual([{ ...entry, from: DAY_2013 + 5 * MINUTE, to: DAY_2013 + 25 * MINUTE }]);
    // It neither prevents an alert of now nor changes its start.
    await send([clock.nowMs(), HOT]);
    await expect.poll(() => loud.length).toBe(1);
    const alerts = await alertsOf(machineId);
    expect(alerts).toHaveLength(2);
    expect(Date.parse(alerts[1]?.raised_at as string)).toBeGreaterThan(clock.nowMs() - MINUTE);
  });

  it('whose excursion lasts until the present raises an alert then, with its true start', async () => {
    const machineId = await newMachine();
    const loud = await listen(machineId);
    const send = await sender(machineId);
    const t = clock.nowMs() - HOUR;
    for (let i = 0; i < 5; i++) await send([t + i * 5 * MINUTE, NORMAL]);
    for (let i = 5; i < 12; i++) await send([t + i * 5 * MINUTE, HOT + i]);
    await expect.poll(() => alertsOf(machineId)).toMatchObject([{ late: true, state: 'closed', reading_count: 7 }]);
    expect(loud).toEqual([]);
    await send([t + HOUR, HOT]);
    await expect.poll(() => loud.length).toBe(1);
    const from = t + 25 * MINUTE;
    expect(shortOf(await alertsOf(machineId))).toEqual([
      {
        metric: 'temperature',
        state: 'active_unacked',
        late: false,
        end_not_seen: false,
        peak_value: HOT + 11,
        from,
        to: null,
      },
    ]);
    await send([clock.nowMs(), NORMAL]);
    await expect.poll(() => alertsOf(machineId)).toMatchObject([{ state: 'cleared_unacked', reading_count: 8 }]);
    expect(loud).toHaveLength(1);
  });

  it('that is sent between live readings does not affect them, nor they it', async () => {
    const machineId = await newMachine();
    const loud = await listen(machineId);
    const send = await sender(machineId);
    const t = clock.nowMs() - 3 * HOUR;
    await send([t, NORMAL]);
    for (let i = 1; i <= 12; i++) {
      await send([t + i * MINUTE, i > 3 && i <= 9 ? HOT : NORMAL]);
      await send([clock.nowMs(), i > 6 ? HOT + 1 : NORMAL]);
    }
    const entry = { metric: 'temperature', state: 'closed', late: true, end_not_seen: false, peak_value: HOT };
    await expect
      .poll(async () => shortOf((await alertsOf(machineId)).slice(0, -1)))
      .toEqual([{ ...entry, from: t + 4 * MINUTE, to: t + 9 * MINUTE }]);
    expect((await alertsOf(machineId)).at(-1)).toMatchObject({ state: 'active_unacked', late: false, raise_count: 1 });
    await expect.poll(() => loud.length).toBe(1);
  });

  it('has one alert per excursion, also if the server restarts in its middle', async () => {
    const machineId = await newMachine();
    const t = clock.nowMs() - 3 * HOUR;
    const before = await sender(machineId);
    for (let i = 0; i < 6; i++) await before([t + i * MINUTE, i < 2 ? NORMAL : HOT]);
    // All of them are evaluated: late ones that a replay holds back when the server stops are not counted.
    await expect.poll(() => alertsOf(machineId)).toMatchObject([{ reading_count: 4 }]);
    await core.restart();
    const after = await sender(machineId);
    for (let i = 6; i < 12; i++) await after([t + i * MINUTE, i < 10 ? HOT + 2 : NORMAL]);
    const entry = { metric: 'temperature', state: 'closed', late: true, end_not_seen: false, peak_value: HOT + 2 };
    await expect
      .poll(async () => shortOf(await alertsOf(machineId)))
      .toEqual([{ ...entry, from: t + 2 * MINUTE, to: t + 9 * MINUTE }]);
    expect(await alertsOf(machineId)).toMatchObject([{ reading_count: 8 }]);
  });
});
