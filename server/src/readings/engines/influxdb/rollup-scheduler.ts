// Rolls up hours that have ended and hours that became dirty, then runs retention. One node runs it at a time. The next
// run continues an interrupted one.

import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { RetentionDays } from '../../reading-store.ts';
import { bucketStart, DAY_MS, dayOf, HOUR_MS, hourOf } from '../../time-buckets.ts';
import { deleteSeries } from './delete-series.ts';
import { type DirtyHours, PROCESS_AFTER_MS } from './dirty-hours.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, measurementOf } from './influxql.ts';
import { DESCRIPTIONS, DIRTY_HOURS, LOCAL_DAYS, MACHINE_METRICS, QUALITY } from './line-protocol.ts';
import { LocalDayRollups } from './local-day-rollups.ts';
import { isUnsupported, Retention, SOURCES } from './retention.ts';
import type { RollupState, RollupStateStore } from './rollup-state.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** An hour is rolled up this long after its end. By then most of its late readings have arrived. */
const ROLLUP_AFTER_MS = 5 * 60_000;
/** Dirty hours of one machine that are rolled up with one query. */
const HOURS_AT_ONCE = 7 * 24;

export class RollupScheduler {
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #dirtyHours: DirtyHours;
  readonly #rollupWriter: RollupWriter;
  readonly #localDays: LocalDayRollups;
  readonly #retention: Retention;
  /** Resolves when the running appends have ended. */
  readonly #appends: () => Promise<unknown>;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(deps: {
    client: InfluxdbClient;
    states: RollupStateStore;
    dirtyHours: DirtyHours;
    rollupWriter: RollupWriter;
    /** The time zone of the plant at present. */
    plantZone: () => string;
    log: Logger;
    appends: () => Promise<unknown>;
  }) {
    this.#client = deps.client;
    this.#states = deps.states;
    this.#dirtyHours = deps.dirtyHours;
    this.#rollupWriter = deps.rollupWriter;
    this.#localDays = new LocalDayRollups(deps);
    this.#retention = new Retention(deps);
    this.#appends = deps.appends;
  }

  /** Interrupts the current run. Later runs end at once. */
  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Does everything that is due at `nowMs`, or as much of it as is done when `signal` aborts; nothing if `nowMs` may be
   * wrong. The current step is not awaited then: it ends by itself, or when the client is closed. Rejects with
   * InfluxdbError.
   */
  async run(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    // If hours were rolled up too early, each of their later readings would make them dirty. It is better to wait.
    if (retention === null) return;
    const ending = signal ? AbortSignal.any([signal, this.#stopping.signal]) : this.#stopping.signal;
    if (ending.aborted) return;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    ending.addEventListener('abort', end);
    try {
      await Promise.race([this.#runSteps(nowMs, retention, ending), ended]);
    } finally {
      ending.removeEventListener('abort', end);
    }
  }

  async #runSteps(nowMs: number, retention: RetentionDays, ending: AbortSignal): Promise<void> {
    await this.#states.load();
    const untilMs = bucketStart(Math.min(nowMs - ROLLUP_AFTER_MS, END_MS), HOUR_MS);
    const dirtyProcessedUntilMs = Math.min(nowMs - PROCESS_AFTER_MS, END_MS - 1);
    // From here on appends record dirty hours. Appends that are running are awaited, so that their readings are
    // included.
    this.#dirtyHours.advanceTo(untilMs, dirtyProcessedUntilMs);
    await this.#appends();
    await this.#rollUpDirtyHours(dirtyProcessedUntilMs, nowMs, ending);
    await this.#rollUpDueHours(untilMs, nowMs, ending);
    if (!ending.aborted) await this.#localDays.build(nowMs, (work) => this.#inTurn(work), ending);
    if (!ending.aborted) await this.#retention.expire(nowMs, retention, ending);
  }

  /** Deletes everything of a machine. Rejects with InfluxdbError, and with `conflict` if InfluxDB cannot delete. */
  deleteMachine(machineId: string): Promise<void> {
    return this.#inTurn(async () => {
      for (const measurement of [
        ...SOURCES.map(measurementOf),
        LOCAL_DAYS,
        QUALITY,
        DIRTY_HOURS,
        MACHINE_METRICS,
        DESCRIPTIONS,
      ]) {
        await deleteSeries(this.#client, measurement, machineId).catch((cause: unknown) => {
          if (!isUnsupported(cause)) throw cause;
          throw new AppError(
            'conflict',
            'This InfluxDB does not support deleting readings. Delete the machine without its readings',
            { cause },
          );
        });
      }
      this.#dirtyHours.deleteMachine(machineId);
    });
  }

  /** Rolls up hours again that got readings since. Later hours are rolled up as a whole anyway. */
  async #rollUpDirtyHours(dirtyProcessedUntilMs: number, nowMs: number, ending: AbortSignal): Promise<void> {
    const state = await this.#states.recent();
    if (dirtyProcessedUntilMs <= state.dirtyProcessedUntilMs) return;
    const due = await this.#dirtyHours.due({
      fromMs: state.dirtyProcessedUntilMs + 1,
      toMs: dirtyProcessedUntilMs + 1,
    });
    for (const [machineId, runs] of due) {
      for (const { first, last } of unionOf(runs, hourOf(state.rolledUpUntilMs) - 1)) {
        for (let hour = first; hour <= last; hour += HOURS_AT_ONCE) {
          if (ending.aborted) return;
          const range = { fromMs: hour * HOUR_MS, toMs: Math.min(hour + HOURS_AT_ONCE, last + 1) * HOUR_MS };
          await this.#inTurn(() => this.#rollUpAgain(machineId, range, state));
        }
      }
    }
    await this.#states.save({ dirtyProcessedUntilMs }, nowMs);
  }

  async #rollUpAgain(machineId: string, range: { fromMs: number; toMs: number }, state: RollupState): Promise<void> {
    // The readings behind the rollups of an expired hour are gone. Readings that arrive now must not replace the
    // rollups.
    const expired = { fromMs: range.fromMs, toMs: Math.min(range.toMs, state.retainedFromMs.raw) };
    const rolledUp =
      expired.fromMs < expired.toMs ? await this.#rollupWriter.rolledUpHours(expired, machineId) : undefined;
    if (!(await this.#rollupWriter.rollUpHours(range, machineId, rolledUp))) return;
    const days = {
      fromMs: Math.max(bucketStart(range.fromMs, DAY_MS), bucketStart(state.retainedFromMs['1h'] + DAY_MS - 1, DAY_MS)),
      toMs: Math.min(bucketStart(range.toMs + DAY_MS - 1, DAY_MS), bucketStart(state.rolledUpUntilMs, DAY_MS)),
    };
    if (days.fromMs < days.toMs) await this.#rollupWriter.rollUpDays(days, machineId);
    await this.#localDays.renew(machineId, range, state);
  }

  /** Rolls up hour by hour, so that an interruption loses little. Periods without readings are skipped. */
  async #rollUpDueHours(untilMs: number, nowMs: number, ending: AbortSignal): Promise<void> {
    const state = await this.#states.recent();
    let { rolledUpUntilMs: atMs } = state;
    let hasReadings = false;
    while (atMs < untilMs && !ending.aborted) {
      let nextMs = atMs;
      if (!hasReadings) {
        const firstMs = await this.#rollupWriter.firstReadingMs({ fromMs: atMs, toMs: untilMs });
        nextMs = firstMs === null ? untilMs : bucketStart(firstMs, HOUR_MS);
      }
      if (nextMs === atMs) {
        hasReadings = await this.#inTurn(() => this.#rollupWriter.rollUpHours({ fromMs: atMs, toMs: atMs + HOUR_MS }));
        nextMs = atMs + HOUR_MS;
      }
      const day = dayOf(hourOf(atMs));
      if (dayOf(hourOf(nextMs)) > day) {
        await this.#inTurn(() => this.#rollupWriter.rollUpDays({ fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS }));
      }
      await this.#inTurn(() => this.#localDays.end({ fromMs: atMs, toMs: nextMs }, state));
      await this.#states.save({ rolledUpUntilMs: nextMs }, nowMs);
      atMs = nextMs;
    }
  }

  /** Prevents that a machine is deleted while it is being rolled up. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Disjoint runs in ascending order, up to `last`. */
function unionOf(runs: readonly { first: number; last: number }[], last: number): { first: number; last: number }[] {
  const union: { first: number; last: number }[] = [];
  for (const run of [...runs].sort((a, b) => a.first - b.first)) {
    const end = Math.min(run.last, last);
    if (run.first > end) continue;
    const before = union.at(-1);
    if (before && run.first <= before.last + 1) before.last = Math.max(before.last, end);
    else union.push({ first: run.first, last: end });
  }
  return union;
}
