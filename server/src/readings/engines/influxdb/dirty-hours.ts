// Notes which hours of which machine get readings after they were summarised, or while they may be: stored before the
// readings are acknowledged, so that no node takes a summary for right that lacks one of them.

import { randomInt } from 'node:crypto';
import type { Clock } from '../../../clock.ts';
import type { ReadingColumns } from '../../reading-columns.ts';
import { HOUR_MS, hourOf, runsOf } from '../../time-buckets.ts';
import { type InfluxdbClient, quoteName } from './influxdb-client.ts';
import { END_MS, type TimeRange, where } from './influxql.ts';
import { DIRTY_HOURS, nanoseconds, seriesOf } from './line-protocol.ts';

/** Housekeeping deals with a mark when it is this old: the readings that it announced are stored by then, or refused. */
export const PROCESS_AFTER_MS = 5 * 60_000;
/** An append that takes longer is refused: its mark may be dealt with before its readings are there. */
export const MAX_APPEND_MS = 60_000;
/** An hour counts as summarised this long after its end by any node's clock, well before it is. */
const DIRTY_AFTER_MS = 2 * 60_000;
/** A mark covers what is appended this long after it. */
const MARK_VALID_MS = 60_000;
const MAX_REMEMBERED_MACHINES = 20_000;
const NS_PER_MS = 1_000_000;

export class DirtyHours {
  readonly #client: InfluxdbClient;
  readonly #clock: Clock;
  /** What this node has marked, by machine and hour: time of the mark. */
  readonly #marked = new Map<string, Map<number, number>>();
  /** Hours before it may be summarised any moment, and dirtyHours up to it dealt with: further than what is stored. */
  #closing = { hoursUntilMs: Number.NEGATIVE_INFINITY, dirtyProcessedUntilMs: Number.NEGATIVE_INFINITY };

  constructor(client: InfluxdbClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** From here on hours before `hoursUntilMs` are marked, and dirtyHours made later than `dirtyProcessedUntilMs`. */
  close(hoursUntilMs: number, dirtyProcessedUntilMs: number): void {
    this.#closing = {
      hoursUntilMs: Math.max(hoursUntilMs, this.#closing.hoursUntilMs),
      dirtyProcessedUntilMs: Math.max(dirtyProcessedUntilMs, this.#closing.dirtyProcessedUntilMs),
    };
  }

  /** Resolves when the dirty hours of a batch are marked. Rejects with InfluxdbError. */
  async mark(batch: ReadingColumns): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const dirtyBefore = hourOf(Math.max(this.#closing.hoursUntilMs, nowMs - DIRTY_AFTER_MS));
    const dirty = new Map<string, Set<number>>();
    let seenId: string | undefined;
    let seenHour = Number.NaN;
    for (let row = 0; row < batch.length; row++) {
      const hour = hourOf(batch.timestampsMs[row] as number);
      if (hour >= dirtyBefore) continue;
      const id = batch.machineIds[row] as string;
      // Batches name the same machine many times in a row.
      if (id === seenId && hour === seenHour) continue;
      seenId = id;
      seenHour = hour;
      if (this.#isMarked(id, hour, nowMs)) continue;
      const hours = dirty.get(id) ?? new Set();
      dirty.set(id, hours.add(hour));
    }
    if (dirty.size === 0) return;
    const atMs = Math.max(nowMs, this.#closing.dirtyProcessedUntilMs + 1);
    let lines = '';
    for (const [id, hours] of dirty) {
      // Two nodes may mark the same machine in the same millisecond: neither may replace the other's mark.
      const time = BigInt(nanoseconds(atMs)) + BigInt(randomInt(NS_PER_MS));
      lines += `${seriesOf(DIRTY_HOURS, [['machine_id', id]])}hours="${writeHours(hours)}" ${time}\n`;
    }
    await this.#client.write(lines);
    this.#remember(dirty, atMs);
  }

  /** Marked hours of a machine that overlap the range. */
  async hoursOf(machineId: string, range: TimeRange, afterMs: number): Promise<Set<number>> {
    const marked = await this.due({ fromMs: afterMs + 1, toMs: END_MS }, machineId);
    const hours = new Set<number>();
    const [first, last] = [hourOf(range.fromMs), Math.ceil(range.toMs / HOUR_MS) - 1];
    for (const run of marked.get(machineId) ?? []) {
      for (let hour = Math.max(run.first, first); hour <= Math.min(run.last, last); hour++) hours.add(hour);
    }
    return hours;
  }

  /** Runs of hours by machine whose dirtyHours were made within the range; they may overlap. */
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

  /** What was marked may stand in a database that is gone. */
  reset(): void {
    this.#marked.clear();
  }

  forget(machineId: string): void {
    this.#marked.delete(machineId);
  }

  #isMarked(machineId: string, hour: number, nowMs: number): boolean {
    const atMs = this.#marked.get(machineId)?.get(hour);
    return atMs !== undefined && atMs > this.#closing.dirtyProcessedUntilMs && Math.abs(nowMs - atMs) <= MARK_VALID_MS;
  }

  #remember(dirty: ReadonlyMap<string, ReadonlySet<number>>, atMs: number): void {
    if (this.#marked.size > MAX_REMEMBERED_MACHINES) this.#marked.clear();
    for (const [id, hours] of dirty) {
      const marked = this.#marked.get(id);
      // What another time marked is about to be marked anew anyway.
      const kept = marked && [...marked.values()].every((time) => time === atMs) ? marked : new Map<number, number>();
      for (const hour of hours) kept.set(hour, atMs);
      this.#marked.set(id, kept);
    }
  }
}

/** Sets of hours as short text: `491000-491003,491010`. */
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
