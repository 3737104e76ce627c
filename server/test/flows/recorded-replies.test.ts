// The replies of the API, and the events of the public stream, as clients know them. What was recorded must still be there; new fields may stand beside it.
// RECORD_REPLIES=1 writes them anew, which is only right where a reply was wrong.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RECORDED_AT_MS, REQUESTS, type RecordedRequest } from './recorded/requests.ts';
import { type Reply, type StartedCore, startCore } from './support/start-core.ts';

interface RecordedReply {
  status: number;
  contentType: string;
  /** Of a JSON reply. */
  body?: unknown;
  /** Of any other. */
  text?: string;
}

const FILE = join(import.meta.dirname, 'recorded/replies.json');
const isRecording = process.env.RECORD_REPLIES === '1';
const played: Record<string, RecordedReply> = {};
const recorded: Record<string, RecordedReply> = isRecording ? played : JSON.parse(readFileSync(FILE, 'utf8'));

/** What a client of the public stream hears during it: the last of each event. */
const EVENTS = ['connected', 'subscribed_all', 'sensor_data', 'alert', 'alert_updated', 'machine', 'config'];
const heard = new Map<string, unknown>();

let core: StartedCore;
let client: Socket;
let operations: string[];

beforeAll(async () => {
  core = await startCore({ PUBLIC_URL: 'https://hall.example', SECRETS_KEY: 'k'.repeat(32) }, undefined, {
    clock: { nowMs: () => RECORDED_AT_MS },
  });
  const { paths } = (await core.send<{ paths: Record<string, object> }>('GET', '//openapi.json')).body;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${`/${path}`.replace('//api/v1', '')}`),
  );
  const values = new Map<string, string>();
  client = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
  client.onAny((event: string, body: { condition?: string }) => {
    // Nothing can be sent to the channels of these requests, which is an alert after some time.
    if (body.condition !== 'notification') heard.set(event, body);
  });
  client.emit('subscribe_all');
  await vi.waitFor(() => expect(heard.has('subscribed_all')).toBe(true));
  for (const request of REQUESTS) {
    const reply = await play(request, values);
    for (const [name, path] of Object.entries(request.keep ?? {})) values.set(name, String(valueAt(reply.body, path)));
    played[request.name] = comparable(reply, values);
  }
  await vi.waitFor(() => expect([...heard.keys()]).toEqual(expect.arrayContaining(EVENTS)));
  for (const event of EVENTS) {
    const text = JSON.stringify(heard.get(event));
    const headers = new Headers({ 'content-type': 'json' });
    played[`event ${event}`] = comparable({ status: 0, headers, text, body: {} }, values);
  }
  if (isRecording) writeFileSync(FILE, `${JSON.stringify(played, null, 2)}\n`);
});
afterAll(async () => {
  client.disconnect();
  await core.remove();
});

async function play(request: RecordedRequest, values: ReadonlyMap<string, string>): Promise<Reply> {
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name) => values.get(name) ?? whole);
  const body = request.body === undefined ? undefined : JSON.parse(filled(JSON.stringify(request.body)));
  const send = async () =>
    core.send(request.method, filled(request.path), {
      body,
      ...(request.as === null ? {} : { token: await core.token(request.as) }),
    });
  const { until } = request;
  if (until === undefined) return send();
  return vi.waitFor(
    async () => {
      const reply = await send();
      expect(valueAt(reply.body, until.path)).toBe(until.equals);
      return reply;
    },
    { timeout: 15_000 },
  );
}

const valueAt = (body: unknown, path: string): unknown =>
  path.split('.').reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], body);

/** Without what differs from run to run: ids, tokens, times that are the computer's own, and the sentences of faults. */
function comparable(reply: Reply, values: ReadonlyMap<string, string>): RecordedReply {
  const steady = (text: string) =>
    [...values]
      .reduce((named, [name, value]) => named.replaceAll(value, `<${name}>`), text)
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
      .replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, (time) => (time.startsWith('2026-01-') ? time : '<time>'));
  const contentType = reply.headers.get('content-type') ?? '';
  if (!contentType.includes('json')) return { status: reply.status, contentType, text: steady(reply.text) };
  const body = JSON.parse(steady(reply.text), (key, value) => {
    if (
      /_token$|^(password|secret|hint|version|request_id|hash|uri|challenge|user_agent)$/.test(key) &&
      typeof value === 'string'
    )
      return `<${key}>`;
    // The id of a user as WebAuthn sends it.
    if (key === 'id' && /^[\w-]{48}$/.test(value)) return '<id>';
    if (key === 'took_ms') return 0;
    if (key === 'url' && typeof value === 'string') return value.replace(/(token=|#)[\w-]+/, '$1<token>');
    if (reply.status >= 400 && ['message', 'error'].includes(key)) return '<sentence>';
    return value;
  });
  return { status: reply.status, contentType, body };
}

/** Where `reply` lacks something of `before`. Elements that have a name, of settings for instance, are found by it. */
function lostSince(before: unknown, reply: unknown, at = 'body'): string[] {
  if (Array.isArray(before) && Array.isArray(reply)) {
    const named = before.length > 0 && before.every((each) => typeof each?.name === 'string');
    // New permissions stand at the end.
    const isLonger = at.endsWith('.permissions') && reply.length > before.length;
    if (!named && !isLonger && before.length !== reply.length)
      return [`${at}: ${before.length} elements became ${reply.length}`];
    return before.flatMap((each, i) =>
      lostSince(each, named ? reply.find(({ name }) => name === each.name) : reply[i], `${at}[${i}]`),
    );
  }
  if (before !== null && typeof before === 'object' && reply !== null && typeof reply === 'object') {
    return Object.entries(before).flatMap(([key, value]) =>
      lostSince(value, (reply as Record<string, unknown>)[key], `${at}.${key}`),
    );
  }
  return Object.is(before, reply) ? [] : [`${at}: ${JSON.stringify(before)} became ${JSON.stringify(reply)}`];
}

/** New columns of a CSV file stand at its end. */
function withoutNewColumns(text = '', before = ''): string {
  const header = (csv: string) => csv.split('\r\n', 1)[0] as string;
  if (!header(text).startsWith(`${header(before)},`)) return text;
  const width = header(before).split(',').length;
  return text
    .split('\r\n')
    .map((line) => line.split(',').slice(0, width).join(','))
    .join('\r\n');
}

describe('the recorded replies', () => {
  it.each([...REQUESTS.map(({ name }) => name), ...EVENTS.map((event) => `event ${event}`)])('%s', (name) => {
    const { body: before, text: textBefore, ...head } = recorded[name] ?? {};
    const { body, text, ...now } = played[name] as RecordedReply;
    expect(now).toEqual(head);
    expect(now.contentType.startsWith('text/csv') ? withoutNewColumns(text, textBefore) : text).toEqual(textBefore);
    expect(lostSince(before, body)).toEqual([]);
  });

  it('are of every operation that the API has', () => {
    const segments = (path: string) => (path.split('?')[0] as string).split('/');
    const matches = (operation: string, { method, path }: RecordedRequest) => {
      const [operationMethod, template = ''] = operation.split(' ');
      const [want, got] = [segments(template), segments(path)];
      return (
        method === operationMethod &&
        want.length === got.length &&
        want.every((segment, i) => segment.startsWith('{') || segment === got[i])
      );
    };
    const unplayed = operations.filter((operation) => !REQUESTS.some((request) => matches(operation, request)));
    // The lines of the first are measurements; `monitoring-files.test.ts` holds their names. Templates may become better. Addresses are those of
    // the computer; `gateway-status.test.ts` holds them.
    const elsewhere = ['GET //metrics', 'GET /machine-types/templates', 'GET /gateways/addresses'];
    expect(unplayed.sort()).toEqual(elsewhere.sort());
  });

  it('are compared so that a lost field, element or value is seen, and a new field is not', () => {
    const before = { a: 1, list: [{ x: 1 }], settings: [{ name: 'm', value: '1' }] };
    expect(
      lostSince(before, { ...before, b: 2, settings: [{ name: 'k' }, { name: 'm', value: '1', more: 0 }] }),
    ).toEqual([]);
    expect(lostSince(before, { a: 2, list: [], settings: [] })).toHaveLength(3);
    expect(withoutNewColumns('a,b,c\r\n1,2,3\r\n', 'a,b\r\n1,2\r\n')).toBe('a,b\r\n1,2\r\n');
    expect(withoutNewColumns('a,c,b\r\n1,3,2\r\n', 'a,b\r\n1,2\r\n')).toBe('a,c,b\r\n1,3,2\r\n');
  });
});
