// Every live event, for users of each role who belong to a factory and for those who see everything.

import {
  type ClientToServer,
  decodeDetailFrame,
  decodeOverviewFrame,
  FRAMES_VERSION,
  ROLES,
  type Role,
  type ServerToClient,
} from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

/** Whether an event can be about a machine. A new event has to be classified before this compiles. */
const ABOUT_MACHINES: Record<keyof ServerToClient, boolean> = {
  connected: false,
  subscribed_all: false,
  subscribed: true,
  // Repeats the id that was asked for.
  subscribe_error: false,
  unsubscribed: false,
  sensor_data: true,
  alert: true,
  alert_updated: true,
  machine: true,
  config: false,
  metrics: true,
  frame_metrics: true,
  view: true,
  overview: true,
  status: true,
  detail: true,
  alerts: true,
  degraded: false,
  session_ended: false,
};
const NAMES = Object.keys(ABOUT_MACHINES).filter((name) => ABOUT_MACHINES[name as keyof ServerToClient]);
/** What a client may ask for; each is sent below with the machine of another factory. */
const SENT: Record<keyof ClientToServer, true> = {
  subscribe_all: true,
  subscribe_machine: true,
  unsubscribe_machine: true,
  unsubscribe_all: true,
  set_view: true,
};
/** Only the machine of the other factory sends it. */
const ITS_METRIC = 'vibration_rms';

let core: StartedCore;
const ids = { own: '', foreign: '' };
const machine = (name: string, factory_id: string | null) => ({
  name,
  location: 'Hall',
  sensor_type: 'press',
  factory_id,
});
const manager = (method: string, path: string, body?: unknown) => core.as('Management', method, path, { body });

interface Heard {
  socket: Socket;
  /** The text of each event by name, binary frames decoded. */
  events: Map<string, string[]>;
}
const clients = new Map<string, Heard>();

async function connect(name: string, token: string): Promise<void> {
  const socket = io(core.url, { auth: { token }, transports: ['websocket'] });
  const events = new Map<string, string[]>();
  const note = (event: string, body: unknown) =>
    events.set(event, [...(events.get(event) ?? []), JSON.stringify(body)]);
  socket.onAny((event: string, ...body: unknown[]) => {
    if (event === 'overview') note(event, decodeOverviewFrame(body[1] as Uint8Array).named.machineIds);
    else if (event === 'detail') note(event, decodeDetailFrame(body[0] as Uint8Array).machineIds);
    else note(event, body);
    const taken = body.at(-1);
    if (typeof taken === 'function') taken();
  });
  clients.set(name, { socket, events });
  await vi.waitFor(() => expect(events.has('connected')).toBe(true));
  socket.emit('subscribe_all');
  for (const machine_id of [ids.own, ids.foreign]) socket.emit('subscribe_machine', { machine_id });
  const detail = [ids.own, ids.foreign];
  socket.emit('set_view', { overview: true, detail, hz: 1, alerts_since: 0, frames: FRAMES_VERSION });
  await vi.waitFor(() => expect(events.has('view')).toBe(true));
}

async function addUser(role: Role): Promise<string> {
  const username = `${role.toLowerCase()}f1`;
  const password = 'Correct-Horse-7';
  const person = { username, email: `${username}@plant.example`, password, role, factory_id: 'F1' };
  expect((await manager('POST', '/auth/register', person)).status).toBe(201);
  return (await core.signIn(username, password)).access_token;
}

let seconds = 0;
/** Readings of both machines, the last past the limit. */
async function feed(): Promise<void> {
  for (const machine_id of [ids.own, ids.foreign]) {
    for (const temperature of [60, 95]) {
      const timestamp = new Date(Date.now() - 60_000 + ++seconds * 1000).toISOString();
      const more = machine_id === ids.foreign ? { [ITS_METRIC]: 1.5 } : {};
      const reply = await manager('POST', '/data/ingest', { machine_id, timestamp, temperature, ...more });
      expect(reply.status, reply.text).toBe(201);
    }
  }
}

beforeAll(async () => {
  core = await startCore();
  const add = async (name: string, factory: string) =>
    (await manager('POST', '/data/machine', machine(name, factory))).body.machine_id as string;
  ids.own = await add('Anvil', 'F1');
  ids.foreign = await add('Zeppelin', 'F2');
  for (const role of ROLES) {
    await connect(`${role} of F1`, await addUser(role));
    await connect(`${role} of all`, await core.token(role));
  }
});
afterAll(async () => {
  for (const { socket } of clients.values()) socket.disconnect();
  await core.remove();
});

it('reaches nobody of another factory', { timeout: 60_000 }, async () => {
  await feed();
  const alertsOf = async (id: string) =>
    (await manager('GET', `/alerts?machine_id=${id}`)).body.alerts as { id: string }[];
  await vi.waitFor(async () => expect(await alertsOf(ids.foreign)).toHaveLength(1));
  for (const id of [ids.own, ids.foreign]) {
    const [alert] = await alertsOf(id);
    await manager('POST', `/alerts/${alert?.id}/acknowledge`, {});
    await manager('PATCH', `/data/machines/${id}`, { status: 'maintenance', inactivity_timeout: 500 });
    await manager('PUT', `/data/machines/${id}/metrics`, { metrics: [], inactivity_timeout: 600 });
  }
  await manager('PATCH', '/metrics/temperature', { description: 'Of the oil' });
  await feed();
  const outside = new RegExp(`${ids.foreign}|Zeppelin|${ITS_METRIC}`);
  for (const [name, { events }] of clients) {
    for (const event of NAMES) {
      const texts = () => (events.get(event) ?? []).join('\n');
      const own = event === 'frame_metrics' ? 'temperature' : ids.own;
      await vi.waitFor(() => expect(texts(), `${name}: ${event}`).toContain(own), 10_000);
      if (name.endsWith('all')) await vi.waitFor(() => expect(texts(), `${name}: ${event}`).toMatch(outside), 10_000);
    }
  }
  for (const [name, { events }] of clients) {
    if (name.endsWith('all')) continue;
    for (const [event, texts] of events) {
      if (event === 'subscribe_error') continue;
      // A metric that was discovered belongs to the catalogue of the plant.
      const pattern = event === 'metrics' ? new RegExp(ids.foreign) : outside;
      for (const text of texts) expect(text, `${name}: ${event}`).not.toMatch(pattern);
    }
    expect(events.get('subscribe_error')).toEqual([
      JSON.stringify([{ machine_id: ids.foreign, code: 'not_found', message: 'No machine has this id' }]),
    ]);
  }
  expect(Object.keys(SENT)).toHaveLength(5);
});

it('tells of a machine that is given to a factory as of a new one, and of one that is taken away as of a deleted one', async () => {
  const heard = clients.get('Operator of F1') as Heard;
  const changes = () =>
    (heard.events.get('machine') ?? [])
      .map((text) => JSON.parse(text)[0] as { machine_id: string; change: string; machine: unknown })
      .filter(({ machine_id }) => machine_id === ids.foreign);
  await manager('PATCH', `/data/machines/${ids.foreign}`, { factory_id: null });
  await vi.waitFor(() => expect(changes()).toMatchObject([{ change: 'created', machine: { name: 'Zeppelin' } }]));
  await feed();
  const readings = () => (heard.events.get('sensor_data') ?? []).filter((text) => text.includes(ids.foreign)).length;
  await vi.waitFor(() => expect(readings()).toBe(2));
  await manager('PATCH', `/data/machines/${ids.foreign}`, { factory_id: 'F2' });
  await vi.waitFor(() =>
    expect(changes().at(-1)).toEqual({ machine_id: ids.foreign, change: 'deleted', machine: null }),
  );
  await feed();
  const own = () => (heard.events.get('sensor_data') ?? []).filter((text) => text.includes(ids.own)).length;
  await vi.waitFor(() => expect(own()).toBe(8));
  expect(readings()).toBe(2);
});
