// Mosquitto with the configuration of docker/: who may publish and read, on which port, and its health check.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { ServerProgram } from '../support/server-program.ts';
import { untilListening } from '../support/until-answering.ts';
import { makeCertificate } from './support/make-certificate.ts';

const FILES = resolve(import.meta.dirname, '../../../docker/mosquitto');
const TOPIC = 'factory/plant-1/machine/3f1c9f52-2d0c-4b1e-9f0a-5e5b8f3f2a11/telemetry';
const mosquitto = findMosquitto();

describe.skipIf(mosquitto === null).each(['dev', 'prod'])('the broker of the %s stack', (stack) => {
  let directory: string;
  let env: Record<string, string>;
  let broker: ServerProgram | null = null;
  let port: number;
  let tlsPort: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gonsters-broker-files-'));
    for (const folder of ['secrets', 'state', 'data']) await mkdir(join(directory, folder));
    port = await freePort();
    tlsPort = await freePort();
    const { cert, key } = makeCertificate();
    await writeFile(join(directory, 'secrets/tls_certificate'), cert);
    await writeFile(join(directory, 'secrets/tls_key'), key);
    await writeFile(join(directory, 'secrets/mqtt_gateways'), 'gateway:door-one\ngonsters:door-two\n', { mode: 0o400 });
    const settings = (await readFile(join(FILES, `${stack}.conf`), 'utf8'))
      .replace('listener 1883', `listener ${port} 127.0.0.1`)
      .replace('listener 8883', `listener ${tlsPort} 127.0.0.1`)
      .replaceAll('/tmp/', `${directory}/state/`)
      .replaceAll('/mosquitto/config/', `${FILES}/`)
      .replaceAll('/mosquitto/data/', `${directory}/data/`)
      .replaceAll('/run/gonsters/mosquitto/', `${directory}/secrets/`);
    // Started as root, it would otherwise change to a user that cannot read here.
    const user = process.getuid?.() === 0 ? 'user root\n' : '';
    await writeFile(join(directory, 'mosquitto.conf'), settings + user);
    env = {
      PATH: `${process.env.PATH}:${dirname(mosquitto ?? '')}`,
      MOSQUITTO_SECRETS: join(directory, 'secrets'),
      MOSQUITTO_STATE: join(directory, 'state'),
    };
    broker = new ServerProgram('sh', [join(FILES, 'start.sh'), join(directory, 'mosquitto.conf')], {
      untilReady: () => untilListening(port),
      options: { env },
    });
    await broker.start();
  });

  afterAll(async () => {
    await broker?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  const reload = () =>
    promisify(execFile)('sh', [join(FILES, 'start.sh'), 'reload'], {
      env: { ...env, MOSQUITTO_PID: String(broker?.pid) },
    });

  const signIn = async (username: string, password: string): Promise<MqttClient> => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username, password, reconnectPeriod: 0 });
    onTestFinished(async () => {
      await client.endAsync(true);
    });
    return client;
  };

  it('delivers messages of a gateway to the server, and to no other client', async () => {
    const server = await signIn('gonsters', 'door-two');
    const gateway = await signIn('gateway', 'door-one');
    const overheard: string[] = [];
    gateway.on('message', (topic) => overheard.push(topic));
    const arrived: string[] = [];
    server.on('message', (topic) => arrived.push(topic));
    const topics = ['$share/gonsters/factory/+/machine/+/telemetry', '$share/gonsters/gonsters/sensors/#'];
    await server.subscribeAsync([...topics, 'factory/backend/status'], { qos: 1 });
    await gateway.subscribeAsync('#', { qos: 1 });
    // On a separate connection, because the broker may close it for that.
    const liar = await signIn('gateway', 'door-one');
    await liar.publishAsync('factory/backend/status', 'a lie', { qos: 0 });
    await gateway.publishAsync(TOPIC, '{"temperature":70}', { qos: 1 });
    await gateway.publishAsync('gonsters/sensors/line-1', '{}', { qos: 1 });
    await expect.poll(() => arrived.length).toBe(2);
    expect(arrived.sort()).toEqual([TOPIC, 'gonsters/sensors/line-1']);
    expect(overheard).toEqual([]);
  });

  it('lets the server publish its status', async () => {
    const server = await signIn('gonsters', 'door-two');
    await server.publishAsync('factory/backend/status', 'up', { qos: 1, retain: true });
  });

  it.each([
    ['nobody', undefined],
    ['gateway', 'wrong'],
  ])('refuses %s with the password %s', async (username, password) => {
    const client = connect(`mqtt://127.0.0.1:${port}`, {
      reconnectPeriod: 0,
      ...(password === undefined ? {} : { username, password }),
    });
    onTestFinished(async () => {
      await client.endAsync(true);
    });
    const error = await new Promise((resolved) => client.once('error', resolved));
    expect(error).toMatchObject({ code: 5 });
  });

  it('accepts a new account without a restart, and disconnects no client', async () => {
    const gateway = await signIn('gateway', 'door-one');
    let losses = 0;
    gateway.on('close', () => losses++);
    const secrets = 'gateway:door-one\nlathe:door-three\ngonsters:door-two\n';
    await writeFile(join(directory, 'secrets/mqtt_gateways.new'), secrets, { mode: 0o400 });
    await rename(join(directory, 'secrets/mqtt_gateways.new'), join(directory, 'secrets/mqtt_gateways'));
    await reload();
    await expect
      .poll(
        () =>
          signIn('lathe', 'door-three').then(
            () => 'let in',
            (error: Error) => error.message,
          ),
        { timeout: 10_000 },
      )
      .toBe('let in');
    const lathe = await signIn('lathe', 'door-three');
    await lathe.publishAsync(TOPIC, '{"temperature":70}', { qos: 1 });
    await gateway.publishAsync(TOPIC, '{"temperature":71}', { qos: 1 });
    expect(losses).toBe(0);
  });

  it('contains no password in clear text where it runs', async () => {
    const passwords = await readFile(join(directory, 'state/passwords'), 'utf8');
    expect(passwords).toMatch(/^gateway:\$7\$.+\n(lathe:\$7\$.+\n)?gonsters:\$7\$.+\n$/);
    expect(passwords).not.toContain('door');
  });

  // The development stack has no TLS port.
  const itInProduction = stack === 'prod' ? it : () => {};
  itInProduction('speaks TLS to devices', async () => {
    const client = await connectAsync(`mqtts://localhost:${tlsPort}`, {
      ca: [await readFile(join(directory, 'secrets/tls_certificate'))],
      username: 'gateway',
      password: 'door-one',
      reconnectPeriod: 0,
    });
    onTestFinished(async () => {
      await client.endAsync(true);
    });
    await client.publishAsync(TOPIC, '{"temperature":70}', { qos: 1 });
  });

  itInProduction('takes a new certificate without a restart', async () => {
    const { cert, key } = makeCertificate();
    await writeFile(join(directory, 'secrets/tls_certificate'), cert);
    await writeFile(join(directory, 'secrets/tls_key'), key);
    await reload();
    await expect
      .poll(
        () =>
          connectAsync(`mqtts://localhost:${tlsPort}`, {
            ca: [cert],
            username: 'gateway',
            password: 'door-one',
            reconnectPeriod: 0,
          }).then(
            (client) => client.endAsync().then(() => 'trusted'),
            (error: Error) => error.message,
          ),
        { timeout: 10_000 },
      )
      .toBe('trusted');
  });

  it('passes its own health check', async () => {
    const check = ['-h', '127.0.0.1', '-p', String(port), '-t', '$SYS/broker/uptime', '-C', '1', '-W', '3'];
    const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: join(directory, 'state') };
    const { stdout } = await promisify(execFile)('mosquitto_sub', check, { env });
    expect(stdout).toMatch(/^\d+ seconds/);
  });
});
