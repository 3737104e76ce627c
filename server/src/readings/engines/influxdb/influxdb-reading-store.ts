// Stores readings in InfluxDB, which several nodes may share. The store keeps no data itself.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../clock.ts';
import { AppError, isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { copyAllReadings } from '../../copy-readings.ts';
import { FORMER_HOLD_MS } from '../../held-times.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import type {
  BucketPage,
  BucketQuery,
  OpenReport,
  RawPage,
  RawQuery,
  ReadingRange,
  ReadingStore,
  RetentionDays,
} from '../../reading-store.ts';
import type { ReadingTable } from '../../reading-table.ts';
import type { RefusedReadings } from '../../refused-readings.ts';
import type { MachineRollups, StoredReadings, TransferTarget } from '../../store-copies.ts';
import { bucketStart, INTERVALS_MS, type RollupInterval } from '../../time-buckets.ts';
import { claimCopy, completeCopy, markCopyInUse } from './copy-state.ts';
import { DirtyHours } from './dirty-hours.ts';
import { InfluxdbError } from './influxdb-answers.ts';
import { InfluxdbCalls } from './influxdb-calls.ts';
import { InfluxdbClient } from './influxdb-client.ts';
import { InfluxdbQueries } from './influxdb-queries.ts';
import type { InfluxdbReadingStoreOptions } from './influxdb-store-options.ts';
import { FIRST_MS } from './influxql.ts';
import { nanoseconds, WRITE_CHECK } from './line-protocol.ts';
import { LocalDayWriter } from './local-day-writer.ts';
import { MachineMetrics } from './machine-metrics.ts';
import { MachineSeries } from './machine-series.ts';
import { ReadingAppender } from './reading-appender.ts';
import { RollupScheduler } from './rollup-scheduler.ts';
import { RollupStateStore } from './rollup-state.ts';
import { type RollupRules, RollupWriter } from './rollup-writer.ts';
import { verifyRollups } from './verify-rollups.ts';

/** Part of the 10 s that a stop may take. */
const FINISH_WITHIN_MS = 1_000;
/** No probe is needed this long after a successful append. */
const APPEND_PROVES_FOR_MS = 1_000;

export class InfluxdbReadingStore implements StoredReadings, TransferTarget {
  readonly #log: Logger;
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #queries: InfluxdbQueries;
  readonly #dirtyHours: DirtyHours;
  readonly #series: MachineSeries;
  readonly #machineMetrics: MachineMetrics;
  readonly #rules: RollupRules;
  readonly #rollupWriter: RollupWriter;
  readonly #rollupScheduler: RollupScheduler;
  readonly #openCopy: (directory: string) => ReadingStore;
  readonly #clock: Clock;
  readonly #appender: ReadingAppender;
  readonly #isTransferTarget: boolean;
  readonly #calls = new InfluxdbCalls(() => this.#prepare());
  #appendedAtMs = Number.NEGATIVE_INFINITY;
  #appending: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(options: InfluxdbReadingStoreOptions) {
    const { address, describe, openCopy, clock, log } = options;
    this.#log = log;
    this.#clock = clock;
    this.#openCopy = openCopy;
    this.#isTransferTarget = options.isTransferTarget ?? false;
    this.#client = new InfluxdbClient(address);
    this.#states = new RollupStateStore(this.#client);
    this.#dirtyHours = new DirtyHours(this.#client, clock);
    this.#series = new MachineSeries({ client: this.#client, describe, clock });
    this.#machineMetrics = new MachineMetrics(this.#client, clock);
    const parts = { client: this.#client, states: this.#states, dirtyHours: this.#dirtyHours };
    const { appendWithinMs: withinMs } = options;
    const machineMetrics = this.#machineMetrics;
    this.#appender = new ReadingAppender({ ...parts, series: this.#series, machineMetrics, withinMs });
    this.#queries = new InfluxdbQueries({ ...parts, machineMetrics, clock });
    this.#rules = { kindOf: options.kindOf ?? (() => 'gauge'), holdMs: options.holdMs ?? (() => FORMER_HOLD_MS) };
    this.#rollupWriter = new RollupWriter(this.#client, this.#machineMetrics, this.#rules);
    const appends = () => this.#appending;
    const plantZone = options.plantZone ?? (() => 'UTC');
    this.#rollupScheduler = new RollupScheduler({
      ...{ ...parts, rollupWriter: this.#rollupWriter },
      ...{ plantZone, log, appends },
    });
  }

  /**
   * Also resolves if InfluxDB is not reachable; then every call tries again. Rejects with `invalid_configuration` if
   * InfluxDB refuses access, and with `conflict` if a transfer to it is not finished.
   */
  async open(): Promise<OpenReport> {
    this.#calls.open();
    try {
      await this.#calls.connect();
    } catch (error) {
      if (isAppError(error)) throw error;
      if (error instanceof InfluxdbError && error.isRefusal) {
        throw new AppError('invalid_configuration', `Readings cannot be stored in InfluxDB. ${error.message}`, {
          cause: error,
        });
      }
      this.#log.error({ err: error }, 'InfluxDB does not answer. Every call tries to connect again');
    }
    return { damaged: [] };
  }

  append(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    const appended = this.#calls.run(async () => {
      const refused = await this.#appender.append(batch);
      if (batch.length > 0) this.#appendedAtMs = performance.now();
      return refused;
    });
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async probe(): Promise<void> {
    if (performance.now() - this.#appendedAtMs < APPEND_PROVES_FOR_MS) return;
    // The same point for five minutes, so that writing it again uses no space.
    const line = `${WRITE_CHECK} n=1i ${nanoseconds(bucketStart(this.#clock.nowMs(), INTERVALS_MS['5m']))}\n`;
    await this.#calls
      .run(() => this.#client.write(line))
      .catch((error: AppError) => {
        const { cause } = error;
        if (!(cause instanceof InfluxdbError)) throw error;
        const message =
          cause.status === null ? 'InfluxDB does not answer.' : `Readings cannot be stored. ${cause.message}`;
        throw new AppError(error.code, message, { cause });
      });
  }

  raw(query: RawQuery): Promise<RawPage> {
    return this.#calls.run(() => this.#queries.raw(query));
  }

  buckets(query: BucketQuery): Promise<BucketPage> {
    return this.#calls.run(() => this.#queries.buckets(query));
  }

  latest(): Promise<ReadingBatch> {
    return this.#calls.run(() => this.#queries.latest());
  }

  async *export(query: ReadingRange & { metrics: readonly number[] | null }): AsyncIterable<ReadingTable> {
    const asked = await this.#calls.run(() => this.#queries.exportOf(query));
    try {
      for await (const rows of this.#queries.rows(query, asked)) {
        yield rows;
        if (!this.#calls.isOpen) throw new AppError('closed');
      }
    } catch (cause) {
      throw this.#calls.translated(cause);
    }
  }

  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    return this.#calls.run(() => this.#rollupScheduler.run(nowMs, retention, signal));
  }

  deleteMachine(machineId: string): Promise<void> {
    return this.#calls.run(async () => {
      await this.#rollupScheduler.deleteMachine(machineId);
      this.#series.deleteMachine(machineId);
      this.#machineMetrics.deleteMachine(machineId);
    });
  }

  /** Copies single readings only. Rollups whose readings have expired cannot be kept apart in the copy. */
  snapshot(directory: string, alongside: () => Promise<void>): Promise<void> {
    return this.#calls.run(async () => {
      await alongside();
      const copy = this.#openCopy(directory);
      await copy.open();
      try {
        await copyAllReadings(this, copy, this.#clock.nowMs());
      } finally {
        await copy.close();
      }
    });
  }

  partials(interval: RollupInterval, range: ReadingRange): Promise<MachineRollups> {
    return this.#calls.run(() => this.#queries.partials(interval, range, this.#rules));
  }

  importRollups(interval: RollupInterval, machineId: string, rollups: MachineRollups): Promise<void> {
    return this.#calls.run(() => this.#rollupWriter.importRollups(interval, machineId, rollups));
  }

  claimCopy(source: string, copies: boolean): Promise<void> {
    const nowMs = this.#clock.nowMs();
    return this.#calls.run(() => claimCopy(this.#client, this.#rollupWriter, { source, copies, nowMs }));
  }

  completeCopy(source: string): Promise<void> {
    return this.#calls.run(() => completeCopy(this.#client, source, this.#clock.nowMs()));
  }

  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }> {
    return this.#calls.run(async () => {
      await this.#states.load();
      const localDayWriter = new LocalDayWriter(this.#client, this.#rollupWriter);
      const writers = { rollupWriter: this.#rollupWriter, localDayWriter };
      const parts = { ...writers, dirtyHours: this.#dirtyHours, holdMs: this.#rules.holdMs() };
      return { files: 0, ...(await verifyRollups({ ...parts, state: await this.#states.recent() }, progress)) };
    });
  }

  localDaysFrom(zone: string): number | null {
    const { localDays } = this.#states.known;
    if (localDays?.zone !== zone || localDays.builtFromMs > FIRST_MS) return null;
    return localDays.firstMs > FIRST_MS ? localDays.firstMs : Number.NEGATIVE_INFINITY;
  }

  /** InfluxDB watches over its own files. */
  missing(): readonly [] {
    return [];
  }

  damage(): readonly [] {
    return [];
  }

  async acknowledgeDamage(): Promise<void> {}

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#rollupScheduler.stop();
    const finished = this.#calls.close();
    await Promise.race([finished, sleep(FINISH_WITHIN_MS, undefined, { ref: false })]);
    // Requests that are still waiting are cancelled. Nothing of them was acknowledged.
    this.#client.close();
    await finished;
  }

  async #prepare(): Promise<void> {
    await this.#client.prepare();
    if (!this.#isTransferTarget) await markCopyInUse(this.#client, this.#clock.nowMs());
    this.#dirtyHours.reset();
    await Promise.all([this.#states.load(), this.#series.load(), this.#machineMetrics.load()]);
  }
}
