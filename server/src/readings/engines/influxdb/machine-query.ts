// Queries one machine: rollups where they are exact, single readings elsewhere.

import { bucketGrid } from '../../bucket-grid.ts';
import { pageOfBuckets } from '../../bucket-page.ts';
import { type BucketPartial, holds, joinBuckets, PartialCollector } from '../../bucket-partials.ts';
import type { BucketPage, BucketQuery } from '../../reading-store.ts';
import { refineStates } from '../../refine-states.ts';
import type { MachineRollups } from '../../store-copies.ts';
import { INTERVALS_MS, type RollupInterval } from '../../time-buckets.ts';
import { joinPages } from './bucket-blocks.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import {
  countStatement,
  localDaysStatement,
  measurementOf,
  pointsStatement,
  readingCountsStatement,
  type Source,
  type TimeRange,
} from './influxql.ts';
import { COUNTED } from './line-protocol.ts';
import { type BucketPart, planBuckets, planQuery } from './query-plan.ts';
import { type KnownMetric, RollupReader, rollupFields } from './rollup-rows.ts';
import type { RollupState } from './rollup-state.ts';
import { summarise } from './summarise.ts';
import { ValuesBefore } from './values-before.ts';

/** Buckets times metrics that are held in memory for one answer, unless more were requested. */
const PARTIALS_AT_ONCE = 30_000;
const MIN_BUCKETS_AT_ONCE = 500;

/** A part of the range of a query, with at most so many buckets with readings. */
interface Block extends TimeRange {
  readonly buckets: number;
}
interface Blocks {
  readonly query: BucketQuery;
  readonly blocks: readonly Block[];
}

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
    const counts = planQuery(range, '1d', this.#state, this.#dirty).map(async ({ source, ...part }) => {
      let number = 0;
      for await (const { values } of this.#client.query(countStatement(source, part, this.#machineId))) {
        number += (values[0]?.[1] as number | null) ?? 0;
      }
      return number;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  async buckets(range: TimeRange, query: BucketQuery): Promise<BucketPage> {
    const { grid, metrics } = query;
    const atOnce = Math.max(MIN_BUCKETS_AT_ONCE, Math.floor(PARTIALS_AT_ONCE / Math.max(1, metrics.length)));
    const firstMs = grid.startOf(range.fromMs);
    if ((range.toMs - firstMs) / (grid.endOf(firstMs) - firstMs) <= atOnce) return this.#block(range, query, query);
    const blocks = await this.#blocks(range, query, atOnce);
    if (blocks.length === 1) return this.#block(range, query, query);
    return this.#pageOf({ query, blocks });
  }

  /** Divides a range with many buckets, each block at the start of a bucket. */
  async #blocks(range: TimeRange, { grid }: BucketQuery, atOnce: number): Promise<Block[]> {
    const starts: number[] = [];
    for (const { source, ...part } of planBuckets(range, grid, this.#state, this.#dirty)) {
      const statement =
        source === 'local'
          ? localDaysStatement(grid.localDays?.zone ?? '', [COUNTED], part, this.#machineId)
          : readingCountsStatement(source, part, INTERVALS_MS[grid.rollup], this.#machineId);
      for await (const { values } of this.#client.query(statement, { isLong: true })) {
        for (const [atMs] of values) {
          const startMs = grid.startOf(atMs as number);
          if (starts.at(-1) !== startMs) starts.push(startMs);
        }
      }
    }
    const blocks: Block[] = [];
    for (let first = 0; first === 0 || first < starts.length; first += atOnce) {
      const next = starts[first + atOnce];
      blocks.push({
        fromMs: blocks.at(-1)?.toMs ?? range.fromMs,
        toMs: next ?? range.toMs,
        buckets: Math.min(atOnce, starts.length - first),
      });
    }
    return blocks;
  }

  /** Reads only the blocks of the page where the number of buckets of the others is known, or can be counted. */
  async #pageOf({ query, blocks }: Blocks): Promise<BucketPage> {
    const { order, offset, limit } = query;
    const isCounted = query.everyReading && query.metrics.every(({ kind }) => kind === 'gauge' || kind === 'counter');
    const countOf = async (block: Block) =>
      isCounted ? block.buckets : (await this.#block(block, query, { offset: 0, limit: 0, order })).total;
    const pages: BucketPage[] = [];
    let total = 0;
    for (const block of order === 'asc' ? blocks : [...blocks].reverse()) {
      const isShown = total < offset + limit;
      // All of a block is passed or taken, except for the first and the last block of the page.
      const page = isShown
        ? await this.#block(block, query, {
            order,
            offset: Math.max(offset - total, 0),
            limit: offset + limit - Math.max(total, offset),
          })
        : null;
      if (page !== null && page.length > 0) pages.push(page);
      total += page?.total ?? (await countOf(block));
    }
    return joinPages(query, total, pages);
  }

  async #block(
    range: TimeRange,
    query: BucketQuery,
    paging: Pick<BucketQuery, 'order' | 'offset' | 'limit'>,
  ): Promise<BucketPage> {
    const { metrics, grid, holdMs } = query;
    const inOrder = metrics.filter(({ kind }) => kind !== 'gauge').map(({ metric }) => metric);
    const view = { machineId: this.#machineId, state: this.#state };
    const [before, { readings, partials }] = await Promise.all([
      new ValuesBefore(this.#client, view).find(inOrder, range.fromMs),
      this.partials(range, query),
    ]);
    const series = metrics.map(({ metric, kind }) =>
      joinBuckets(kind, partials.get(metric) ?? [], { ...range, grid, holdMs, before: before.get(metric) ?? null }),
    );
    return pageOfBuckets({ ...query, ...paging }, readings, series);
  }

  /** What is known of the metrics in each bucket, without the values before it. */
  async partials(range: TimeRange, asked: Pick<BucketQuery, 'metrics' | 'grid' | 'holdMs'>): Promise<MachineRollups> {
    const { metrics, grid, holdMs } = asked;
    const parts = planBuckets(range, grid, this.#state, this.#dirty);
    const found = await Promise.all(parts.map((part) => this.#part(part, asked)));
    const readings = new Map<number, number>();
    for (const part of found) {
      for (const [atMs, count] of part.readings) {
        const startMs = grid.startOf(atMs);
        readings.set(startMs, (readings.get(startMs) ?? 0) + count);
      }
    }
    const collected = metrics.map(({ metric, kind }) => {
      const collector = new PartialCollector(kind, grid, holdMs);
      for (const part of found) for (const partial of part.partials.get(metric) ?? []) collector.addPartial(partial);
      return [metric, collector.partials] as const;
    });
    return { readings, partials: new Map(collected) };
  }

  async #part(
    { source, ...range }: BucketPart,
    { metrics, grid, holdMs }: Pick<BucketQuery, 'metrics' | 'grid' | 'holdMs'>,
  ): Promise<MachineRollups> {
    if (source === 'raw') {
      const options = { machineIds: [this.#machineId], metrics, range, grid, holdMs };
      const found = await summarise(this.#client, { ...options, widthMs: INTERVALS_MS[grid.rollup] });
      return found.get(this.#machineId) ?? new RollupReader([]);
    }
    const reader = new RollupReader(metrics);
    const fields = rollupFields(metrics);
    const statement =
      source === 'local'
        ? localDaysStatement(grid.localDays?.zone ?? '', fields, range, this.#machineId)
        : pointsStatement(measurementOf(source), fields, range, this.#machineId);
    for await (const { values } of this.#client.query(statement, { width: fields.length + 1 })) {
      for (const row of values) reader.add(row);
    }
    const states = metrics.filter(({ kind }) => holds(kind));
    if (states.length === 0) return reader;
    const exact = await this.#withExactStates(source, reader.partials, states, { grid, holdMs });
    return { readings: reader.readings, partials: new Map([...reader.partials, ...exact]) };
  }

  /** Buckets of a rollup whose states were counted with another hold, made of finer ones or of single readings. */
  #withExactStates(
    source: RollupInterval | 'local',
    found: ReadonlyMap<number, readonly BucketPartial[]>,
    states: readonly KnownMetric[],
    { grid, holdMs }: Pick<BucketQuery, 'grid' | 'holdMs'>,
  ): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
    return refineStates(new Map(states.map(({ metric }) => [metric, found.get(metric) ?? []])), {
      ...{ holdMs, localFrom: grid.rollup },
      tierAt: () => source,
      endOf: (tier, startMs) =>
        tier === 'local' ? (grid.localDays?.endOf(startMs) ?? startMs) : startMs + INTERVALS_MS[tier],
      read: async (tier, spans, names) => {
        const metrics = states.filter(({ metric }) => names.includes(metric));
        const partials = new Map(metrics.map(({ metric }) => [metric, [] as BucketPartial[]]));
        for (const span of spans) {
          const { retainedFromMs } = this.#state;
          const range = { fromMs: Math.max(span.fromMs, retainedFromMs[tier]), toMs: span.toMs };
          if (range.fromMs >= range.toMs) continue;
          const read = await this.#finer(tier, range, metrics, holdMs);
          for (const [metric, parts] of partials) for (const part of read.get(metric) ?? []) parts.push(part);
        }
        return partials;
      },
    });
  }

  async #finer(
    tier: Source,
    range: TimeRange,
    metrics: readonly KnownMetric[],
    holdMs: number,
  ): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
    if (tier === 'raw') {
      const options = { machineIds: [this.#machineId], metrics, range, grid: bucketGrid('1m'), holdMs };
      const found = await summarise(this.#client, { ...options, widthMs: INTERVALS_MS['1m'] });
      return found.get(this.#machineId)?.partials ?? new Map();
    }
    const reader = new RollupReader(metrics);
    const fields = rollupFields(metrics);
    const statement = pointsStatement(measurementOf(tier), fields, range, this.#machineId);
    for await (const { values } of this.#client.query(statement, { width: fields.length + 1 })) {
      for (const row of values) reader.add(row);
    }
    return reader.partials;
  }
}
