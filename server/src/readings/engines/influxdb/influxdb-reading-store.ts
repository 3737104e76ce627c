// The readings in an InfluxDB that several nodes may share. Holds nothing of its own: what was acknowledged is there.

import { setTimeout as sleep } from 'node:timers/promises';
import { METRIC_NAMES } from '@gonsters/contract';
import type { Clock } from '../../../clock.ts';
import { AppError, isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { CallsUnderWay } from '../../calls-under-way.ts';
import { copyAllReadings } from '../../copy-readings.ts';
import type { InfluxdbAddress } from '../../influxdb-address.ts';
import { addReadings as addLatest, type LatestValues, noValues } from '../../latest-values.ts';
import { ColumnsBuilder, EMPTY_COLUMNS, type ReadingColumns } from '../../reading-columns.ts';
import {
  type BucketPage,
  type BucketRange,
  INTERVALS_MS,
  type OpenReport,
  type RawPage,
  type RawRange,
  type ReadingStore,
  type RetentionDays,
} from '../../reading-store.ts';
import { NONE_REFUSED, type RefusedReadings } from '../../refused-readings.ts';
import type { StoredReadings } from '../../store-files.ts';
import type { SummaryImport } from '../../summary-import.ts';
import { bucketStart, type Tier } from '../../tiers.ts';
import { claimCopy, completeCopy, takeOverCopy } from './copied-from.ts';
import { DirtyHours, MAX_APPEND_MS } from './dirty-hours.ts';
import { InfluxdbError } from './influxdb-answers.ts';
import { InfluxdbClient } from './influxdb-client.ts';
import { addReadings, bounded, newestStatement, paged, readingsStatement, type TimeRange } from './influxql.ts';
import { nanoseconds, WRITE_CHECK } from './line-protocol.ts';
import { MachineQuery } from './machine-query.ts';
import { type DescribeMachine, MachineSeries } from './machine-series.ts';
import { inBatch, mergeRepeats } from './merge-repeats.ts';
import { Rollup } from './rollup.ts';
import { RollupScheduler } from './rollup-scheduler.ts';
import { RollupStates } from './rollup-state.ts';
import { verifySummaries } from './verify-summaries.ts';
import { writeReadings } from './write-readings.ts';

const RETRY_AFTER_SECONDS = 5;
/** Of the 10 s that a stop may take. */
const FINISH_WITHIN_MS = 1_000;
/** An append that succeeded a moment ago needs no probe beside it. */
const APPEND_PROVES_FOR_MS = 1_000;
const NONE: ReadonlySet<number> = new Set();
/** Pages of so many readings mostly hold all that is asked for: an hour at 1 Hz. */
const LONG_PAGE = 3_600;

export interface InfluxdbReadingStoreOptions {
  address: InfluxdbAddress;
  describe: DescribeMachine;
  /** Makes the embedded store that `snapshot` fills; it is not opened yet. */
  openCopy: (directory: string) => ReadingStore;
  clock: Clock;
  log: Logger;
  /** For a move, which fills the database; a server refuses one that is not whole. */
  fills?: boolean;
  /** How long an append may take, for the same reason as its marks have a time. */
  appendWithinMs?: number;
}

export class InfluxdbReadingStore implements StoredReadings, SummaryImport {
  readonly #log: Logger;
  readonly #client: InfluxdbClient;
  readonly #states: RollupStates;
  readonly #marks: DirtyHours;
  readonly #series: MachineSeries;
  readonly #rollup: Rollup;
  readonly #caretaker: RollupScheduler;
  readonly #openCopy: (directory: string) => ReadingStore;
  readonly #clock: Clock;
  readonly #appendWithinMs: number;
  readonly #fills: boolean;
  readonly #calls = new CallsUnderWay();
  #appendedAtMs = Number.NEGATIVE_INFINITY;
  #appending: Promise<unknown> = Promise.resolve();
  #connected: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: InfluxdbReadingStoreOptions) {
    const { address, describe, openCopy, clock, log } = options;
    this.#log = log;
    this.#clock = clock;
    this.#openCopy = openCopy;
    this.#appendWithinMs = options.appendWithinMs ?? MAX_APPEND_MS;
    this.#fills = options.fills ?? false;
    this.#client = new InfluxdbClient(address);
    this.#states = new RollupStates(this.#client);
    this.#marks = new DirtyHours(this.#client, clock);
    this.#series = new MachineSeries({ client: this.#client, describe, clock });
    this.#rollup = new Rollup(this.#client);
    this.#caretaker = new RollupScheduler({
      client: this.#client,
      states: this.#states,
      marks: this.#marks,
      rollup: this.#rollup,
      log,
      appends: () => this.#appending,
    });
  }

  /**
   * Where InfluxDB is not there, it resolves all the same: every call tries again. Rejects with `invalid_configuration`
   * where it is there and does not let us in, and with `conflict` where a move to it is not finished.
   */
  async open(): Promise<OpenReport> {
    this.#calls.open();
    try {
      await this.#connect();
    } catch (error) {
      if (isAppError(error)) throw error;
      if (error instanceof InfluxdbError && error.isRefusal) {
        throw new AppError('invalid_configuration', `The readings cannot be kept there. ${error.message}`, {
          cause: error,
        });
      }
      this.#log.error({ err: error }, 'InfluxDB does not answer; it is tried again');
    }
    return { damaged: [] };
  }

  append(batch: ReadingColumns): Promise<readonly RefusedReadings[]> {
    const appended = this.#call(async () => {
      if (batch.length === 0) return NONE_REFUSED;
      const startedMs = performance.now();
      const rows = mergeRepeats(batch);
      const state = await this.#states.recent();
      this.#marks.close(state.settledUntilMs, state.marksUntilMs);
      await Promise.all([this.#marks.mark(rows), this.#series.learn(rows)]);
      const refused = await writeReadings(this.#client, this.#series, rows);
      // Their marks may have been dealt with by now, without them: they are sent, and marked, again.
      if (performance.now() - startedMs > this.#appendWithinMs) throw new Error('InfluxDB took too long');
      this.#appendedAtMs = performance.now();
      return inBatch(refused, rows, batch);
    });
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  async probe(): Promise<void> {
    if (performance.now() - this.#appendedAtMs < APPEND_PROVES_FOR_MS) return;
    // The same point for some minutes: writing it again takes no room.
    const line = `${WRITE_CHECK} n=1i ${nanoseconds(bucketStart(this.#clock.nowMs(), INTERVALS_MS['5m']))}\n`;
    await this.#call(() => this.#client.write(line)).catch((error: AppError) => {
      const { cause } = error;
      if (!(cause instanceof InfluxdbError)) throw error;
      const message =
        cause.status === null ? 'InfluxDB does not answer.' : `Readings cannot be stored. ${cause.message}`;
      throw new AppError(error.code, message, { cause });
    });
  }

  raw(query: RawRange): Promise<RawPage> {
    return this.#call(async () => {
      const { keptFromMs } = await this.#states.recent();
      const range = this.#kept(query, keptFromMs.raw);
      if (range.fromMs >= range.toMs) return { total: 0, rows: EMPTY_COLUMNS };
      const count = () => this.#asking(query.machineId, range, (machine) => machine.count(range));
      // A first page that is long enough for all of the range tells how many there are: nothing has to be counted.
      if (query.offset === 0 && query.limit >= LONG_PAGE) {
        const rows = await this.#readings(query, range);
        return { total: rows.length < query.limit ? rows.length : await count(), rows };
      }
      const [total, rows] = await Promise.all([count(), this.#readings(query, range)]);
      return { total, rows };
    });
  }

  buckets(query: BucketRange): Promise<BucketPage> {
    return this.#call(() => {
      const range = bounded(query);
      return this.#asking(query.machineId, range, (machine) => machine.buckets(range, query.interval, query));
    });
  }

  latest(): Promise<ReadingColumns> {
    return this.#call(async () => {
      const newest = new Map<string, LatestValues>();
      for (const [m, metric] of METRIC_NAMES.entries()) {
        for await (const { tags, values } of this.#client.query(newestStatement(metric), { isLong: true })) {
          const machineId = tags.machine_id as string;
          const latest = newest.get(machineId) ?? noValues();
          newest.set(machineId, latest);
          const [timestampMs, value] = values[0] as readonly [number, number];
          latest.latestTimesMs[m] = timestampMs;
          latest.latestValues[m] = value;
        }
      }
      const rows = new ColumnsBuilder(Math.max(1, newest.size));
      for (const [machineId, latest] of newest) addLatest(rows, machineId, latest);
      return rows.finish();
    });
  }

  async *export(query: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>): AsyncIterable<ReadingColumns> {
    // One question, which InfluxDB answers from what it had when it was asked, as slowly as it is read.
    const range = await this.#call(async () => this.#kept(query, (await this.#states.recent()).keptFromMs.raw));
    if (range.fromMs >= range.toMs) return;
    try {
      for await (const { values } of this.#client.query(readingsStatement(range, query.machineId))) {
        const rows = new ColumnsBuilder(values.length);
        addReadings(rows, query.machineId, values);
        yield rows.finish();
        if (!this.#calls.isOpen) throw new AppError('closed');
      }
    } catch (cause) {
      throw this.#translated(cause);
    }
  }

  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    return this.#call(() => this.#caretaker.run(nowMs, retention, signal));
  }

  deleteMachine(machineId: string): Promise<void> {
    return this.#call(async () => {
      await this.#caretaker.forget(machineId);
      this.#series.forget(machineId);
    });
  }

  /** Single readings only: summaries of readings that are dropped already cannot be told apart by the copy. */
  snapshot(directory: string, alongside: () => Promise<void>): Promise<void> {
    return this.#call(async () => {
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

  importSummaries(tier: Tier, machineId: string, page: BucketPage, rows: readonly number[]): Promise<void> {
    return this.#call(() => this.#rollup.importSummaries(tier, machineId, page, rows));
  }

  claimCopy(source: string, copies: boolean): Promise<void> {
    const nowMs = this.#clock.nowMs();
    return this.#call(() => claimCopy(this.#client, this.#rollup, { source, copies, nowMs }));
  }

  completeCopy(source: string): Promise<void> {
    return this.#call(() => completeCopy(this.#client, source, this.#clock.nowMs()));
  }

  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }> {
    return this.#call(async () => {
      await this.#states.load();
      const parts = { client: this.#client, rollup: this.#rollup, marks: this.#marks };
      return { files: 0, ...(await verifySummaries({ ...parts, state: await this.#states.recent() }, progress)) };
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#caretaker.stop();
    const finished = this.#calls.close();
    await Promise.race([finished, sleep(FINISH_WITHIN_MS, undefined, { ref: false })]);
    // What does not answer now is broken off: nothing of it was acknowledged.
    this.#client.close();
    await finished;
  }

  /** Runs `work` as soon as InfluxDB is known; what fails is `store_unavailable`. */
  #call<T>(work: () => Promise<T>): Promise<T> {
    return this.#calls.run(() =>
      this.#connect()
        .then(work)
        .catch((cause: unknown) => {
          throw this.#translated(cause);
        }),
    );
  }

  /** The database is there, and what other nodes have noted is read. Tried anew by the next call where it failed. */
  #connect(): Promise<void> {
    this.#connected ??= this.#prepare().catch((error: unknown) => {
      this.#connected = null;
      throw error;
    });
    return this.#connected;
  }

  async #prepare(): Promise<void> {
    await this.#client.prepare();
    if (!this.#fills) await takeOverCopy(this.#client, this.#clock.nowMs());
    this.#marks.reset();
    await Promise.all([this.#states.load(), this.#series.load()]);
  }

  #translated(cause: unknown): AppError {
    if (isAppError(cause)) return cause;
    if (!this.#calls.isOpen) return new AppError('closed', undefined, { cause });
    // Somebody has dropped the database: it is made again.
    if (cause instanceof InfluxdbError && cause.status === 404) this.#connected = null;
    return new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  async #readings(query: RawRange, range: TimeRange): Promise<ReadingColumns> {
    const rows = new ColumnsBuilder();
    const statement = readingsStatement(range, query.machineId) + paged(query);
    for await (const { values } of this.#client.query(statement)) addReadings(rows, query.machineId, values);
    return rows.finish();
  }

  /**
   * Asks as if nothing had come late, beside asking what has; the answer stands where nothing has, as is the rule.
   * A mark is there before its reading is acknowledged, so no acknowledged reading is missed.
   */
  async #asking<T>(machineId: string, range: TimeRange, ask: (machine: MachineQuery) => Promise<T>): Promise<T> {
    const state = await this.#states.recent();
    const asked = (late: ReadonlySet<number>) => ask(new MachineQuery(this.#client, { machineId, state, late }));
    const settled = {
      fromMs: Math.max(range.fromMs, state.keptFromMs.raw),
      toMs: Math.min(range.toMs, state.settledUntilMs),
    };
    if (settled.fromMs >= settled.toMs) return asked(NONE);
    const [late, answer] = await Promise.all([
      this.#marks.hoursOf(machineId, settled, state.marksUntilMs),
      asked(NONE),
    ]);
    return late.size === 0 ? answer : asked(late);
  }

  /** What retention has left. */
  #kept(query: TimeRange, fromMs: number): TimeRange {
    const range = bounded(query);
    return { fromMs: Math.max(range.fromMs, fromMs), toMs: range.toMs };
  }
}
