// Routes over HTTP: the default one, order, what is refused, the preview, the drill, and somebody who leaves.

import { expect, onTestFinished, test, vi } from 'vitest';
import { startMailServer } from '../support/mail-server.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

interface Route {
  id: string;
  name: string;
  is_default: boolean;
  chain: { steps: { tell: unknown[] }[] };
}
interface Routes {
  routes: Route[];
  problems: { route_id: string; step: number; problem: string }[];
}

let core: StartedCore;
let mails: Awaited<ReturnType<typeof startMailServer>>;
async function open(): Promise<void> {
  mails = await startMailServer();
  core = await startCore({ SMTP_URL: mails.url, SMTP_FROM: 'alarms@plant.example' });
  onTestFinished(() => core.remove());
}

const list = async () => (await core.as<Routes>('Supervisor', 'GET', '/notifications/routes')).body;
const chainOf = (...tell: unknown[]) => ({ steps: [{ wait_seconds: 0, tell }] });
async function add(name: string, body: object): Promise<Route> {
  const reply = await core.as<{ route: Route }>('Supervisor', 'POST', '/notifications/routes', {
    body: { name, ...body },
  });
  expect(reply.status, reply.text).toBe(201);
  return reply.body.route;
}

test('a plant has the default route, which can be changed and not removed', async () => {
  await open();
  const { routes, problems } = await list();
  expect(routes).toMatchObject([{ is_default: true, is_active: true, match: {} }]);
  expect(problems).toEqual([]);
  const path = `/notifications/routes/${routes[0]?.id}`;
  expect((await core.as('Management', 'DELETE', path)).status).toBe(409);
  const renamed = await core.as('Management', 'PATCH', path, { body: { name: 'Mine' } });
  expect(renamed).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ field: 'name' }] } });
  const chain = { ...chainOf({ kind: 'alert_email' }), stop_on_clear: true };
  expect((await core.as('Supervisor', 'PATCH', path, { body: { chain } })).status).toBe(200);
});

test('routes are added, ordered and removed, and what does not exist is refused by its place', async () => {
  await open();
  const nobody = { kind: 'person', user_id: '6f2c1f4e-0000-4000-8000-000000000000' };
  const bad = await core.as('Supervisor', 'POST', '/notifications/routes', {
    body: { name: 'Bad', chain: chainOf({ kind: 'alert_email' }, nobody) },
  });
  expect(bad).toMatchObject({ status: 400, body: { errors: [{ field: 'chain.steps.0.tell.1' }] } });
  const needsAddress = { kind: 'channel', channel_id: 'email', address: '' };
  const noAddress = await core.as('Supervisor', 'POST', '/notifications/routes', {
    body: { name: 'Bad', chain: chainOf(needsAddress) },
  });
  expect(noAddress).toMatchObject({ status: 400 });
  const first = await add('First', { chain: chainOf({ kind: 'role', role: 'Operator' }) });
  const second = await add('Second', { chain: chainOf({ kind: 'alert_email' }), match: { severities: ['critical'] } });
  const taken = await core.as('Supervisor', 'POST', '/notifications/routes', {
    body: { name: 'first', chain: chainOf({ kind: 'alert_email' }) },
  });
  expect(taken).toMatchObject({ status: 409, body: { code: 'name_taken' } });
  const order = (ids: string[]) =>
    core.as<Routes>('Supervisor', 'PUT', '/notifications/routes/order', { body: { ids } });
  expect((await order([first.id])).status).toBe(409);
  expect((await order([second.id, first.id])).body.routes.map(({ name }) => name)).toEqual([
    'Second',
    'First',
    'Everything else',
  ]);
  expect((await list()).problems).toMatchObject([
    { route_id: second.id, step: 1, problem: 'no_channel' },
    { route_id: first.id, step: 1, problem: 'no_contact' },
  ]);
  for (const { id } of [first, second]) {
    expect((await core.as('Supervisor', 'DELETE', `/notifications/routes/${id}`)).status).toBe(200);
  }
});

test('the preview says who would be told, and the alert is told to exactly them', async () => {
  await open();
  const machine = await core.addMachine('Press 1');
  const hall = { kind: 'channel', channel_id: 'email', address: 'hall@plant.example' };
  const route = await add('Hall', { chain: chainOf(hall), match: { locations: ['Hall A'] } });
  const body = { machine_id: machine, metric: 'temperature', severity: 'critical' };
  const preview = await core.as('Management', 'POST', '/notifications/preview', { body });
  expect(preview.body).toMatchObject({
    routes: [{ id: route.id, name: 'Hall' }],
    steps: [{ number: 1, tells: [{ person: null, channel_id: 'email', contact: 'hall@plant.example' }], gap: null }],
    nobody: false,
  });
  const unknown = await core.as('Management', 'POST', '/notifications/preview', {
    body: { ...body, metric: 'nonsense' },
  });
  expect(unknown).toMatchObject({ status: 400 });
  await core.ingest(machine, [{ timestamp: new Date().toISOString(), temperature: 120 }]);
  await mails.mail(({ to }) => to === 'hall@plant.example');
  await vi.waitFor(async () => {
    const { alerts } = (await core.as<{ alerts: { id: string; told: unknown }[] }>('Operator', 'GET', '/alerts')).body;
    expect(alerts[0]?.told).toMatchObject({ state: 'told', people: 1 });
    const story = await core.as('Operator', 'GET', `/alerts/${alerts[0]?.id}/notifications`);
    expect(story.body).toMatchObject({
      notifications: [{ route: { name: 'Hall' }, step: 1, person: null }],
      run: { state: 'done', routes: [{ name: 'Hall' }] },
    });
  });
  await core.as('Supervisor', 'DELETE', `/notifications/routes/${route.id}`);
});

test('who leaves is removed from routes, which have a gap then; without schedules the drill tells nobody', async () => {
  await open();
  const password = 'Correct-Horse-7-Battery';
  const user = { username: 'leaver', email: 'leaver@plant.example', password, role: 'Operator' };
  const made = await core.as<{ user: { id: string } }>('Management', 'POST', '/auth/register', { body: user });
  expect(made.status, made.text).toBe(201);
  const { id } = made.body.user;
  const route = await add('Leaving', { chain: chainOf({ kind: 'person', user_id: id }) });
  expect((await core.as('Management', 'DELETE', `/users/${id}`)).status).toBe(200);
  const { routes, problems } = await list();
  expect(routes.find((each) => each.id === route.id)?.chain.steps[0]?.tell).toEqual([]);
  expect(problems).toMatchObject([{ route_id: route.id, step: 1, problem: 'nobody_left' }]);
  expect((await core.as('Management', 'POST', '/notifications/drill')).body).toEqual({ status: 'success', told: [] });
});
