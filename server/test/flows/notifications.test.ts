// Alerts are mailed by a real server to a real mail server, and acknowledged from the mail.

import { expect, onTestFinished, test, vi } from 'vitest';
import { startMailServer } from '../support/mail-server.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const ADDRESS = 'duty@plant.example';
const FROM = 'GONSTERS <alarms@plant.example>';

async function start(env: Record<string, string> = {}): Promise<StartedCore> {
  const core = await startCore(env);
  onTestFinished(() => core.remove());
  return core;
}

async function startWithMail(env: Record<string, string> = {}) {
  const mails = await startMailServer();
  const core = await start({ SMTP_URL: mails.url, SMTP_FROM: FROM, ...env });
  await setting(core, 'alert_email', ADDRESS);
  return { core, mails };
}

async function setting(core: StartedCore, name: string, value: string) {
  const body = { setting_name: name, setting_value: value };
  return core.as('Management', 'POST', '/config/update', { body });
}

const hot = (core: StartedCore, id: string, temperature: number) =>
  core.ingest(id, [{ timestamp: new Date().toISOString(), temperature }]);

const linkIn = (text: string) => /(http:\/\/\S+)\/ack\/(\S+)/.exec(text) as RegExpExecArray;
const notificationsOf = async (core: StartedCore, id: string) =>
  (await core.as<{ notifications: Record<string, unknown>[] }>('Operator', 'GET', `/alerts/${id}/notifications`)).body
    .notifications;
const newestAlert = async (core: StartedCore) =>
  (
    await core.as<{ alerts: { id: string; state: string; acknowledged_by: string | null }[] }>(
      'Operator',
      'GET',
      '/alerts',
    )
  ).body.alerts[0] as { id: string; state: string; acknowledged_by: string | null };

test('a critical alert is mailed at once, is acknowledged from the mail, and its story says so', async () => {
  const { core, mails } = await startWithMail();
  const press = await core.addMachine('Press <4>');
  const raisedMs = performance.now();
  await hot(core, press, 120);
  const mail = await mails.mail(({ subject }) => subject.startsWith('CRITICAL'));
  expect(performance.now() - raisedMs).toBeLessThan(3_000);
  expect(mail).toMatchObject({ to: ADDRESS, id: expect.stringMatching(/^<[0-9a-f-]{36}@plant\.example>$/) });
  expect(mail.subject).toBe('CRITICAL: Press <4>: Temperature 120.0 °C above high-high limit 88.0 °C');
  expect(mail.text).toContain('Location: Hall A');
  const { id } = await newestAlert(core);
  expect(mail.text).toContain(`${core.url}/alerts/${id}`);
  expect(
    await vi.waitFor(async () => {
      const list = await notificationsOf(core, id);
      expect(list[0]).toMatchObject({ state: 'sent' });
      return list;
    }),
  ).toMatchObject([
    {
      ...{
        kind: 'raised',
        raise: 1,
        channel: 'email',
        contact: ADDRESS,
        folded: 1,
        attempts: 1,
        next_attempt_at: null,
      },
      response: expect.stringContaining('queued as 1'),
      sent_at: expect.any(String),
    },
  ]);

  // A scanner that opens the link acknowledges nothing.
  const [, base, token] = linkIn(mail.text) as unknown as [string, string, string];
  expect(base).toBe(core.url);
  const page = await fetch(`${base}/ack/${token}`);
  const html = await page.text();
  expect([page.status, page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([
    200,
    'no-store',
    'no-referrer',
  ]);
  expect(html).toContain('Press &lt;4&gt;: Temperature 120.0 °C above high-high limit');
  expect(html).toContain('<form method="post"><button>Acknowledge</button></form>');
  expect(html).not.toContain('<script');
  expect(await newestAlert(core)).toMatchObject({ state: 'active_unacked' });

  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '' };
  const done = await fetch(`${base}/ack/${token}`, form);
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Acknowledged at')]);
  expect(await newestAlert(core)).toMatchObject({ state: 'active_acked', acknowledged_by: ADDRESS });
  expect(await (await fetch(`${base}/ack/${token}`, form)).text()).toContain('This link was used already');
  const unknown = await fetch(`${base}/ack/${'x'.repeat(43)}`, form);
  expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('This link is not known')]);
  const { body } = await core.as<{ entries: unknown[] }>('Management', 'GET', '/audit?action=alert.acknowledge');
  expect(body.entries).toMatchObject([
    { username: ADDRESS, target: id, outcome: 'success', details: { machine_name: 'Press <4>', channel: 'email' } },
  ]);
  // The one who acknowledged is not told so, and nobody is asked again.
  await vi.waitFor(async () => expect(await notificationsOf(core, id)).toHaveLength(1));
});

test('without a mail server no address is taken, and no Host header gets into a link', async () => {
  const bare = await start();
  expect(await setting(bare, 'alert_email', ADDRESS)).toMatchObject({ status: 400, body: { code: 'invalid_setting' } });
  expect((await setting(bare, 'alert_email', '')).status).toBe(200);
  const press = await bare.addMachine('Press 1');
  await hot(bare, press, 120);
  const { id } = await vi.waitFor(async () => {
    const alert = await newestAlert(bare);
    expect(alert).toBeDefined();
    return alert;
  });
  expect(await notificationsOf(bare, id)).toEqual([]);

  const { core, mails } = await startWithMail({ HOST: '0.0.0.0' });
  await hot(core, await core.addMachine('Press 1'), 120);
  const first = await mails.mail(({ subject }) => subject.includes('Press 1'));
  expect(first.text).not.toContain('http');
  expect((await setting(core, 'page_origin', 'https://hall.example/')).status).toBe(400);
  expect((await setting(core, 'page_origin', 'https://hall.example')).status).toBe(200);
  await hot(core, await core.addMachine('Press 2'), 85);
  const second = await mails.mail(({ subject }) => subject.startsWith('Warning') && subject.includes('Press 2'));
  expect(linkIn(second.text.replace('https:', 'http:'))[1]).toBe('http://hall.example');
});

test('the mail server is listed with its last answers, without its password, and takes a test', async () => {
  const { core, mails } = await startWithMail();
  const channels = async () =>
    (await core.as<{ channels: Record<string, unknown>[] }>('Management', 'GET', '/notifications/channels')).body;
  const description = `${new URL(mails.url).host}, from ${FROM}`;
  const idle = {
    id: 'email',
    kind: 'email',
    description,
    accepted: 0,
    waiting: 0,
    last_accepted: null,
    last_fault: null,
  };
  expect(await channels()).toMatchObject({ channels: [idle], links: { url: core.url, source: 'loopback' } });
  const send = (contact: string) =>
    core.as('Management', 'POST', '/notifications/channels/email/test', { body: { contact } });
  expect(await send('nobody')).toMatchObject({ status: 400 });
  const reply = await send('test@plant.example');
  expect(reply.body).toMatchObject({ result: 'accepted', response: expect.stringContaining('queued as 1') });
  expect(mails.mails).toMatchObject([{ to: 'test@plant.example', subject: 'Test message of GONSTERS' }]);
  mails.answer = () => 451;
  expect((await send('test@plant.example')).body).toMatchObject({ result: 'retry' });
  await hot(core, await core.addMachine('Press 1'), 120);
  await vi.waitFor(
    async () =>
      expect(await channels()).toMatchObject({
        channels: [{ accepted: 0, waiting: 1, last_fault: { response: expect.stringContaining('451') } }],
      }),
    { timeout: 5_000 },
  );
  mails.answer = () => null;
  await vi.waitFor(
    async () =>
      expect(await channels()).toMatchObject({
        channels: [{ accepted: 1, waiting: 0, last_fault: null, last_accepted: { response: expect.any(String) } }],
      }),
    { timeout: 15_000 },
  );
});
