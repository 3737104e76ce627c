// A mail server that refuses, hangs, or is gone for a day: nothing is lost, nobody is flooded, and one message blocks no other.

import { expect, onTestFinished, test, vi } from 'vitest';
import { Lifecycle } from '../../src/app/lifecycle.ts';
import { createNotifications } from '../../src/app/notifications.ts';
import { silentLogger } from '../../src/log.ts';
import { SecretBox } from '../../src/secret-box.ts';
import { startMailServer } from '../support/mail-server.ts';
import { startProcess } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { AlertPlant } from './support/alert-plant.ts';
import { NO_DUTY } from './support/no-duty.ts';
import { addPress } from './support/process-plant.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ADDRESS = 'duty@plant.example';
const FROM = 'alarms@plant.example';

async function start() {
  const mails = await startMailServer();
  // Machines that send nothing are not what is tested.
  const plant = await AlertPlant.open({ inactivity_timeout: '2592000' });
  const lifecycle = new Lifecycle(silentLogger);
  const config = {
    dataDir: await temporaryDirectory(),
    jwtSecret: null,
    mailServer: { url: mails.url, from: FROM },
    publicUrl: 'https://hall.example',
    notifyAllowedNetworks: [],
  };
  const { database, settings, alerts, machines, gateways, reader: catalogue, bus, clock } = plant;
  const accounts = { observe: () => {} };
  const unused = { readings: { probe: async () => {} }, audit: { append: async () => {} } };
  const parts = { ...unused, database, settings, alerts, machines, gateways, catalogue, accounts, bus, clock };
  const box = new SecretBox(null, config.dataDir);
  const deps = { config, ...parts, box, log: silentLogger, cluster: { isShared: false } };
  const { dispatcher, told } = await createNotifications({ ...deps, dutyService: NO_DUTY }, lifecycle);
  await settings.update('alert_email', ADDRESS, 'test');
  dispatcher.start();
  onTestFinished(async () => {
    await dispatcher.stop();
    await lifecycle.stop();
    await plant.close();
  });
  /** Lets time pass, and does what is due. */
  const pass = async (ms: number) => {
    plant.advance(ms);
    await plant.alerts.whenIdle();
    await dispatcher.settle();
  };
  const raise = async (name: string, temperature: number) => {
    const machine = await plant.machine(name);
    plant.commit([machine, plant.nowMs - START, { temperature }]);
    await plant.alerts.whenIdle();
    await dispatcher.settle();
    return machine;
  };
  const START = plant.nowMs;
  const clear = (machine: string) => plant.commit([machine, plant.nowMs - START, { temperature: 50 }]);
  const alertOf = async (machine: string) =>
    (await plant.stored()).find((each) => each.machineId === machine)?.id ?? '';
  return { mails, plant, dispatcher, told, pass, raise, clear, alertOf };
}

test('a mail that is refused for the time being is tried again with the same id, and one that is refused for good is not', async () => {
  const { mails, told, pass, raise, alertOf } = await start();
  const ids: string[] = [];
  mails.answer = ({ id }) => {
    ids.push(id);
    return ids.length <= 2 ? 451 : null;
  };
  const press = await raise('Press 1', 120);
  expect(await told.ofAlert(await alertOf(press))).toMatchObject([
    { state: 'queued', attempts: 1, response: expect.stringContaining('451') },
  ]);
  await pass(3_000);
  expect(ids).toHaveLength(1);
  await pass(4_000);
  await pass(13_000);
  expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  expect(mails.mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('Press 1')]);

  await pass(2 * MINUTE_MS);
  mails.answer = () => 554;
  const other = await raise('Press 2', 120);
  mails.answer = () => null;
  await pass(10 * MINUTE_MS);
  expect((await told.ofAlert(await alertOf(other)))[0]).toMatchObject({
    state: 'failed',
    attempts: 1,
    response: expect.stringContaining('554'),
  });
  expect(mails.mails).toHaveLength(1);
});

test('a mail on which the server hangs blocks no other', async () => {
  const { mails, plant, raise } = await start();
  mails.answer = ({ subject }) => (subject.includes('Press 1') ? 'silent' : null);
  void raise('Press 1', 120);
  await vi.waitFor(() => expect(mails.attempts).toBe(1), { timeout: 10_000 });
  plant.advance(2 * MINUTE_MS);
  void raise('Press 2', 120);
  await mails.mail(({ subject }) => subject.includes('Press 2'));
  expect(mails.mails).toHaveLength(1);
});

test('after a day without mail server, what is still active arrives once, as one digest', async () => {
  const { mails, told, pass, raise, clear, alertOf } = await start();
  await mails.stop();
  const [gone, stays, later] = [await raise('Press 1', 120), await raise('Press 2', 120), await raise('Press 3', 85)];
  await pass(HOUR_MS);
  clear(gone);
  for (let hours = 1; hours < 25; hours += 0.5) await pass(HOUR_MS / 2);
  const fresh = await raise('Press 4', 120);
  await mails.start();
  for (let minutes = 0; minutes < 20; minutes++) await pass(MINUTE_MS);

  const digest = mails.mails.filter(({ subject }) => subject.startsWith('Still active'));
  expect(digest).toHaveLength(1);
  for (const name of ['Press 2', 'Press 3']) {
    expect(digest[0]?.text).toContain(name);
    // What was to say during the outage that they are still active is not sent beside it.
    expect(mails.mails.filter(({ text }) => text.includes(name))).toHaveLength(1);
  }
  expect(digest[0]?.text).not.toContain('Press 1');
  expect(digest[0]?.text.match(/https:\/\/hall\.example\/ack\//g)).toHaveLength(2);
  expect(mails.mails.filter(({ text }) => text.includes('Press 4'))).toHaveLength(1);
  // Every other mail is about what happened in the last day.
  expect(mails.mails.length).toBeLessThanOrEqual(3);
  const story = await told.ofAlert(await alertOf(stays));
  const states = story.map(({ kind, state }) => `${kind} ${state}`);
  expect([states[0], states.at(-1)]).toEqual(['raised failed', 'digest sent']);
  expect(states.filter((state) => state.startsWith('digest'))).toHaveLength(1);
  expect(story[0]?.response).toMatch(/24 hours/);
  expect((await told.ofAlert(await alertOf(later))).map(({ kind }) => kind)).toContain('digest');
  expect((await told.ofAlert(await alertOf(fresh)))[0]).toMatchObject({ kind: 'raised', state: 'sent' });
});

test('nobody is asked again about an alert that was acknowledged, and is once about one that was not', async () => {
  const { mails, plant, pass, raise, alertOf } = await start();
  const seen = await raise('Press 1', 120);
  await pass(2 * MINUTE_MS);
  await raise('Press 2', 120);
  await plant.alerts.acknowledge(await alertOf(seen), 'anna', 'on my way');
  for (let minutes = 0; minutes < 180; minutes += 10) await pass(10 * MINUTE_MS);
  expect(mails.mails.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^CRITICAL: Press 1/),
    expect.stringMatching(/^CRITICAL: Press 2/),
    expect.stringMatching(/^Acknowledged by anna: Press 1/),
    expect.stringMatching(/^Still active \(2 h( 10 min)?\): Press 2/),
  ]);
});

test('a thousand alerts at once are two mails, and each alert says which of them carried it', async () => {
  const { mails, plant, told, pass, dispatcher } = await start();
  const rows = Array.from({ length: 1000 }, (_, at) => ({
    name: `Press ${at}`,
    location: `Hall ${at % 7}`,
    sensor_type: 'press',
    status: 'active' as const,
  }));
  const machines = (await plant.machines.create(rows)).map(({ machine_id }) => machine_id);
  plant.commit(...machines.map((id) => [id, 0, { temperature: 120 }] as const));
  await plant.alerts.whenIdle();
  await dispatcher.settle();
  for (let seconds = 0; seconds < 120; seconds += 5) await pass(5_000);
  expect(mails.mails).toHaveLength(2);
  expect(mails.mails.at(-1)?.subject).toMatch(/^Alarm flood: \d+ messages, first Press/);
  const alerts = await plant.stored();
  expect(alerts).toHaveLength(1000);
  const carriers = new Map<string, number>();
  for (const { id } of alerts) {
    const [first] = await told.ofAlert(id);
    expect(first).toMatchObject({ kind: 'raised', state: 'sent' });
    carriers.set(first?.message_id ?? '', (carriers.get(first?.message_id ?? '') ?? 0) + 1);
  }
  expect([...carriers.values()].reduce((sum, count) => sum + count)).toBe(1000);
  expect(carriers.size).toBe(2);
});

test('a server that is killed while it sends sends again with the same id', async () => {
  const mails = await startMailServer();
  const ids: string[] = [];
  mails.answer = ({ id }) => {
    ids.push(id);
    return 'silent';
  };
  const directory = await temporaryDirectory();
  const env = { SMTP_URL: mails.url, SMTP_FROM: FROM };
  const server = await startProcess(directory, env);
  onTestFinished(() => server.end('SIGKILL').then(() => {}));
  const { machineId, token } = await addPress(server);
  const post = (path: string, body: unknown) =>
    fetch(`${server.http}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await post('/config/update', { setting_name: 'alert_email', setting_value: ADDRESS });
  const readings = [{ timestamp: new Date().toISOString(), temperature: 120 }];
  const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
  await post('/data/ingest', { gateway_id: 'g', timestamp: new Date().toISOString(), batch });
  await vi.waitFor(() => expect(ids).toHaveLength(1), { timeout: 10_000 });
  await server.end('SIGKILL');
  mails.answer = () => null;
  const again = await startProcess(directory, env);
  onTestFinished(() => again.end('SIGKILL').then(() => {}));
  expect(await mails.mail(() => true)).toMatchObject({ id: ids[0] });
});
