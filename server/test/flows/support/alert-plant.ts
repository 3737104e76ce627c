// A plant for tests of alerts: the services over a real database in a temporary directory, with a clock set by hand.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertService } from '../../../src/alerts/alert-service.ts';
import type { ConditionService } from '../../../src/alerts/conditions/condition-service.ts';
import type { AlertChangeSet, AlertRecord } from '../../../src/alerts/store/alert-repository.ts';
import { SqlAlertRepository } from '../../../src/alerts/store/sql-alert-repository.ts';
import type { StoredDatabase } from '../../../src/database/database.ts';
import type { DomainEvent } from '../../../src/events/domain-events.ts';
import { LocalEventBus } from '../../../src/events/local-event-bus.ts';
import type { GatewayService } from '../../../src/gateways/gateway-service.ts';
import { silentLogger } from '../../../src/log.ts';
import type { MachineService } from '../../../src/machines/machine-service.ts';
import type { MachineTypes } from '../../../src/metrics/machine-types.ts';
import type { MetricCatalogue } from '../../../src/metrics/metric-catalogue.ts';
import { ProcessMetrics } from '../../../src/process-metrics.ts';
import { concatBatches, EMPTY_BATCH, type ReadingBatch } from '../../../src/readings/reading-batch.ts';
import type { SettingsService } from '../../../src/settings/settings-service.ts';
import { openDatabaseOfPlant } from '../../support/real-servers.ts';
import { batchOf, type Values } from './batch-of.ts';
import { startServices } from './start-services.ts';
import { TestCatalogue } from './test-catalogue.ts';

export const START_MS = Date.UTC(2026, 0, 15, 10);

/** The real repository, which can be made to refuse every write. */
class BreakableRepository extends SqlAlertRepository {
  broken = false;
  readonly attempts: AlertChangeSet[] = [];

  override async save(changes: AlertChangeSet, epoch: number | null): Promise<void> {
    this.attempts.push(changes);
    if (this.broken) throw new Error('disk full');
    await super.save(changes, epoch);
  }
}

export class AlertPlant {
  nowMs = START_MS;
  readonly events: DomainEvent[] = [];
  readonly clock = { nowMs: () => this.nowMs };
  readonly #directory: string;
  readonly database: StoredDatabase;
  repository!: BreakableRepository;
  bus = new LocalEventBus(silentLogger);
  metrics = new ProcessMetrics();
  settings!: SettingsService;
  machines!: MachineService;
  gateways!: GatewayService;
  types!: MachineTypes;
  catalogue!: TestCatalogue;
  /** The same catalogue, as alerts read it. */
  reader!: MetricCatalogue;
  alerts!: AlertService;
  conditions!: ConditionService;
  #stored: ReadingBatch = EMPTY_BATCH;

  private constructor(directory: string, database: StoredDatabase) {
    this.#directory = directory;
    this.database = database;
  }

  static async open(settings: Record<string, string> = {}): Promise<AlertPlant> {
    const directory = await mkdtemp(join(tmpdir(), 'gonsters-alerts-'));
    const plant = new AlertPlant(directory, await openDatabaseOfPlant(directory));
    await plant.start();
    for (const [name, value] of Object.entries(settings)) await plant.settings.update(name, value, 'test');
    return plant;
  }

  async start(): Promise<void> {
    const { bus, clock, metrics } = this;
    bus.subscribe((event) => this.events.push(event));
    this.repository = new BreakableRepository(this.database);
    const { repository } = this;
    const deps = { database: this.database, bus, clock, metrics, repository };
    const services = await startServices(deps, this.#stored);
    this.settings = services.settings;
    this.reader = services.catalogue;
    this.catalogue = new TestCatalogue(this.database, services.metricService);
    this.types = services.metricService.types;
    this.machines = services.machines;
    this.gateways = services.gateways;
    this.alerts = services.alerts;
    this.conditions = services.conditions;
  }

  /** Starts again as after a stop, or with `kill` as after a power failure, which loses what is not stored. */
  async restart(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    this.repository.broken = how === 'kill';
    await this.alerts.stop();
    await this.bus.stop();
    this.bus = new LocalEventBus(silentLogger);
    this.metrics = new ProcessMetrics();
    await this.start();
  }

  async close(): Promise<void> {
    await this.alerts.stop();
    await this.database.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async machine(name = 'Press 4', location = 'Hall A', sensorType = 'press'): Promise<string> {
    const [machine] = await this.machines.create([{ name, location, sensor_type: sensorType, status: 'active' }]);
    if (machine === undefined) throw new Error('No machine was made');
    return machine.machine_id;
  }

  /** Readings in one commit, which arrive at the time of the newest of them or later. Times are ms after `START_MS`. */
  commit(...readings: readonly (readonly [machineId: string, afterMs: number, values: Values])[]): void {
    for (const [, afterMs] of readings) this.nowMs = Math.max(this.nowMs, START_MS + afterMs);
    this.arrive(batchOf(...readings.map(([id, afterMs, values]) => [id, START_MS + afterMs, values] as const)));
  }

  /** Readings that arrive now, whatever their timestamps: evaluated and observed as the pipeline does. */
  arrive(batch: ReadingBatch): void {
    this.alerts.evaluate(batch);
    this.storeOnly(batch);
  }

  /** As if the process died between storing and evaluating. */
  storeOnly(batch: ReadingBatch): void {
    this.#stored = concatBatches([this.#stored, batch]);
    this.machines.observe(batch);
  }

  /** Every alert as stored, oldest raised first, once all changes are stored. */
  async stored(): Promise<AlertRecord[]> {
    await this.alerts.whenIdle();
    const { alerts } = await this.repository.page({ limit: 1000 });
    return alerts.reverse();
  }

  /** Every announced change, oldest first. */
  get announced(): AlertRecord[] {
    return this.events.flatMap((event) => (event.kind === 'alerts' ? event.alerts : []));
  }

  advance(byMs: number): void {
    this.nowMs += byMs;
    this.alerts.tick();
  }
}
