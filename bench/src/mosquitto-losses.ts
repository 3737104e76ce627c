// Measures which acknowledged messages Mosquitto loses when it is reloaded, restarted or killed, and what saving its
// queue costs.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import { atMost, type Bench, type BenchRow } from './bench-row.ts';
import { signIn } from './server-client.ts';
import { type RunningMosquitto, startMosquitto } from './start-mosquitto.ts';
import { startServer } from './start-server.ts';

const PER_SECOND = 500;
const UNDER_WAY = 100;
const LOOK_EVERY_MS = 50;
const QUIET_MS = 2000;
/** How soon a device reconnects after its broker was restarted. */
const DEVICE_RECONNECTS_MS = [100, 1000, 5000];
const QUEUED = 100_000;
/** Longer than the interval between two saves in our configuration file. */
const RATE_SECONDS = 40;
const FIRST_MS = Date.now() - 86_400_000;

export const mosquittoLosses: Bench = async ({ seconds, say }) => {
  const rows: BenchRow[] = [];
  say('reload under load');
  const reloaded = await lossUnderLoad(seconds, 1000, async (broker) => broker.reload());
  if (reloaded === null) {
    say('Mosquitto is not installed (apt-get install mosquitto). The bench is skipped');
    return [];
  }
  rows.push(lossRow('Mosquitto reloaded (SIGHUP) under load', reloaded, 0));
  for (const reconnectMs of DEVICE_RECONNECTS_MS) {
    say(`restart under load, the device reconnects after ${reconnectMs} ms`);
    const lost = await lossUnderLoad(seconds, reconnectMs, (broker) => broker.restart('SIGTERM'));
    rows.push(
      lossRow(`Mosquitto restarted under load, the device reconnects after ${reconnectMs} ms`, lost ?? Number.NaN),
    );
  }
  say('restart and kill while the server is stopped');
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const lost = await lossOfQueue(seconds, signal);
    const what = signal === 'SIGTERM' ? 'restarted' : 'killed (kill -9)';
    rows.push(lossRow(`Mosquitto ${what} while ${PER_SECOND * seconds} messages wait for the server`, lost));
  }
  say('publishing into a queue');
  const own = await publishRate([]);
  const unsaved = await publishRate(['autosave_interval 1800']);
  rows.push({
    what: `publishing to Mosquitto while ${QUEUED} messages wait, QoS 1`,
    value: own.perSecond,
    unit: 'messages/s',
    goal: null,
    peer: { name: 'saved every 30 minutes', value: unsaved.perSecond },
  });
  rows.push({
    what: 'longest wait for a PUBACK during this',
    value: own.longestMs,
    unit: 'ms',
    goal: null,
    peer: { name: 'saved every 30 minutes', value: unsaved.longestMs },
  });
  return rows;
};

function lossRow(what: string, lost: number, goal?: number): BenchRow {
  const unit = 'lost messages';
  return { what, value: lost, unit, goal: goal === undefined ? null : atMost(lost, goal, unit) };
}

interface Health {
  parts: { broker?: string };
}

interface Plant {
  readonly broker: RunningMosquitto;
  readonly topic: string;
  /** Stops the server. `startServer` starts it again. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  /** The number of these readings that are not stored, once no more arrive. */
  missing(acknowledged: ReadonlySet<number>): Promise<number>;
  close(): Promise<void>;
}

async function openPlant(settings: readonly string[] = []): Promise<Plant | null> {
  const broker = await startMosquitto(settings);
  if (broker === null) return null;
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-bench-'));
  const env = { MQTT_BROKER_HOST: '127.0.0.1', MQTT_BROKER_PORT: String(broker.port), MQTT_CLIENT_ID: 'bench' };
  const start = async () => {
    const server = await startServer({ dataDir, env });
    const isConnected = async () =>
      ((await (await fetch(`${server.http}/health/ready`)).json()) as Health).parts.broker === 'up';
    while (!(await isConnected())) await delay(LOOK_EVERY_MS);
    return { server, client: await signIn(server) };
  };
  let { server, client } = await start();
  const [id] = (await client.createMachines(1)) as [string];
  const stored = async () => {
    const since = new Date(FIRST_MS).toISOString();
    const reply = await client.get(`/data/machine/${id}?start_time=${since}&order=asc&limit=100000`);
    return new Set((reply as { data: { speed: number }[] }).data.map(({ speed }) => speed));
  };
  return {
    broker,
    topic: `factory/f/machine/${id}/telemetry`,
    stopServer: () => server.stop(),
    async startServer() {
      ({ server, client } = await start());
    },
    async missing(acknowledged) {
      let numbers = await stored();
      for (let before = -1; numbers.size !== before; numbers = await stored()) {
        before = numbers.size;
        await delay(QUIET_MS);
      }
      return [...acknowledged].filter((number) => !numbers.has(number)).length;
    },
    async close() {
      await server.stop();
      await broker.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A device that stores unsent readings and sends them when it is connected again. */
class Device {
  readonly acknowledged = new Set<number>();
  readonly #client: MqttClient;
  readonly #topic: string;
  #sent = 0;
  #underWay = 0;

  constructor(port: number, topic: string, reconnectPeriod: number) {
    this.#client = connect(`mqtt://127.0.0.1:${port}`, { clientId: 'device', reconnectPeriod });
    this.#client.on('error', () => {});
    this.#topic = topic;
  }

  async send(seconds: number): Promise<void> {
    const first = this.#sent;
    const startedMs = performance.now();
    for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - startedMs) / 1000) {
      while (this.#sent - first < elapsed * PER_SECOND) this.#publish();
      await delay(LOOK_EVERY_MS / 10);
    }
  }

  async end(): Promise<void> {
    while (this.#underWay > 0) await delay(LOOK_EVERY_MS);
    await this.#client.endAsync();
  }

  #publish(): void {
    const number = this.#sent++;
    this.#underWay++;
    const reading = JSON.stringify({ timestamp: FIRST_MS + number, speed: number });
    this.#client.publish(this.#topic, reading, { qos: 1 }, (error) => {
      this.#underWay--;
      if (!error) this.acknowledged.add(number);
    });
  }
}

/** The number of lost messages; null if Mosquitto is not installed. */
async function lossUnderLoad(
  seconds: number,
  reconnectMs: number,
  disturb: (broker: RunningMosquitto) => unknown,
): Promise<number | null> {
  const plant = await openPlant();
  if (plant === null) return null;
  try {
    const device = new Device(plant.broker.port, plant.topic, reconnectMs);
    // The server regards a connection as stable after five seconds.
    await device.send(Math.max(6, seconds / 2));
    const sending = device.send(seconds / 2);
    await disturb(plant.broker);
    await sending;
    await device.end();
    return await plant.missing(device.acknowledged);
  } finally {
    await plant.close();
  }
}

async function lossOfQueue(seconds: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  const plant = (await openPlant()) as Plant;
  try {
    await plant.stopServer();
    const device = new Device(plant.broker.port, plant.topic, 1000);
    await device.send(seconds);
    await device.end();
    await plant.broker.restart(signal);
    await plant.startServer();
    return await plant.missing(device.acknowledged);
  } finally {
    await plant.close();
  }
}

/** The rate at which one device can publish while nothing is delivered and `QUEUED` messages wait already. */
async function publishRate(settings: readonly string[]): Promise<{ perSecond: number; longestMs: number }> {
  const plant = (await openPlant(settings)) as Plant;
  try {
    await plant.stopServer();
    const client = connect(`mqtt://127.0.0.1:${plant.broker.port}`);
    let count = 0;
    let longestMs = 0;
    let isOver = false;
    const publishOn = async () => {
      while (!isOver) {
        const startedMs = performance.now();
        const reading = JSON.stringify({ timestamp: FIRST_MS + count, speed: count });
        await client.publishAsync(plant.topic, reading, { qos: 1 });
        count++;
        longestMs = Math.max(longestMs, performance.now() - startedMs);
      }
    };
    const publishing = Array.from({ length: UNDER_WAY }, publishOn);
    while (count < QUEUED) await delay(LOOK_EVERY_MS);
    longestMs = 0;
    const before = count;
    await delay(RATE_SECONDS * 1000);
    const perSecond = (count - before) / RATE_SECONDS;
    isOver = true;
    await Promise.all(publishing);
    await client.endAsync();
    // The server is not started again, because the messages are not needed.
    return { perSecond, longestMs };
  } finally {
    await plant.close();
  }
}
