// Deletes readings and rollups that are older than their retention.

import type { Logger } from '../../../log.ts';
import type { RetentionDays } from '../../reading-store.ts';
import { bucketStart, DAY_MS, HOUR_MS, ROLLUP_INTERVALS } from '../../time-buckets.ts';
import { InfluxdbError } from './influxdb-answers.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, FIRST_MS, isMachine, measurementOf, quoteName, type Source, where } from './influxql.ts';
import { LOCAL_DAYS, QUALITY, READINGS } from './line-protocol.ts';
import type { RollupStateStore } from './rollup-state.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** Days expire at this time of the next day, UTC. By then every machine has readings in the shard that began at midnight. */
const EXPIRY_TIME_MS = 6 * HOUR_MS;
const MACHINES_PER_DELETE = 50;
const REFUSED_STATEMENT: ReadonlySet<number> = new Set([400, 405, 422, 501]);
export const SOURCES: readonly Source[] = ['raw', ...ROLLUP_INTERVALS];

const measurementsOf = (source: Source) => {
  if (source === 'raw') return [READINGS, QUALITY];
  return source === '1d' ? [measurementOf(source), LOCAL_DAYS] : [measurementOf(source)];
};

export class Retention {
  readonly #client: InfluxdbClient;
  readonly #states: RollupStateStore;
  readonly #rollupWriter: RollupWriter;
  readonly #log: Logger;
  #cannotDelete = false;

  constructor(deps: { client: InfluxdbClient; states: RollupStateStore; rollupWriter: RollupWriter; log: Logger }) {
    this.#client = deps.client;
    this.#states = deps.states;
    this.#rollupWriter = deps.rollupWriter;
    this.#log = deps.log;
  }

  /** Deletes whole days, so that each is deleted once, and only after its late readings have been rolled up. */
  async expire(nowMs: number, retention: RetentionDays, ending: AbortSignal): Promise<void> {
    const { retainedFromMs, rolledUpUntilMs } = await this.#states.recent();
    const next = { ...retainedFromMs };
    for (const source of SOURCES) {
      const dueMs = Math.min(nowMs - EXPIRY_TIME_MS - retention[source] * DAY_MS, rolledUpUntilMs);
      next[source] = Math.max(retainedFromMs[source], bucketStart(dueMs, DAY_MS));
    }
    const changed = SOURCES.filter((source) => next[source] > retainedFromMs[source]);
    if (changed.length === 0) return;
    await this.#states.save({ retainedFromMs: next }, nowMs);
    for (const source of changed) await this.#deleteBefore(source, next[source], ending);
  }

  /**
   * Names only machines with expired data. A DELETE of 1.x hides a series that is being written for the first time at
   * that moment, and a new machine has no expired data.
   */
  async #deleteBefore(source: Source, beforeMs: number, ending: AbortSignal): Promise<void> {
    if (this.#cannotDelete) return;
    const range = { fromMs: FIRST_MS, toMs: Math.min(beforeMs, END_MS) };
    const machineIds = await this.#rollupWriter.machinesWithin(source, range);
    try {
      for (let first = 0; first < machineIds.length && !ending.aborted; first += MACHINES_PER_DELETE) {
        const machines = machineIds
          .slice(first, first + MACHINES_PER_DELETE)
          .map(isMachine)
          .join(' OR ');
        for (const measurement of measurementsOf(source)) {
          await this.#client.execute(`DELETE FROM ${quoteName(measurement)} WHERE (${machines}) AND ${where(range)}`);
        }
      }
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      this.#cannotDelete = true;
      this.#log.warn(
        { err: error },
        'This InfluxDB does not support DELETE. Set the retention period of its database so that old readings are removed',
      );
    }
  }
}

/**
 * Whether InfluxDB does not support the statement, which 3.x says in several ways. A supported statement that failed
 * does not count.
 */
export function isUnsupported(error: unknown): boolean {
  if (!(error instanceof InfluxdbError) || error.status === null) return false;
  return REFUSED_STATEMENT.has(error.status) || /not (yet )?(implemented|supported)|unsupported/i.test(error.message);
}
