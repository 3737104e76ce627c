// A replaced or deleted machine hands its aliases and its readings to its successor.

import type { Alert, DeletedMachine, Handover, Machine } from '@gonsters/contract';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const UNKNOWN = '99999999-9999-4999-8999-999999999999';
const WITHIN = { timeout: 20_000, interval: 20 };

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0', AUTO_PROVISION: 'approve' });
});
afterAll(() => core.remove());

interface SuccessorReply {
  machine: Machine;
  aliases: string[];
  aliases_in_use: string[];
  gateways: string[];
  history: Handover | null;
}
const at = (i: number) => new Date(Date.UTC(2026, 0, 15, 10, 0, i)).toISOString();
async function add(name: string, aliases: string[] = []): Promise<string> {
  const body = { name, location: 'Hall A', sensor_type: 'press', aliases };
  return (await core.as<{ machine_id: string }>('Supervisor', 'POST', '/data/machine', { body })).body.machine_id;
}
const handOver = (from: string, machine_id: string, history = true) =>
  core.as<SuccessorReply>('Supervisor', 'POST', `/machines/${from}/successor`, { body: { machine_id, history } });
async function completed(from: string): Promise<Handover> {
  const asked = () => core.as<{ history: Handover }>('Operator', 'GET', `/machines/${from}/successor`);
  return vi.waitFor(async () => {
    const { history } = (await asked()).body;
    expect(history.state).not.toBe('running');
    return history;
  }, WITHIN);
}
async function speedsOf(id: string): Promise<number[]> {
  const reply = await core.as<{ data: { speed: number }[] }>(
    'Operator',
    'GET',
    `/data/machine/${id}?start_time=2026-01-01T00:00:00Z&order=asc&limit=10000`,
  );
  return reply.body.data.map(({ speed }) => speed);
}
const machine = async (id: string) =>
  (await core.as<{ machine: Machine }>('Operator', 'GET', `/data/machines/${id}`)).body.machine;
const deleted = async () =>
  (await core.as<{ machines: DeletedMachine[] }>('Operator', 'GET', '/data/machines/deleted')).body.machines;
const send = (id: string, ...speeds: number[]) =>
  core.ingest(
    id,
    speeds.map((speed) => ({ timestamp: at(speed), speed })),
  );
async function publish(id: string, speed: number): Promise<void> {
  const client = await mqtt.connectAsync(core.mqtt as string, { reconnectPeriod: 0 }, false);
  const message = JSON.stringify({ timestamp: at(speed), speed });
  await client.publishAsync(`factory/A/machine/${id}/telemetry`, message, { qos: 1 });
  await client.endAsync();
}

it('hands over aliases only, and its device feeds the successor from then on', async () => {
  const [old, next] = [await add('Old 1', ['S-1', 'S-2']), await add('New 1', ['S-3'])];
  await send('s-1', 1, 2);
  const reply = await handOver(old, next, false);
  expect(reply).toMatchObject({
    status: 200,
    body: { aliases: ['S-1', 'S-2'], history: null, machine: { machine_id: next, aliases: ['S-3', 'S-1', 'S-2'] } },
  });
  await publish('S-1', 3);
  expect([await speedsOf(old), await speedsOf(next)]).toEqual([[1, 2], [3]]);
  expect((await machine(old)).aliases).toEqual([]);
  expect(await handOver(old, next, false)).toMatchObject({ status: 200, body: { aliases: [] } });
  const audit = await core.as<{ entries: object[] }>('Management', 'GET', '/audit?action=machine.successor&limit=2');
  expect(audit.body.entries[1]).toMatchObject({
    ...{ target: old, username: 'supervisor1' },
    details: { successor: next, history: false, aliases: ['S-1', 'S-2'] },
  });
  const operator = await core.as('Operator', 'POST', `/machines/${old}/successor`, { body: { machine_id: next } });
  expect(operator.status).toBe(403);
});

it('hands over its readings, which raise no alerts; repeating it is harmless', async () => {
  const [old, next] = [await add('Old 2', ['S-10']), await add('New 2')];
  const speeds = Array.from({ length: 2000 }, (_, i) => i);
  await core.ingest(
    old,
    speeds.map((speed) => ({ timestamp: at(speed), speed, temperature: speed === 7 ? 95 : 60 })),
  );
  await send(next, 5000);
  const alertsOf = async (id: string) =>
    (await core.as<{ alerts: Alert[] }>('Operator', 'GET', `/alerts?machine_id=${id}`)).body.alerts.length;
  await vi.waitFor(async () => expect(await alertsOf(old)).toBe(1), WITHIN);
  const reply = await handOver(old, next);
  expect([200, 202]).toContain(reply.status);
  expect(reply.body.aliases).toEqual(['S-10']);
  expect(await completed(old)).toMatchObject({
    ...{ machine_id: old, successor_id: next, state: 'completed', kept: null, fault: null },
    ...{ total_readings: 2000, copied_readings: 2000, overlapping_values: 0 },
  });
  expect(await speedsOf(next)).toEqual([...speeds, 5000]);
  expect(await speedsOf(old)).toEqual([]);
  expect(await machine(old)).toMatchObject({ last_seen: null, latest: null });
  expect(await machine(next)).toMatchObject({ latest: { speed: 5000, temperature: 60 } });
  expect(await alertsOf(next)).toBe(0);
  const again = await handOver(old, next);
  expect(again).toMatchObject({ status: 200, body: { history: { state: 'completed', copied_readings: 2000 } } });
  await core.restart();
  expect(await speedsOf(next)).toEqual([...speeds, 5000]);
  expect(await machine(old)).toMatchObject({ last_seen: null });
});

it('is refused to itself, and for machines of which there is nothing', async () => {
  const [old, next] = [await add('Old 3'), await add('New 3')];
  expect((await handOver(old, old)).status).toBe(409);
  expect((await handOver(old, UNKNOWN)).status).toBe(404);
  expect((await handOver(UNKNOWN, next)).status).toBe(404);
  expect((await core.as('Operator', 'GET', `/machines/${old}/successor`)).status).toBe(404);
  const body = { machine_id: next, history: true, force: true };
  expect(await core.as('Supervisor', 'POST', `/machines/${old}/successor`, { body })).toMatchObject({
    ...{ status: 400, body: { errors: [{ field: 'force' }] } },
  });
});

it('names the gateways that may publish for the former machine only', async () => {
  const [old, next] = [await add('Old 4'), await add('New 4')];
  const body = { name: 'Bound to the old one', scope: 'machines', machine_ids: [old] };
  const { gateway } = (await core.as<{ gateway: { id: string } }>('Management', 'POST', '/gateways', { body })).body;
  onTestFinished(() => void core.as('Management', 'DELETE', `/gateways/${gateway.id}`));
  expect((await handOver(old, next, false)).body.gateways).toEqual(['Bound to the old one']);
});

it('may be deleted: readings that were kept are listed, read, and given to another machine', async () => {
  const [old, next] = [await add('Old 5', ['S-20', 'S-21']), await add('New 5')];
  await send(old, 1, 2, 3);
  await core.as('Management', 'DELETE', `/data/machines/${old}?readings=keep`);
  expect(await deleted()).toMatchObject([{ machine_id: old, name: 'Old 5', aliases: ['S-20', 'S-21'] }]);
  expect(await speedsOf(old)).toEqual([1, 2, 3]);
  const range = 'start_time=2026-01-01T00:00:00Z&end_time=2026-02-01T00:00:00Z';
  const csv = await core.as('Operator', 'GET', `/data/machine/${old}/export?${range}&format=csv`);
  expect(csv.text.trim().split('\r\n')).toHaveLength(4);
  const compared = await core.as('Operator', 'GET', `/data/compare?machine_ids=${old},${next}&metric=speed&${range}`);
  expect(compared.status).toBe(200);
  await add('Has it now', ['S-21']);
  const reply = await handOver(old, next);
  expect(reply.body).toMatchObject({ aliases: ['S-20'], aliases_in_use: ['S-21'] });
  expect(await completed(old)).toMatchObject({ state: 'completed', copied_readings: 3 });
  expect(await speedsOf(next)).toEqual([1, 2, 3]);
  expect(await deleted()).toEqual([]);
  const gone = await core.as('Operator', 'GET', `/data/machine/${old}?start_time=2026-01-01T00:00:00Z`);
  expect(gone.status).toBe(404);
  expect(await handOver(old, next)).toMatchObject({ status: 200, body: { history: { copied_readings: 3 } } });
});

it('may be deleted, and its readings later too, or be added again with its id', async () => {
  const [first, second] = [await add('Old 6'), await add('Old 7')];
  for (const id of [first, second]) {
    await send(id, 1);
    await core.as('Management', 'DELETE', `/data/machines/${id}`);
  }
  expect((await core.as('Management', 'DELETE', `/data/machines/${first}`)).status).toBe(404);
  expect((await core.as('Management', 'DELETE', `/data/machines/${first}?readings=delete`)).status).toBe(200);
  expect((await core.as('Management', 'DELETE', `/data/machines/${first}?readings=delete`)).status).toBe(404);
  const body = { machine_id: second, name: 'Old 7 again', location: 'Hall A', sensor_type: 'press' };
  expect((await core.as('Supervisor', 'POST', '/data/machine', { body })).status).toBe(201);
  expect(await deleted()).toEqual([]);
  expect(await speedsOf(second)).toEqual([1]);
});

it('may wait for approval: what it sent, and sends, belongs to the machine that it turns out to be', async () => {
  const next = await add('New 8');
  await publish('Line1.Press8', 1);
  await publish('Line1.Press8', 2);
  const waiting = async () =>
    (await core.as<{ machines: { machine_id: string; id: string }[] }>('Management', 'GET', '/ingest/unknown')).body
      .machines;
  const [unknown] = await waiting();
  const reply = await handOver(unknown?.machine_id ?? '', next, false);
  expect(reply.body).toMatchObject({ aliases: ['Line1.Press8'], machine: { aliases: ['Line1.Press8'] } });
  expect(await completed(unknown?.machine_id ?? '')).toMatchObject({ copied_readings: 2 });
  expect(await waiting()).toEqual([]);
  await publish('line1.press8', 3);
  expect(await speedsOf(next)).toEqual([1, 2, 3]);
});
