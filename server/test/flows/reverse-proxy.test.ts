// nginx as deploy/nginx/gonsters.conf sets it up, in front of the real server: what a browser and a gateway get through it.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findNginx } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { ServerProgram } from '../support/server-program.ts';
import { type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';
import { untilListening } from '../support/until-answering.ts';
import { makeCertificate } from './support/make-certificate.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const nginx = findNginx();

describe.skipIf(nginx === null).each(['deploy/nginx/gonsters.conf', 'docker/nginx/nginx.conf'])('behind %s', (file) => {
  let directory: string;
  let server: RunningServer;
  let proxy: ServerProgram | null = null;
  let port: number;
  let plainPort: number;
  let url: string;
  let token: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gonsters-nginx-'));
    server = await startProcess(join(directory, 'data'), { TRUST_PROXY: '127.0.0.1' });
    port = await freePort();
    plainPort = await freePort();
    url = `https://localhost:${port}`;
    const { cert, key } = makeCertificate();
    await writeFile(join(directory, 'cert.pem'), cert);
    await writeFile(join(directory, 'key.pem'), key, { mode: 0o600 });
    const settings = (await readFile(join(ROOT, file), 'utf8'))
      .replaceAll('/tmp/', `${directory}/`)
      .replace(/ssl_certificate .*;/, `ssl_certificate ${directory}/cert.pem;`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${directory}/key.pem;`)
      .replaceAll(/^.*listen \[::\].*$/gm, '')
      .replace(/listen \d+ ssl;/, `listen 127.0.0.1:${port} ssl;`)
      .replace(/listen \d+;/, `listen 127.0.0.1:${plainPort};`)
      .replaceAll(/(server-1|server-2|127\.0\.0\.1):5000/g, new URL(server.http).host);
    const site = join(directory, 'site.conf');
    await writeFile(site, settings);
    const whole = join(directory, 'whole.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((each) => `${each}_temp_path ${directory}/${each};`)
      .join(' ');
    await writeFile(
      whole,
      `pid ${directory}/nginx.pid; error_log stderr; events {} http { access_log off; ${temporary} include ${site}; }`,
    );
    const main = settings.includes('events {') ? site : whole;
    const args = ['-p', directory, '-c', main];
    await promisify(execFile)(nginx ?? '', [...args, '-t']);
    // As root it would otherwise become a user that cannot write here.
    const how = process.getuid?.() === 0 ? 'daemon off; user root;' : 'daemon off;';
    proxy = new ServerProgram(nginx ?? '', [...args, '-g', how], { untilReady: () => untilListening(port) });
    await proxy.start();
    token = await signIn(server.http);
  });

  afterAll(async () => {
    await proxy?.end('SIGTERM');
    await server.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it('sends plain HTTP to TLS', async () => {
    const reply = await fetch(`http://127.0.0.1:${plainPort}/fleet?x=1`, { redirect: 'manual' });
    expect(reply.status).toBe(308);
    expect(reply.headers.get('location')).toMatch(/^https:\/\/.*\/fleet\?x=1$/);
  });

  it('serves the API with HSTS, since the server knows that TLS is in front', async () => {
    const { status, headers } = await throughProxy('GET', '/api/v1/data/machines');
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toMatch(/max-age=\d+/);
  });

  it('keeps the figures of the server to itself', async () => {
    expect((await throughProxy('GET', '/metrics')).status).toBe(404);
  });

  it('lets the server see who asks, whatever the client claims', async () => {
    const machine = { name: `Press ${file}`, location: 'Hall A', sensor_type: 'press' };
    const made = await throughProxy('POST', '/api/v1/data/machine', machine, { 'x-forwarded-for': '203.0.113.9' });
    expect(made.status).toBe(201);
    const { body } = await request(server.http, token, 'GET', '/audit?limit=5');
    expect(JSON.stringify(body)).toContain('127.0.0.1');
    expect(JSON.stringify(body)).not.toContain('203.0.113.9');
  });

  it('takes the largest batch and refuses what is larger', async () => {
    const { status } = await throughProxy('POST', '/api/v1/data/ingest', 'x'.repeat(15 * 1024 * 1024));
    expect(status).toBe(400);
    expect((await throughProxy('POST', '/api/v1/data/ingest', 'x'.repeat(17 * 1024 * 1024))).status).toBe(413);
  });

  it.each(['websocket', 'polling'])('carries the live stream over %s', async (transport) => {
    const client = io(url, {
      auth: { token },
      transports: [transport],
      forceNew: true,
      reconnection: false,
      rejectUnauthorized: false,
    });
    onTestFinished(() => {
      client.disconnect();
    });
    await new Promise((greeted, refused) => client.once('connected', greeted).once('connect_error', refused));
    client.emit('subscribe_all');
    await new Promise((subscribed) => client.once('subscribed_all', subscribed));
    const [machine] = (await request(server.http, token, 'GET', '/data/machines')).body.machines as {
      machine_id: string;
    }[];
    const heard = new Promise((resolved) => client.once('sensor_data', resolved));
    const timestamp = new Date().toISOString();
    const readings = [{ timestamp, temperature: 61.5 }];
    const batch = [{ machine_id: machine?.machine_id, sensor_type: 'press', location: 'Hall A', readings }];
    const sent = await throughProxy('POST', '/api/v1/data/ingest', { gateway_id: 'g', timestamp, batch });
    expect(sent.status).toBe(201);
    expect(await heard).toMatchObject({ machine_id: machine?.machine_id, temperature: 61.5 });
  });

  function throughProxy(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': String(text.length) }),
      ...more,
    };
    return new Promise<{ status: number; headers: Record<string, unknown> }>((resolved, rejected) => {
      const sent = httpsRequest(`${url}${path}`, { method, headers, rejectUnauthorized: false }, (reply) => {
        reply.resume();
        reply.once('end', () => resolved({ status: reply.statusCode ?? 0, headers: reply.headers }));
      });
      sent.once('error', rejected);
      sent.end(text ?? undefined);
    });
  }
});
