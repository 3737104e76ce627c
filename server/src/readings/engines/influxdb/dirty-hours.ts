// Records which hours of a machine get readings after they were rolled up, or while they may be. The record is stored
// before the readings are acknowledged, so that no node uses a rollup that lacks one of them.

import { randomInt } from 'node:crypto';
import type { Clock } from '../../../clock.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import { HOUR_MS, hourOf, runsOf } from '../../time-buckets.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, quoteName, type TimeRange, where } from './influxql.ts';
import { DIRTY_HOURS, nanoseconds, seriesOf } from './line-protocol.ts';

/** A record is processed at this age. By then the readings that it announced are stored or refused. */
export const PROCESS_AFTER_MS = 5 * 60_000;
/** An append that takes longer is refused, because its record may be processed before its readings are stored. */
export const MAX_APPEND_MS = 60_000;
/** An hour counts as rolled up this long after its end by the clock of any node, well before it is. */
const DIRTY_AFTER_MS = 2 * 60_000;
/** A record is valid for readings that are appended this long after it. */
const RECORD_VALID_MS = 60_000;
const MAX_RECORDED_MACHINES = 20_000;
const NS_PER_MS = 1_000_000;

export class DirtyHours {
  readonly #client: InfluxdbClient;
  readonly #clock: Clock;
  /** The hours that this node has recorded, by machine and hour, with the time of the record. */
  readonly #recorded = new Map<string, Map<number, number>>();
  /**
   * Hours before the first bound may be rolled up, and records up to the second one processed, at any moment. Both
   * bounds may be ahead of the stored state.
   */
  #bounds = { hoursUntilMs: Number.NEGATIVE_INFINITY, recordsUntilMs: Number.NEGATIVE_INFINITY };

  constructor(client: InfluxdbClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** From now on hours before `hoursUntilMs` are recorded as dirty, with a time after `recordsUntilMs`. */
  advanceTo(hoursUntilMs: number, recordsUntilMs: number): void {
    this.#bounds = {
      hoursUntilMs: Math.max(hoursUntilMs, this.#bounds.hoursUntilMs),
      recordsUntilMs: Math.max(recordsUntilMs, this.#bounds.recordsUntilMs),
    };
  }

  /** Resolves when the dirty hours of a batch are recorded. Rejects with InfluxdbError. */
  async record(batch: ReadingBatch): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const dirtyBefore = hourOf(Math.max(this.#bounds.hoursUntilMs, nowMs - DIRTY_AFTER_MS));
    const dirty = new Map<string, Set<number>>();
    let seenId: string | undefined;
    let seenHour = Number.NaN;
    for (let row = 0; row < batch.length; row++) {
      const hour = hourOf(batch.timestampsMs[row] as number);
      if (hour >= dirtyBefore) continue;
      const id = batch.machineIds[row] as string;
      // Batches name the same machine many times in succession.
      if (id === seenId && hour === seenHour) continue;
      seenId = id;
      seenHour = hour;
      if (this.#isRecorded(id, hour, nowMs)) continue;
      const hours = dirty.get(id) ?? new Set();
      dirty.set(id, hours.add(hour));
    }
    if (dirty.size === 0) return;
    const atMs = Math.max(nowMs, this.#bounds.recordsUntilMs + 1);
    let lines = '';
    for (const [id, hours] of dirty) {
      // Two nodes may record hours of one machine in the same millisecond. Neither may replace the other's record.
      const time = BigInt(nanoseconds(atMs)) + BigInt(randomInt(NS_PER_MS));
      lines += `${seriesOf(DIRTY_HOURS, [['machine_id', id]])}hours="${writeHours(hours)}" ${time}\n`;
    }
    await this.#client.write(lines);
    this.#remember(dirty, atMs);
  }

  /** Dirty hours of a machine that overlap the range, from records made after `afterMs`. */
  async hoursOf(machineId: string, range: TimeRange, afterMs: number): Promise<Set<number>> {
    const recorded = await this.due({ fromMs: afterMs + 1, toMs: END_MS }, machineId);
    const hours = new Set<number>();
    const [first, last] = [hourOf(range.fromMs), Math.ceil(range.toMs / HOUR_MS) - 1];
    for (const run of recorded.get(machineId) ?? []) {
      for (let hour = Math.max(run.first, first); hour <= Math.min(run.last, last); hour++) hours.add(hour);
    }
    return hours;
  }

  /** Runs of dirty hours by machine, from records made within the range. Runs may overlap. */
  async due(range: TimeRange, machineId?: string): Promise<Map<string, { first: number; last: number }[]>> {
    const found = new Map<string, { first: number; last: number }[]>();
    const statement = `SELECT "hours" FROM ${quoteName(DIRTY_HOURS)} WHERE ${where(range, machineId)} GROUP BY "machine_id"`;
    for await (const { tags, values } of this.#client.query(statement)) {
      const id = tags.machine_id as string;
      const runs = found.get(id) ?? [];
      for (const [, hours] of values) runs.push(...readHours(String(hours)));
      found.set(id, runs);
    }
    return found;
  }

  /** Forgets what this node has recorded, because it may have been in a database that was dropped. */
  reset(): void {
    this.#recorded.clear();
  }

  deleteMachine(machineId: string): void {
    this.#recorded.delete(machineId);
  }

  #isRecorded(machineId: string, hour: number, nowMs: number): boolean {
    const atMs = this.#recorded.get(machineId)?.get(hour);
    return atMs !== undefined && atMs > this.#bounds.recordsUntilMs && Math.abs(nowMs - atMs) <= RECORD_VALID_MS;
  }

  #remember(dirty: ReadonlyMap<string, ReadonlySet<number>>, atMs: number): void {
    if (this.#recorded.size > MAX_RECORDED_MACHINES) this.#recorded.clear();
    for (const [id, hours] of dirty) {
      const recorded = this.#recorded.get(id);
      // Hours that were recorded at another time need a new record anyway.
      const current =
        recorded && [...recorded.values()].every((time) => time === atMs) ? recorded : new Map<number, number>();
      for (const hour of hours) current.set(hour, atMs);
      this.#recorded.set(id, current);
    }
  }
}

/** Writes a set of hours as short text: `491000-491003,491010`. */
export function writeHours(hours: Iterable<number>): string {
  return runsOf([...hours])
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(',');
}

/** Runs of hours, both ends included. */
export function readHours(text: string): { first: number; last: number }[] {
  return text.split(',').map((run) => {
    const [, first, last] = /^(-?\d+)(?:-(-?\d+))?$/.exec(run) ?? [];
    return { first: Number(first), last: Number(last ?? first) };
  });
}
