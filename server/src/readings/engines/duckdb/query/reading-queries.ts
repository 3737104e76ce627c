// The queries of the store. Each reads a consistent view of one machine; a file that cannot be read is put aside.

import { setTimeout as delay } from 'node:timers/promises';
import type { MetricKind } from '@gonsters/contract';
import { isAppError } from '../../../../errors.ts';
import type { Logger } from '../../../../log.ts';
import type { BucketPage, BucketQuery, RawPage, RawQuery, ReadingRange } from '../../../reading-store.ts';
import type { ReadingTable } from '../../../reading-table.ts';
import type { MachineRollups } from '../../../store-copies.ts';
import type { RollupInterval } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import type { WriteBuffer } from '../memtable/write-buffer.ts';
import { retryWithoutDamaged } from '../quarantined-file.ts';
import { unavailable } from '../unavailable.ts';
import { MachineView } from './machine-view.ts';
import type { TimeRange } from './query-plan.ts';
import { exportTables, readRawPage } from './raw-page.ts';
import { readAllPartials } from './read-all-partials.ts';
import { readBucketPage } from './read-buckets.ts';

/** Years have four digits within these bounds. No reading lies outside them. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const END_MS = Date.UTC(10_000, 0);

/** So long a query waits for lost rollups to be made again. Afterwards it answers without them. */
const RENEW_WITHIN_MS = 5_000;

interface Sources {
  readonly session: DuckdbSession;
  readonly catalog: PartitionCatalog;
  readonly writeBuffer: WriteBuffer;
  readonly tombstones: Tombstones;
  readonly log: Logger;
  /** Makes lost rollups again, as far as that is possible. */
  readonly renewLost: () => Promise<void>;
  /** How values are summarised: what a metric is, by its name, and for how long most booleans and states hold, in ms. */
  readonly rules: { readonly kindOf: (metricName: string) => MetricKind; readonly holdMs: () => number };
}

export class ReadingQueries {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  raw(query: RawQuery): Promise<RawPage> {
    const range = bounded(query);
    return this.#query(query.machineId, query.metrics, range, (view) => readRawPage(view, { ...query, ...range }));
  }

  buckets(query: BucketQuery): Promise<BucketPage> {
    const range = bounded(query);
    const metrics = query.metrics.map(({ metric }) => metric);
    const reachesBack = query.metrics.some(({ kind }) => kind !== 'gauge');
    const seen = reachesBack ? { ...range, fromMs: FIRST_MS } : range;
    return this.#query(query.machineId, metrics, seen, (view) => readBucketPage(view, { ...query, ...range }));
  }

  partials(interval: RollupInterval, query: ReadingRange): Promise<MachineRollups> {
    const range = bounded(query);
    const { rules } = this.#sources;
    return this.#query(query.machineId, null, range, (view) => readAllPartials(view, interval, range, rules));
  }

  /** @param query `metrics` null for all */
  async *tables(query: ReadingRange & { metrics: readonly number[] | null }): AsyncIterable<ReadingTable> {
    const range = bounded(query);
    const view = this.#view(query.machineId, query.metrics, range);
    try {
      const read = <T>(run: () => Promise<T>) => this.#withoutDamaged(view, run);
      for await (const table of exportTables(view, range, query.metrics, read)) if (table.length > 0) yield table;
    } catch (cause) {
      throw isAppError(cause) ? cause : unavailable(cause);
    } finally {
      view.release();
    }
  }

  #query<T>(
    machineId: string,
    metrics: readonly number[] | null,
    range: TimeRange,
    ask: (view: MachineView) => Promise<T>,
  ): Promise<T> {
    const run = async () => {
      const view = this.#view(machineId, metrics, range);
      try {
        return await ask(view);
      } finally {
        view.release();
      }
    };
    return retryWithoutDamaged(this.#sources, run, () => within(RENEW_WITHIN_MS, this.#sources.renewLost()));
  }

  /** The view goes on without the files that prove to be damaged, because its earlier chunks have been delivered. */
  #withoutDamaged<T>(view: MachineView, run: () => Promise<T>): Promise<T> {
    const { session, log, catalog } = this.#sources;
    const quarantine = async (path: string) => {
      view.leaveOut([path]);
      await catalog.quarantine(path);
    };
    return retryWithoutDamaged({ session, log, catalog: { quarantine } }, run);
  }

  #view(id: string, metrics: readonly number[] | null, range: TimeRange): MachineView {
    const { session, catalog, writeBuffer, tombstones } = this.#sources;
    return new MachineView(
      session,
      catalog,
      writeBuffer,
      { id, metrics, afterSequence: tombstones.sequenceOf(id) },
      range,
    );
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const ended = new AbortController();
  const timeout = delay(ms, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, timeout]);
  ended.abort();
}

function bounded(range: TimeRange): TimeRange {
  return { fromMs: Math.max(range.fromMs, FIRST_MS), toMs: Math.min(range.toMs, END_MS) };
}
