// Stored values are corrected only by those who may, and what they replace is in the audit log.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

interface Row {
  timestamp: string;
  temperature: number | null;
}
interface Entry {
  username: string;
  details: { count: number; values: Record<string, unknown>[] };
}

let core: StartedCore;
let machine: string;
let gateway: Record<string, string>;
const MINUTE_MS = 60_000;
const START_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS;
const at = (minute: number) => new Date(START_MS + minute * MINUTE_MS).toISOString();
const batch = (readings: Record<string, unknown>[]) => ({
  gateway_id: 'by hand',
  timestamp: at(60),
  batch: [{ machine_id: machine, sensor_type: 'press', location: 'Hall', readings }],
});
type Poster = 'Operator' | 'Supervisor';
const post = (role: Poster, readings: Record<string, unknown>[]) =>
  core.as<Record<string, unknown>>(role, 'POST', '/data/ingest', { body: batch(readings) });
const stored = async () => {
  const path = `/data/machine/${machine}?interval=raw&start_time=${at(-1)}&end_time=${at(61)}`;
  const { data } = (await core.as<{ data: Row[] }>('Operator', 'GET', path)).body;
  return Object.fromEntries(data.map((row) => [row.timestamp, row.temperature]));
};
const corrections = async () =>
  (await core.as<{ entries: Entry[] }>('Management', 'GET', '/audit?action=readings.correct')).body.entries;

beforeAll(async () => {
  core = await startCore();
  const body = { name: 'Press 1', location: 'Hall', sensor_type: 'press' };
  machine = (await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', { body })).body.machine_id;
  const made = await core.as<{ gateway: { id: string } }>('Management', 'POST', '/gateways', {
    body: { name: 'Line 1', scope: 'plant' },
  });
  const path = `/gateways/${made.body.gateway.id}/token`;
  const { secret } = (await core.as<{ secret: string }>('Management', 'POST', path)).body;
  gateway = { authorization: `Bearer ${secret}` };
});
afterAll(() => core.remove());

test('an Operator adds readings, late ones too, and overwrites none', async () => {
  expect(
    (
      await post(
        'Operator',
        [1, 3, 5].map((m) => ({ timestamp: at(m), temperature: 99 })),
      )
    ).status,
  ).toBe(201);
  // Late, and the same once more.
  expect((await post('Operator', [{ timestamp: at(2), temperature: 70 }])).status).toBe(201);
  expect((await post('Operator', [{ timestamp: at(3), temperature: 99 }])).status).toBe(201);

  const both = await post('Operator', [
    { timestamp: at(3), temperature: 60 },
    { timestamp: at(6), temperature: 71 },
  ]);
  expect(both).toMatchObject({ status: 207, body: { summary: { total_readings: 1, rejected_readings: 1 } } });
  expect(both.body.errors).toMatchObject([{ code: 'already_stored', error: expect.stringContaining('Supervisor') }]);
  // The newest one, and nothing else in the request.
  const newest = await post('Operator', [{ timestamp: at(6), temperature: 60 }]);
  expect(newest).toMatchObject({ status: 207, body: { summary: { total_readings: 0 } } });
  // Only the value that is there already.
  const part = await post('Operator', [{ timestamp: at(5), temperature: 60, pressure: 120 }]);
  expect(part).toMatchObject({ status: 207, body: { summary: { total_readings: 1 } } });
  const one = { machine_id: machine, timestamp: at(1), temperature: 60 };
  expect(await core.as('Operator', 'POST', '/data/ingest', { body: one })).toMatchObject({
    status: 207,
    body: { errors: [{ code: 'already_stored' }] },
  });
  expect(await stored()).toEqual({ [at(1)]: 99, [at(2)]: 70, [at(3)]: 99, [at(5)]: 99, [at(6)]: 71 });
  expect(await corrections()).toEqual([]);
});

test('a Supervisor corrects them, and the audit log has the old and the new value', async () => {
  const corrected = [
    { timestamp: at(3), temperature: 80 },
    { timestamp: at(6), temperature: 81 },
    { timestamp: at(7), temperature: 82 },
  ];
  expect((await post('Supervisor', corrected)).status).toBe(201);
  expect(await stored()).toMatchObject({ [at(3)]: 80, [at(6)]: 81, [at(7)]: 82 });
  const [entry] = await corrections();
  expect(entry).toMatchObject({ username: 'supervisor1', details: { count: 2 } });
  expect(entry?.details.values).toMatchObject([
    { machine: 'Press 1', metric: 'temperature', timestamp: at(3), before: 99, after: 80 },
    { timestamp: at(6), before: 71, after: 81 },
  ]);
});

test('a gateway sends again without being asked', async () => {
  const body = batch([{ timestamp: at(3), temperature: 50 }]);
  expect((await core.send('POST', '/data/ingest', { body, headers: gateway })).status).toBe(201);
  expect(await stored()).toMatchObject({ [at(3)]: 50 });
  expect(await corrections()).toHaveLength(1);
});
