// Alerts that are acknowledged with buttons of chat services, receipts, a channel that fails, and the heartbeat.

import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  DISCORD_PATH,
  SLACK_PATH,
  startDiscord,
  startSlack,
  startTelegram,
  startWhatsapp,
  TELEGRAM_TOKEN,
} from '../support/chat-services.ts';
import { startService } from '../support/stub-service.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const soon = { timeout: 15_000, interval: 30 };
const PHONE = '+6281234567890';

async function start() {
  const env = { SECRETS_KEY: 'a key of the plant, thirty-two bytes long', NOTIFY_ALLOWED_NETWORKS: '127.0.0.1' };
  const core = await startCore(env);
  onTestFinished(() => core.remove());
  const manage = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
    core.as<T>('Management', method, `/notifications${path}`, { body });
  const add = async (kind: string, settings: object) => {
    const reply = await manage('POST', '/channels', { kind, name: kind, settings });
    expect(reply.status, reply.text).toBe(201);
    return reply.body as { id: string; secret: string | null };
  };
  const tell = async (targets: { channel_id: string; address: string }[]) => {
    const { body } = await manage<{ routes: { id: string; is_default: boolean }[] }>('GET', '/routes');
    const id = body.routes.find((route) => route.is_default)?.id;
    const steps = [
      { wait_seconds: 0, tell: targets.map((each) => ({ kind: 'channel', ...each })), repeat: 0, every_seconds: 60 },
    ];
    const reply = await manage('PATCH', `/routes/${id}`, { chain: { steps, stop_on_clear: false } });
    expect(reply.status, reply.text).toBe(200);
  };
  const channel = async (id: string) => {
    const { body } = await manage<{ channels: ({ id: string } & Record<string, unknown>)[] }>('GET', '/channels');
    return body.channels.find((each) => each.id === id);
  };
  return { core, manage, add, tell, channel };
}

async function raise(core: StartedCore, name: string) {
  const machine = await core.addMachine(name);
  await core.ingest(machine, [{ timestamp: new Date().toISOString(), temperature: 120 }]);
  return vi.waitFor(async () => {
    const { body } = await core.as<{ alerts: { id: string }[] }>('Operator', 'GET', `/alerts?machine_id=${machine}`);
    expect(body.alerts).toHaveLength(1);
    return body.alerts[0]?.id ?? '';
  }, soon);
}
const alertOf = async (core: StartedCore, id: string) =>
  (await core.as<{ alert: Record<string, unknown> }>('Operator', 'GET', `/alerts/${id}`)).body.alert;
const storyOf = async (core: StartedCore, id: string) =>
  (await core.as<{ notifications: Record<string, unknown>[] }>('Operator', 'GET', `/alerts/${id}/notifications`)).body
    .notifications;

test('an alert is acknowledged with a button in Slack, once, and only by what Slack has signed', async () => {
  const slack = await startSlack();
  const { core, add, tell } = await start();
  const { id } = await add('slack', { url: slack.url + SLACK_PATH, signing_secret: 'of-the-app' });
  await tell([{ channel_id: id, address: '' }]);
  const alert = await raise(core, 'Press 1');
  const [{ json }] = await vi.waitFor(() => {
    expect(slack.requests).toHaveLength(1);
    return slack.requests as unknown as [{ json: { blocks: { type: string; elements: { value?: string }[] }[] } }];
  }, soon);
  const value = json.blocks.find(({ type }) => type === 'actions')?.elements[0]?.value;
  const press = (secret: string, atMs = Date.now()) => {
    const payload = {
      ...{ type: 'block_actions', user: { username: 'budi' }, actions: [{ action_id: 'acknowledge_0', value }] },
      response_url: `${slack.url}/actions/1`,
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = `${Math.floor(atMs / 1000)}`;
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...{ 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
    };
    return fetch(`${core.url}/hooks/${id}/slack`, { method: 'POST', headers, body });
  };
  expect((await press('of-somebody-else')).status).toBe(403);
  expect((await press('of-the-app', Date.now() - 600_000)).status).toBe(403);
  expect(await alertOf(core, alert)).toMatchObject({ state: 'active_unacked' });
  expect((await press('of-the-app')).status).toBe(200);
  expect(await alertOf(core, alert)).toMatchObject({ state: 'active_acked', acknowledged_by: 'budi (Slack)' });
  const answers = () => slack.requests.filter(({ path }) => path === '/actions/1').map(({ json: { text } }) => text);
  await vi.waitFor(() => expect(answers()).toEqual([expect.stringMatching(/^Acknowledged: /)]), soon);
  expect((await press('of-the-app')).status).toBe(200);
  await vi.waitFor(() => expect(answers()).toHaveLength(2), soon);
  expect(answers()[1]).toMatch(/used already/);
  const { body } = await core.as<{ entries: unknown[] }>('Management', 'GET', '/audit?action=alert.acknowledge');
  expect(body.entries).toMatchObject([
    { username: 'budi (Slack)', target: alert, details: { channel: 'slack', machine_name: 'Press 1' } },
  ]);
});

test('WhatsApp tells what was delivered and read, and its quick reply acknowledges', async () => {
  const whatsapp = await startWhatsapp();
  const { core, add, tell } = await start();
  const { id, secret } = await add('whatsapp', {
    ...{ token: 'whatsapp-token', phone_number_id: '10203040', template: 'alert', template_language: 'id' },
    ...{ has_button: true, app_secret: 'of-the-app', api_url: whatsapp.url },
  });
  const hook = `${core.url}/hooks/${id}/whatsapp`;
  const verify = (token: string) => fetch(`${hook}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`);
  expect((await verify('wrong')).status).toBe(403);
  expect(await (await verify(secret ?? '')).text()).toBe('42');
  await tell([{ channel_id: id, address: PHONE }]);
  const alert = await raise(core, 'Press 1');
  await vi.waitFor(async () => expect((await storyOf(core, alert))[0]).toMatchObject({ state: 'sent' }), soon);
  const call = (value: object, key = 'of-the-app') => {
    const changes = [{ field: 'messages', value: { metadata: { phone_number_id: '10203040' }, ...value } }];
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ changes }] });
    const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
    return fetch(hook, { method: 'POST', headers, body });
  };
  const status = (state: string, key?: string) =>
    call({ statuses: [{ id: 'wamid.1', status: state, timestamp: `${Math.floor(Date.now() / 1000)}` }] }, key);
  expect((await status('read', 'of-another-app')).status).toBe(403);
  for (const state of ['delivered', 'read', 'delivered']) expect((await status(state)).status).toBe(200);
  expect((await storyOf(core, alert))[0]).toMatchObject({
    ...{ state: 'read', delivered_at: expect.any(String), read_at: expect.any(String) },
  });
  const [first] = whatsapp.requests as unknown as [
    { json: { template: { components: { parameters: { payload?: string }[] }[] } } },
  ];
  const { components } = first.json.template;
  const payload = components[1]?.parameters[0]?.payload;
  const press = (from: string) => call({ messages: [{ from, type: 'button', button: { payload } }] });
  // Whoever knows the payload cannot use it from another number.
  await press('6281111111111');
  expect(await alertOf(core, alert)).toMatchObject({ state: 'active_unacked' });
  await press(PHONE.slice(1));
  expect(await alertOf(core, alert)).toMatchObject({ state: 'active_acked' });
});

test('a Telegram bot says the id of a chat, and its button acknowledges', async () => {
  const telegram = await startTelegram();
  const { core, add, tell, channel } = await start();
  const { id } = await add('telegram', { token: TELEGRAM_TOKEN, api_url: telegram.url, destination: '-42' });
  const calls = (method: string) => telegram.requests.filter(({ path }) => path.endsWith(`/${method}`));
  telegram.updates.push({ update_id: 1, message: { chat: { id: 7 }, text: '/start' } } as { update_id: number });
  await vi.waitFor(() => expect(calls('sendMessage')).toHaveLength(1), soon);
  expect(calls('sendMessage')[0]?.json).toMatchObject({ chat_id: 7, text: expect.stringContaining('chat is 7') });
  await vi.waitFor(async () => expect(await channel(id)).toMatchObject({ link: 'https://t.me/plant_bot' }), soon);
  await tell([{ channel_id: id, address: '' }]);
  const alert = await raise(core, 'Press 1');
  const [, sent] = await vi.waitFor(() => {
    expect(calls('sendMessage')).toHaveLength(2);
    return calls('sendMessage') as unknown as [
      unknown,
      { json: { reply_markup: { inline_keyboard: { callback_data: string }[][] } } },
    ];
  }, soon);
  const { reply_markup } = sent.json;
  const press = (update_id: number, chat: number) => {
    const message = { message_id: 2, chat: { id: chat }, reply_markup };
    const data = reply_markup.inline_keyboard[0]?.[0]?.callback_data;
    const callback_query = { id: `q${update_id}`, data, from: { id: 5, username: 'budi' }, message };
    telegram.updates.push({ update_id, callback_query } as { update_id: number });
    return vi.waitFor(() => {
      const answer = calls('answerCallbackQuery').find(({ json }) => json.callback_query_id === `q${update_id}`);
      expect(answer).toBeDefined();
      return answer?.json;
    }, soon);
  };
  expect(await press(2, -43)).toMatchObject({ show_alert: true, text: expect.stringContaining('somebody else') });
  expect(await press(3, -42)).toMatchObject({ show_alert: false, text: expect.stringMatching(/^Acknowledged/) });
  expect(await alertOf(core, alert)).toMatchObject({ state: 'active_acked', acknowledged_by: '@budi (Telegram)' });
  await vi.waitFor(() => expect(calls('editMessageReplyMarkup')).toHaveLength(1), soon);
  await vi.waitFor(async () => expect((await storyOf(core, alert))[0]).toMatchObject({ state: 'read' }), soon);
});

test('a channel that fails three times in a row is an alert, which is cleared when it works again', async () => {
  const discord = await startDiscord();
  const { core, manage, add, channel } = await start();
  const { id } = await add('discord', { url: discord.url + DISCORD_PATH });
  const send = () => manage('POST', `/channels/${id}/test`, {});
  discord.instead = { status: 503, body: 'down' };
  for (let i = 0; i < 3; i++) expect((await send()).body).toMatchObject({ result: 'retry' });
  const alerts = async () =>
    (await core.as<{ alerts: Record<string, unknown>[] }>('Operator', 'GET', '/alerts')).body.alerts ?? [];
  const active = async () => (await alerts()).filter(({ condition }) => condition === 'notification');
  await vi.waitFor(
    async () =>
      expect(await active()).toMatchObject([
        { state: 'active_unacked', message: 'Nobody can be told by Discord “discord”: 503 down' },
      ]),
    soon,
  );
  expect(await channel(id)).toMatchObject({ failing_since: expect.any(String) });
  await core.restart();
  expect(await active()).toHaveLength(1);
  discord.instead = null;
  expect((await send()).body).toMatchObject({ result: 'accepted' });
  await vi.waitFor(async () => expect(await channel(id)).toMatchObject({ failing_since: null }), soon);
  await vi.waitFor(
    async () => expect((await active()).filter(({ state }) => state === 'active_unacked')).toEqual([]),
    soon,
  );
});

test('a heartbeat goes out as soon as its address is set, and says what was answered', async () => {
  const monitor = await startService(() => ({ status: 200, body: 'OK' }));
  const { core, manage } = await start();
  const set = (value: string) =>
    core.as('Management', 'POST', '/config/update', {
      body: { setting_name: 'heartbeat_url', setting_value: value },
    });
  expect((await manage('GET', '/heartbeat')).body).toMatchObject({ host: null, last: null });
  for (const wrong of ['monitor', 'ftp://monitor/', 'http://a:b@monitor/']) expect((await set(wrong)).status).toBe(400);
  const right = await set(`${monitor.url}/ping/secret`);
  expect(right.status, right.text).toBe(200);
  await vi.waitFor(async () => {
    expect((await manage('GET', '/heartbeat')).body).toMatchObject({
      ...{ host: new URL(monitor.url).host, last: { result: 'accepted', response: '200 OK' } },
    });
  }, soon);
  expect(monitor.requests[0]).toMatchObject({ method: 'GET', path: '/ping/secret' });
});

test('a channel is changed in the page, and no reply has a secret of it', async () => {
  const { manage, add, channel } = await start();
  const { id } = await add('sms', {
    ...{ method: 'POST', url: 'https://sms.example/send', username: 'plant', password: 'hunter2' },
    body: '{{to}} {{text}} {{password}}',
  });
  const before = await channel(id);
  expect(JSON.stringify(before)).not.toContain('hunter2');
  const changed = await manage('PATCH', `/channels/${id}`, {
    name: 'SMS',
    version: before?.version,
    settings: before?.settings,
  });
  expect(changed.status, changed.text).toBe(200);
  expect((await manage('PATCH', `/channels/${id}`, { name: 'Other', version: before?.version })).status).toBe(409);
  const moved = await manage('PATCH', `/channels/${id}`, { settings: { url: 'https://evil.example/' } });
  expect(moved.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'settings.password' }] });
  expect((await manage('POST', '/channels', { kind: 'sms', name: 'x', settings: { method: 'POST' } })).status).toBe(
    400,
  );
  const { body } = await manage('GET', '/web-push');
  expect(body).toMatchObject({ channel_id: null, public_key: null });
  const push = await add('web_push', { subject: 'mailto:it@plant.example' });
  expect((await manage('GET', '/web-push')).body).toMatchObject({
    channel_id: push.id,
    public_key: expect.stringMatching(/^B[\w-]{86}$/),
  });
});
