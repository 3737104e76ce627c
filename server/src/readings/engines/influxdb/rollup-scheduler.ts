// The housekeeping: summaries of hours that are over, of hours that got dirty readings, and the end of what is too old.
// One node runs it at a time; a run that was cut short is made up for by the next.

import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { RetentionDays } from '../../reading-store.ts';
import { bucketStart, DAY_MS, dayOf, HOUR_MS, hourOf } from '../../time-buckets.ts';
import { type DirtyHours, PROCESS_AFTER_MS } from './dirty-hours.ts';
import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import { END_MS, isMachine, measurementOf } from './influxql.ts';
import { DESCRIPTIONS, DIRTY_HOURS } from './line-protocol.ts';
import { isUnsupported, Retention, SOURCES } from './retention.ts';
import type { RollupState, RollupStateStore } from './rollup-state.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** An hour is summarised this long after its end: most of what comes dirty has come by then. */
const ROLLUP_AFTER_MS = 5 * 60_000;
/** Late hours of one machine that are summarised with one query. */
const HOURS_AT_ONCE = 7 * 24;

export class RollupScheduler {
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #dirtyHours: DirtyHours;
  readonly #rollupWriter: RollupWriter;
  readonly #retention: Retention;
  /** Resolves when the appends that are under way have ended. */
  readonly #appends: () => Promise<unknown>;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(deps: {
    client: InfluxdbClient;
    states: RollupStateStore;
    dirtyHours: DirtyHours;
    rollupWriter: RollupWriter;
    log: Logger;
    appends: () => Promise<unknown>;
  }) {
    this.#client = deps.client;
    this.#states = deps.states;
    this.#dirtyHours = deps.dirtyHours;
    this.#rollupWriter = deps.rollupWriter;
    this.#retention = new Retention(deps);
    this.#appends = deps.appends;
  }

  /** Gives up a run that is under way, and ends every later one at once. */
  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Everything that is due at `nowMs`, or as much of it as is done when `signal` aborts; nothing where `nowMs` may be wrong. The step that is under way then
   * is not waited for: it ends by itself, or with the client. Rejects with InfluxdbError.
   */
  async run(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    // Hours that were taken for over too early would make a dirty reading of each one that comes: it can wait.
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
    // What is appended from here on is marked; what is under way is waited for, and so is in the readings.
    this.#dirtyHours.close(untilMs, dirtyProcessedUntilMs);
    await this.#appends();
    await this.#rollUpDirtyHours(dirtyProcessedUntilMs, nowMs, ending);
    await this.#rollUpDueHours(untilMs, nowMs, ending);
    if (!ending.aborted) await this.#retention.expire(nowMs, retention, ending);
  }

  /** Forgets everything of a machine. Rejects with InfluxdbError, and with `conflict` where InfluxDB cannot delete. */
  forget(machineId: string): Promise<void> {
    return this.#inTurn(async () => {
      for (const measurement of [...SOURCES.map(measurementOf), DIRTY_HOURS, DESCRIPTIONS]) {
        await this.#client
          .execute(`DELETE FROM ${quoteName(measurement)} WHERE ${isMachine(machineId)}`)
          .catch((cause: unknown) => {
            if (!isUnsupported(cause)) throw cause;
            throw new AppError('conflict', 'This InfluxDB cannot delete readings: keep them', { cause });
          });
      }
      this.#dirtyHours.forget(machineId);
    });
  }

  /** Hours that were summarised before and got readings since. Those after them are read as a whole anyway. */
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
    // The readings behind the summaries of an expired hour are gone: what comes that dirty must not replace them.
    const expired = { fromMs: range.fromMs, toMs: Math.min(range.toMs, state.retainedFromMs.raw) };
    const but = expired.fromMs < expired.toMs ? await this.#rollupWriter.rolledUpHours(expired, machineId) : undefined;
    if (!(await this.#rollupWriter.rollUpHours(range, machineId, but))) return;
    const days = {
      fromMs: Math.max(bucketStart(range.fromMs, DAY_MS), bucketStart(state.retainedFromMs['1h'] + DAY_MS - 1, DAY_MS)),
      toMs: Math.min(bucketStart(range.toMs + DAY_MS - 1, DAY_MS), bucketStart(state.rolledUpUntilMs, DAY_MS)),
    };
    if (days.fromMs < days.toMs) await this.#rollupWriter.rollUpDays(days, machineId);
  }

  /** Hour by hour, so that little is lost when it is cut short; where nothing was measured, on to the next reading. */
  async #rollUpDueHours(untilMs: number, nowMs: number, ending: AbortSignal): Promise<void> {
    let { rolledUpUntilMs: atMs } = await this.#states.recent();
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
      await this.#states.save({ rolledUpUntilMs: nextMs }, nowMs);
      atMs = nextMs;
    }
  }

  /** No machine is forgotten while something of it is being summarised. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Disjoint and ascending, up to `last`. */
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
