// Queries one machine: rollups where they are exact, single readings elsewhere.

import { perMetric } from '@gonsters/contract';
import { BucketSums, type RollupColumns } from '../../bucket-sums.ts';
import { type BucketPage, INTERVALS_MS, type Interval } from '../../reading-store.ts';
import { ROLLUP_OF } from '../../time-buckets.ts';
import type { SeriesRows } from './influxdb-answers.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import {
  bucketCountStatement,
  countStatement,
  type Paging,
  paged,
  rollupColumnsOf,
  sumsStatement,
  type TimeRange,
} from './influxql.ts';
import { planQuery } from './query-plan.ts';
import type { RollupState } from './rollup-state.ts';

/** Buckets that are held in memory for one answer, unless more were requested. */
const BUCKETS_AT_ONCE = 10_000;

export class MachineQuery {
  readonly #client: InfluxdbClient;
  readonly #machineId: string;
  readonly #state: RollupState;
  readonly #dirty: ReadonlySet<number>;

  /** `dirty` are hours whose rollups may lack readings. */
  constructor(client: InfluxdbClient, view: { machineId: string; state: RollupState; dirty: ReadonlySet<number> }) {
    this.#client = client;
    this.#machineId = view.machineId;
    this.#state = view.state;
    this.#dirty = view.dirty;
  }

  async count(range: TimeRange): Promise<number> {
    const counts = planQuery(range, '1d', this.#state, this.#dirty).map(async ({ source, ...part }) =>
      this.#number(countStatement(source, part, this.#machineId)),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  async buckets(range: TimeRange, interval: Interval, paging: Paging): Promise<BucketPage> {
    const widthMs = INTERVALS_MS[interval];
    const parts = planQuery(range, ROLLUP_OF[interval], this.#state, this.#dirty);
    let counts: number[] | null = null;
    if ((range.toMs - range.fromMs) / widthMs > BUCKETS_AT_ONCE) {
      counts = await Promise.all(
        parts.map(({ source, ...part }) => this.#number(bucketCountStatement(source, part, widthMs, this.#machineId))),
      );
    }
    if (counts === null || sumOf(counts) <= BUCKETS_AT_ONCE) {
      const sums = new BucketSums(widthMs);
      const answers = parts.map(({ source, ...part }) =>
        this.#columns(sumsStatement(source, part, widthMs, this.#machineId)),
      );
      for (const columns of await Promise.all(answers)) sums.addRollups(columns, () => true);
      return sums.page(paging.order, paging.offset, paging.limit);
    }

    // No bucket crosses the end of a part: parts end on whole hours, and a range with this many buckets has no daily
    // ones.
    const total = sumOf(counts);
    const found: RollupColumns[] = [];
    let toSkip = paging.offset;
    let toTake = paging.limit;
    const inOrder = parts.map((part, i) => ({ ...part, count: (counts as number[])[i] as number }));
    if (paging.order === 'desc') inOrder.reverse();
    for (const { source, count, ...part } of inOrder) {
      if (toTake === 0) break;
      const limit = Math.min(toTake, Math.max(count - toSkip, 0));
      if (limit > 0) {
        const page = paged({ order: paging.order, offset: toSkip, limit });
        found.push(await this.#columns(sumsStatement(source, part, widthMs, this.#machineId) + page));
      }
      toSkip = Math.max(toSkip - count, 0);
      toTake -= limit;
    }
    return pageOf(total, found);
  }

  async #number(statement: string): Promise<number> {
    let number = 0;
    for await (const { values } of this.#client.query(statement)) number += (values[0]?.[1] as number | null) ?? 0;
    return number;
  }

  async #columns(statement: string): Promise<RollupColumns> {
    const all: SeriesRows['values'][number][] = [];
    for await (const { values } of this.#client.query(statement)) for (const row of values) all.push(row);
    return rollupColumnsOf(all);
  }
}

function pageOf(total: number, parts: readonly RollupColumns[]): BucketPage {
  const column = (c: number) => {
    const pieces = parts.map((part) => part[c] as Float64Array);
    const all = new Float64Array(sumOf(pieces.map((piece) => piece.length)));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  };
  const timestampsMs = column(0);
  return {
    total,
    length: timestampsMs.length,
    timestampsMs,
    metrics: perMetric((_, m) => {
      const c = 2 + 4 * m;
      return { count: column(c), sum: column(c + 1), min: column(c + 2), max: column(c + 3) };
    }),
  };
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
