// A server clock that is far behind: the server reports it, spools the payloads of devices, and stores them when the clock is right.

import { readdir } from 'node:fs/promises';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startCore } from './support/start-core.ts';

const HOUR_MS = 3_600_000;
/** In no zone. A device that is full hours ahead sends its local time. */
const AHEAD_MS = 70 * 60_000;
const WAIT = { timeout: 30_000, interval: 50 };
const KEPT = /^ahead-of-clock/;

async function openPlant(offsetMs: number) {
  const state = { offsetMs };
  const clock = { nowMs: () => Date.now() + state.offsetMs };
  const core = await startCore({ MQTT_PORT: '0' }, undefined, { clock, judgeClockEveryMs: 1000 });
  onTestFinished(() => core.remove());
  const machineIds: string[] = [];
  for (let i = 1; i <= 6; i++) machineIds.push(await core.addMachine(`Press ${i}`));
  return {
    ...{ core, state, machineIds },
    /** Resolves when the message is acknowledged. */
    publish: async (machineId: string, timestampMs: number, temperature: number, others: object[] = []) => {
      const gateway = await connectAsync(core.mqtt as string);
      const readings = JSON.stringify([{ timestamp: timestampMs, temperature }, ...others]);
      await gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, readings, { qos: 1 });
      await gateway.endAsync();
    },
    stored: async (machineId: string) => {
      const { access_token: token } = await core.signIn('manager1');
      const range = `start_time=${new Date(0).toISOString()}&end_time=${new Date(Date.now() + 99 * HOUR_MS).toISOString()}`;
      const { body } = await core.send('GET', `/data/machine/${machineId}?${range}&order=asc`, { token });
      return (body.data as { temperature: number }[]).map((reading) => reading.temperature);
    },
    /** Waits for the state of the clock, while devices send repeatedly. */
    clockIs: (state: 'up' | 'degraded', meanwhile: () => Promise<unknown> = async () => {}) =>
      vi.waitFor(async () => {
        await meanwhile();
        expect((await core.send('GET', '//health/ready')).body).toMatchObject({ parts: { clock: state } });
      }, WAIT),
    files: async () => (await readdir(core.dataDir)).filter((name) => KEPT.test(name)),
  };
}

test('payloads of most devices are spooled, over a restart, and stored when the clock is right', async () => {
  const { core, state, machineIds: all, publish, stored, clockIs, files } = await openPlant(-72 * HOUR_MS);
  const [odd, ...machineIds] = all as [string, ...string[]];
  await clockIs('up');
  const nowMs = Date.now();
  await clockIs('degraded', () =>
    Promise.all([
      ...machineIds.map((machineId, i) => publish(machineId, nowMs, 60 + i)),
      // The clock of one device is wrong, too.
      publish(odd, nowMs + 30 * HOUR_MS, 99),
    ]),
  );
  expect(await files()).toEqual(['ahead-of-clock.jsonl']);
  expect((await core.send('GET', '//health/ready')).body).toMatchObject({ status: 'degraded' });

  await core.restart();
  await clockIs('degraded');
  // A reading without a timestamp is stored at once, and not a second time.
  await publish(machineIds[0] as string, nowMs + 1000, 50, [{ temperature: 45 }]);
  expect(await stored(machineIds[0] as string)).toEqual([45]);

  state.offsetMs = 0;
  await vi.waitFor(async () => {
    for (const [i, machineId] of machineIds.entries()) {
      expect(await stored(machineId)).toEqual(i === 0 ? [45, 60, 50] : [60 + i]);
    }
  }, WAIT);
  await vi.waitFor(async () => {
    await publish(machineIds[1] as string, Date.now(), 40);
    const { body } = await core.send('GET', '//health/ready');
    // The clock was set while the server ran, so the clock guard puts retention on hold for an hour: see clock-guard.test.ts.
    expect(body.reasons).toEqual({ clock: expect.stringMatching(/^The clock of this server moved 3 d ahead/) });
  }, WAIT);
  expect(await stored(odd)).toEqual([]);
  // The payload that is ahead of all others stays in a file for inspection.
  await vi.waitFor(async () => expect(await files()).toEqual(['ahead-of-clock.refused.jsonl']), WAIT);
}, 120_000);

test('payloads of a few devices that are ahead are refused, and not spooled for long', async () => {
  const { core, machineIds, publish, clockIs, files } = await openPlant(0);
  const [ahead, ...others] = machineIds as [string, ...string[]];
  await publish(ahead, Date.now() + AHEAD_MS, 60);
  expect(await files()).toEqual(['ahead-of-clock.jsonl']);
  await vi.waitFor(async () => {
    for (const machineId of others) await publish(machineId, Date.now(), 61);
    expect(await files()).toEqual([]);
  }, WAIT);
  await clockIs('up');
  const { body } = await core.as('Management', 'GET', '/ingest/rejected');
  expect(body.counts).toEqual({ in_the_future: 1 });
}, 120_000);

test('payloads of devices whose clocks were all wrong are not stored after the devices are corrected', async () => {
  const { machineIds, publish, stored, clockIs, files } = await openPlant(0);
  const sendAll = (timestampMs: number, temperature: number) => () =>
    Promise.all(machineIds.map((machineId) => publish(machineId, timestampMs, temperature)));
  const nowMs = Date.now();
  await clockIs('degraded', sendAll(nowMs + AHEAD_MS, 60));
  await clockIs('up', sendAll(nowMs, 61));
  for (const machineId of machineIds) expect(await stored(machineId)).toEqual([61]);
  expect(await files()).toEqual(['ahead-of-clock.refused.jsonl']);
}, 120_000);

test('devices that send their local time are told, and say nothing about the clock of the server', async () => {
  const { core, machineIds, stored, files } = await openPlant(0);
  const gateway = await core.as<{ gateway: { id: string; username: string }; password: string }>(
    'Management',
    'POST',
    '/gateways',
    { body: { name: 'Surabaya', scope: 'plant' } },
  );
  const { username } = gateway.body.gateway;
  const signedIn = await connectAsync(core.mqtt as string, { username, password: gateway.body.password });
  const anonymous = await connectAsync(core.mqtt as string);
  onTestFinished(async () => {
    await signedIn.endAsync();
    await anonymous.endAsync();
  });
  const [press, lathe, mill] = machineIds as [string, string, string];
  const local = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString().slice(0, 19);
  const send = (client: typeof anonymous, machineId: string, timestamp: string) =>
    client.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify({ timestamp, temperature: 65 }), {
      qos: 1,
    });
  const clocks = async () =>
    (
      await core.as<{ gateways: { clock: unknown; timezone: string }[]; clocks: unknown[] }>(
        'Management',
        'GET',
        '/gateways',
      )
    ).body;
  const told = (offsetMinutes: number, suggested: string | null, machineIds: string[]) => ({
    ...{ status: 'local_time', offset_minutes: offsetMinutes },
    ...{ suggested_timezone: suggested, machine_ids: machineIds },
  });
  await vi.waitFor(
    async () => {
      await send(signedIn, press, local(7));
      await send(anonymous, lathe, local(-6));
      // The offset is said, and wrong: no zone of the gateway would correct it.
      await send(anonymous, mill, `${local(7)}Z`);
      const { gateways, clocks: others } = await clocks();
      expect(gateways).toMatchObject([{ timezone: 'UTC', clock: told(420, 'Etc/GMT-7', [press]) }]);
      expect(others).toEqual([told(-360, 'Etc/GMT+6', [lathe]), told(420, null, [mill])]);
    },
    { timeout: 30_000, interval: 1000 },
  );
  const { body: lathePage } = await core.as('Management', 'GET', `/data/machines/${lathe}`);
  expect(lathePage).toMatchObject({ machine: { connection: 'online' } });
  expect((await core.send('GET', '//health/ready')).body).toMatchObject({ parts: { clock: 'up' } });
  expect(await files()).toEqual([]);
  expect(await stored(press)).toEqual([]);

  const { id } = gateway.body.gateway;
  expect((await core.as('Management', 'PATCH', `/gateways/${id}`, { body: { timezone: 'Mars/Olympus' } })).status).toBe(
    400,
  );
  const patched = await core.as('Management', 'PATCH', `/gateways/${id}`, { body: { timezone: 'Asia/Jakarta' } });
  expect(patched).toMatchObject({ status: 200, body: { gateway: { timezone: 'Asia/Jakarta' } } });
  await send(signedIn, press, local(7));
  expect(await stored(press)).toEqual([65]);
  expect((await clocks()).gateways).toMatchObject([{ timezone: 'Asia/Jakarta', clock: null }]);

  await send(signedIn, press, '1970-01-01T00:00:48');
  expect(await stored(press)).toEqual([65, 65]);
  expect((await clocks()).gateways).toMatchObject([{ clock: { status: 'not_set', suggested_timezone: null } }]);
  const { body } = await core.as<{ counts: Record<string, number> }>('Management', 'GET', '/ingest/rejected');
  expect(body.counts).toMatchObject({ clock_not_set: 1 });
}, 60_000);
