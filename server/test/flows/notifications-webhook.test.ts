// Webhooks as a receiver sees them that verifies with the public library of Standard Webhooks.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

interface Received {
  headers: Record<string, string>;
  body: string;
}

async function startReceiver() {
  const received: Received[] = [];
  const receiver = {
    received,
    url: '',
    answer: (_request: IncomingMessage, response: ServerResponse): void => {
      response.end('thanks');
    },
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers as Record<string, string>, body });
      receiver.answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

async function start(env: Record<string, string> = { NOTIFY_ALLOWED_NETWORKS: '127.0.0.1' }) {
  const core = await startCore({ SECRETS_KEY: 'a key of the plant, thirty-two bytes long', ...env });
  onTestFinished(() => core.remove());
  const manage = (method: string, path: string, body?: unknown) =>
    core.as<Record<string, unknown>>('Management', method, `/notifications/channels${path}`, { body });
  const add = async (url: string, name = 'Night shift') => {
    const reply = await manage('POST', '', { kind: 'webhook', name, url });
    expect(reply.status, reply.text).toBe(201);
    return reply.body as { id: string; secret: string };
  };
  const channel = async (id: string) =>
    ((await manage('GET', '')).body.channels as { id: string }[]).find((each) => each.id === id);
  const test = async (id: string) => (await manage('POST', `/${id}/test`, {})).body;
  return { core, manage, add, channel, test };
}

const hot = async (core: StartedCore, name: string) =>
  core.ingest(await core.addMachine(name), [{ timestamp: new Date().toISOString(), temperature: 120 }]);
const soon = { timeout: 15_000, interval: 20 };

test('an alert is posted, signed, and acknowledged with the link in it', async () => {
  const receiver = await startReceiver();
  const { core, add, channel } = await start();
  const { id, secret } = await add(`${receiver.url}/secret-path`);
  await hot(core, 'Press 1');
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), soon);
  const [{ headers, body }] = receiver.received as [Received];
  const payload = new Webhook(secret).verify(body, headers) as {
    type: string;
    data: { subject: string; notifications: { kind: string; alert: { id: string }; acknowledge_url: string }[] };
  };
  expect(payload).toMatchObject({
    type: 'alert.notification',
    data: {
      subject: expect.stringMatching(/^CRITICAL: Press 1/),
      notifications: [{ kind: 'raised', alert: { machine_name: 'Press 1', severity: 'critical' } }],
    },
  });
  expect(() => new Webhook(secret).verify(body.replace('Press 1', 'Press 2'), headers)).toThrow();
  const [notified] = payload.data.notifications;
  await fetch(notified?.acknowledge_url ?? '', { method: 'POST' });
  const { body: reply } = await core.as('Operator', 'GET', `/alerts/${notified?.alert.id}`);
  expect(reply.alert).toMatchObject({ state: 'active_acked', acknowledged_by: 'Night shift' });
  await vi.waitFor(async () => expect(await channel(id)).toMatchObject({ accepted: 1, is_active: true }), soon);
  // The address is a secret, too.
  expect(JSON.stringify(await channel(id))).not.toContain('secret-path');
});

test('while one secret replaces another, messages are signed with both; nothing of them is readable where they are stored', async () => {
  const receiver = await startReceiver();
  const { core, manage, add, test: send } = await start();
  const { id, secret } = await add(`${receiver.url}/secret-path`);
  const { body } = await manage('POST', `/${id}/rotate`);
  expect(body.secret).not.toBe(secret);
  expect(await send(id)).toMatchObject({ result: 'accepted', response: '200 thanks' });
  const [message] = receiver.received as [Received];
  for (const each of [secret, body.secret as string]) {
    expect(() => new Webhook(each).verify(message.body, message.headers)).not.toThrow();
  }
  await core.stop();
  const isEmbedded = core.engines?.database === 'sqlite';
  const stored = isEmbedded ? await readFile(join(core.dataDir, 'gonsters.db')) : Buffer.alloc(0);
  expect(stored.includes('Night shift')).toBe(isEmbedded);
  for (const hidden of ['secret-path', secret, body.secret as string]) expect(stored.includes(hidden)).toBe(false);
  await core.start();
  expect((await send(id)).result).toBe('accepted');
});

test('what a receiver answers decides: gone switches it off, redirects are not followed, and only so much is read', async () => {
  const receiver = await startReceiver();
  const { manage, add, channel, test: send } = await start();
  const { id } = await add(receiver.url);
  const answer = (status: number, headers: Record<string, string> = {}, body = '') => {
    receiver.answer = (_request, response) => response.writeHead(status, headers).end(body);
  };
  answer(302, { location: `${receiver.url}/elsewhere` });
  expect(await send(id)).toMatchObject({ result: 'never' });
  expect(receiver.received).toHaveLength(1);
  answer(429, { 'retry-after': '7' });
  expect(await send(id)).toMatchObject({ result: 'retry' });
  answer(503);
  expect(await send(id)).toMatchObject({ result: 'retry' });
  answer(200, {}, 'x'.repeat(10_000_000));
  const { result, response } = (await send(id)) as { result: string; response: string };
  expect([result, response.length]).toEqual(['accepted', 300]);
  answer(410);
  expect(await send(id)).toMatchObject({ result: 'never' });
  await vi.waitFor(async () =>
    expect(await channel(id)).toMatchObject({ is_active: false, fault: expect.stringMatching(/410/) }),
  );
  expect((await manage('PATCH', `/${id}`, { is_active: true })).status).toBe(200);
  expect(await channel(id)).toMatchObject({ is_active: true, fault: null });
  expect((await manage('DELETE', `/${id}`)).status).toBe(200);
  expect(await channel(id)).toBeUndefined();
});

test('private addresses are refused unless they are allowed, by whatever name', async () => {
  const receiver = await startReceiver();
  const { manage, add, test: send } = await start({});
  const port = new URL(receiver.url).port;
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1', '169.254.169.254']) {
    const { id } = await add(`http://${host}:${port}/`, host);
    expect(await send(id), host).toMatchObject({
      result: 'never',
      response: expect.stringContaining('NOTIFY_ALLOWED_NETWORKS'),
    });
  }
  expect(receiver.received).toEqual([]);
  for (const url of ['ftp://hooks.example/', 'http://user:password@hooks.example/', 'hooks.example']) {
    expect((await manage('POST', '', { kind: 'webhook', name: 'x', url })).status, url).toBe(400);
  }
  expect(
    (await manage('POST', '', { kind: 'webhook', name: 'LOCALHOST', url: 'https://hooks.example' })).body.code,
  ).toBe('name_taken');
});
