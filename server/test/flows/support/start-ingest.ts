// The ingest path for tests: real database, real store, real broker, on free ports and in a temporary directory.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { METRIC_NAMES } from '@gonsters/contract';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { startIngestPipeline } from '../../../src/app/ingest.ts';
import { Lifecycle } from '../../../src/app/lifecycle.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import { openEmbeddedDatabase } from '../../../src/database/open-embedded-database.ts';
import { AppError } from '../../../src/errors.ts';
import type { DomainEvent } from '../../../src/events/domain-events.ts';
import { LocalEventBus } from '../../../src/events/local-event-bus.ts';
import { MqttListener } from '../../../src/ingest/mqtt/embedded/mqtt-listener.ts';
import { silentLogger } from '../../../src/log.ts';
import { ProcessMetrics } from '../../../src/process-metrics.ts';
import { addTable } from '../../../src/readings/copy-readings.ts';
import { DuckdbReadingStore } from '../../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { BatchBuilder, EMPTY_BATCH, type ReadingBatch, readingAt } from '../../../src/readings/reading-batch.ts';
import type { RefusedReadings } from '../../../src/readings/refused-readings.ts';
import { TlsCertificate } from '../../../src/tls-certificate.ts';
import { startServices } from './start-services.ts';

/** The real store, but its appends can be held up, or fail. */
class HoldableStore extends DuckdbReadingStore {
  isFailing = false;
  attempts = 0;
  /** Each append takes at least this long, as on a disk that stalls. */
  delayMs = 0;
  #gate: Promise<void> | null = null;
  #open: () => void = () => {};

  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#gate = null;
    this.#open();
  }

  override async append(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    this.attempts++;
    await this.#gate;
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (this.isFailing) throw new AppError('store_unavailable');
    return super.append(batch);
  }
}

/** The metrics of the seed, as replies have them. */
const NOT_MEASURED = Object.fromEntries(METRIC_NAMES.map((name) => [name, null]));

export type StartedIngest = Awaited<ReturnType<typeof startIngest>>;

/** @param env as `readConfig` takes it */
export async function startIngest(
  env: Record<string, string> = {},
  maxPendingReadings = 200_000,
  adjust: (config: Config) => Config = (config) => config,
) {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-ingest-'));
  const config = adjust(readConfig({ NODE_ENV: 'test', MQTT_PORT: '0', DATA_DIR: directory, ...env }));
  const clock = { nowMs: () => Date.now() };
  const log = silentLogger;
  const lifecycle = new Lifecycle(log);
  const { tls } = config.mqtt.broker ?? { tls: null };
  const certificate = tls && lifecycle.service(new TlsCertificate({ sources: tls, clock, log }));
  certificate?.start();
  const metrics = new ProcessMetrics();
  const bus = new LocalEventBus(log);
  const database = lifecycle.store(await openEmbeddedDatabase(directory));
  const readings = lifecycle.store(new HoldableStore({ directory: join(directory, 'readings'), clock, log }));
  await readings.open();
  const deps = { config, database, readings, bus, clock, metrics, log, maxPendingReadings };
  const services = await startServices(deps, EMPTY_BATCH, lifecycle);
  const { alerts, gatewayConnections, gateways, machines, ingestFields, profileRules } = services;
  const ingest = startIngestPipeline({ ...deps, ...services }, lifecycle);
  const source = lifecycle.edge(new MqttListener({ ...deps, ...services, ...ingest, certificate, sparkplug: null }));
  const address = await source.start();
  const events: DomainEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const clients = new Set<MqttClient>();

  const create = (count: number) =>
    machines.create(
      Array.from({ length: count }, (_, i) => ({
        name: `Press ${crypto.randomUUID().slice(0, 8)} ${i}`,
        location: 'Hall 1',
        sensor_type: 'press',
        status: 'active' as const,
      })),
    );

  return {
    ...{
      address,
      alerts,
      bus,
      certificate,
      clock,
      config,
      directory,
      events,
      gatewayConnections,
      gateways,
      ingestFields,
      machines,
      metrics,
      profileRules,
      readings,
      source,
    },
    ...ingest,
    /** @returns ids */
    async addMachines(count: number): Promise<string[]> {
      return (await create(count)).map((machine) => machine.machine_id);
    },
    /** A connected client that does not reconnect. */
    async connect(options: IClientOptions = {}): Promise<MqttClient> {
      const client = await mqtt.connectAsync(
        `mqtt://127.0.0.1:${address.port}`,
        { reconnectPeriod: 0, ...options },
        false,
      );
      clients.add(client);
      return client;
    },
    /** Everything stored of a machine, oldest first. */
    async stored(machineId: string) {
      const range = { machineId, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, metrics: null };
      const rows = new BatchBuilder();
      for await (const table of readings.export(range)) addTable(rows, machineId, table);
      const batch = rows.finish();
      return Array.from({ length: batch.length }, (_, row) => ({ ...NOT_MEASURED, ...readingAt(batch, row) }));
    },
    async stop(): Promise<void> {
      for (const client of clients) client.end(true);
      readings.isFailing = false;
      readings.release();
      await lifecycle.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves as soon as `condition` holds; fails the test with `what` after ten seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Still not so after 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function closeOf(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}
