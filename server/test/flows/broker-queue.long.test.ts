// Messages that Mosquitto holds while no server runs, with the shipped configuration: they are soon on disk and survive a kill.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';

const program = findMosquitto();
const ROOT = resolve(import.meta.dirname, '../../..');
/** The settings for the size of the queue and its persistence. The others concern ports and passwords. */
const KEEPING = /^(autosave|max_queued|max_packet|persistent_client)\w+ .+$/gm;
const TOPIC = 'gonsters/sensors/line-1';
const MESSAGES = 50;
/** As documented in docs/operations.md. */
const SAVED_WITHIN_MS = 30_000;
const SLACK_MS = 15_000;

async function connectTo(broker: MosquittoServer, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://${broker.host}:${broker.port}`, { reconnectPeriod: 0, ...options });
  onTestFinished(() => client.endAsync(true));
  return client;
}

const FILES = ['deploy/mosquitto/gonsters.conf', 'docker/mosquitto/prod.conf'];

/** @returns how many of the waiting messages are left after a kill */
async function keptOverKill(file: string): Promise<number> {
  const settings = (await readFile(resolve(ROOT, file), 'utf8')).match(KEEPING) ?? [];
  const broker = await startMosquitto(program as string, ['allow_anonymous true', ...settings]);
  onTestFinished(() => broker.stop());
  const session = { clientId: 'server', clean: false };
  const server = await connectTo(broker, session);
  await server.subscribeAsync(TOPIC, { qos: 1 });
  await server.endAsync();

  const device = await connectTo(broker);
  await Promise.all(
    Array.from({ length: MESSAGES }, (_, i) => device.publishAsync(TOPIC, `reading ${i}.`, { qos: 1 })),
  );
  await expect
    .poll(() => readFile(`${broker.directory}/mosquitto.db`, 'utf8').catch(() => ''), {
      timeout: SAVED_WITHIN_MS + SLACK_MS,
      interval: 100,
    })
    .toContain(`reading ${MESSAGES - 1}.`);
  await broker.end('SIGKILL');
  await broker.start();

  const again = connect(`mqtt://${broker.host}:${broker.port}`, session);
  onTestFinished(() => again.endAsync(true));
  const arrived = new Set<string>();
  again.on('message', (_topic, payload) => arrived.add(payload.toString()));
  await expect.poll(() => arrived.size, { timeout: 10_000 }).toBe(MESSAGES);
  return arrived.size;
}

test.skipIf(program === null)(
  `what has waited at the broker for half a minute is there after a kill: ${FILES.join(', ')}`,
  async () => {
    expect(await Promise.all(FILES.map(keptOverKill))).toEqual(FILES.map(() => MESSAGES));
  },
  90_000,
);
