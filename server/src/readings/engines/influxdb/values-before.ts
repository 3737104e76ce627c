// Finds the newest value of metrics of one machine before a time, from which increases and states continue.

import type { ValueBefore } from '../../bucket-partials.ts';
import { BAD } from '../../reading-batch.ts';
import { DAY_MS, INTERVALS_MS, ROLLUP_INTERVALS } from '../../time-buckets.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import {
  anyBadStatement,
  FIRST_MS,
  type Fields,
  limited,
  measurementOf,
  pointsStatement,
  qualityFields,
  type TimeRange,
  valueFields,
} from './influxql.ts';
import { QUALITY, READINGS } from './line-protocol.ts';
import { type Point, valueAt } from './quality-marks.ts';
import { rollupField } from './rollup-rows.ts';
import type { RollupState } from './rollup-state.ts';

const POINTS = 20;

export class ValuesBefore {
  readonly #client: InfluxdbClient;
  readonly #machineId: string;
  readonly #state: RollupState;

  constructor(client: InfluxdbClient, view: { machineId: string; state: RollupState }) {
    this.#client = client;
    this.#machineId = view.machineId;
    this.#state = view.state;
  }

  /** Values that are not bad. Metrics without one are absent. Rejects with InfluxdbError. */
  async find(metrics: readonly number[], beforeMs: number): Promise<Map<number, ValueBefore>> {
    const found = new Map<number, ValueBefore>();
    const missing = () => metrics.filter((metric) => !found.has(metric));
    const rawFromMs = this.#state.retainedFromMs.raw;
    for (const fromMs of [Math.max(beforeMs - DAY_MS, rawFromMs), rawFromMs]) {
      await this.#findReadings(missing(), { fromMs, toMs: beforeMs }, found);
    }
    if (rawFromMs === FIRST_MS) return found;
    for (const interval of ROLLUP_INTERVALS) {
      const toMs = Math.min(rawFromMs, beforeMs - INTERVALS_MS[interval] + 1);
      await this.#findRollups(interval, missing(), { fromMs: this.#state.retainedFromMs[interval], toMs }, found);
    }
    return found;
  }

  async #findReadings(metrics: readonly number[], range: TimeRange, found: Map<number, ValueBefore>): Promise<void> {
    for (let missing = metrics; missing.length > 0 && range.fromMs < range.toMs; ) {
      const points = await this.#newest(READINGS, valueFields(missing), range, POINTS);
      const candidates = new Map<number, ValueBefore>();
      for (const point of points) {
        for (const [i, metric] of missing.entries()) {
          const value = point[1 + i] as number | null;
          if (value !== null && !candidates.has(metric))
            candidates.set(metric, { value, timestampMs: point[0] as number });
        }
      }
      for (const metric of await this.#hidden(candidates)) {
        // A bad value replaced this one.
        const { timestampMs } = candidates.get(metric) as ValueBefore;
        candidates.delete(metric);
        missing = missing.filter((each) => each !== metric);
        await this.#findReadings([metric], { fromMs: range.fromMs, toMs: timestampMs }, found);
      }
      for (const [metric, candidate] of candidates) found.set(metric, candidate);
      if (points.length < POINTS) return;
      missing = missing.filter((metric) => !candidates.has(metric));
    }
  }

  /** The metrics whose value has been replaced by a bad one of the same time. */
  async #hidden(candidates: ReadonlyMap<number, ValueBefore>): Promise<number[]> {
    if (candidates.size === 0) return [];
    const metrics = [...candidates.keys()];
    const times = [...new Set([...candidates.values()].map(({ timestampMs }) => timestampMs))];
    const range = { fromMs: Math.min(...times), toMs: Math.max(...times) + 1 };
    let isAnyBad = false;
    for await (const { values } of this.#client.query(anyBadStatement(metrics, range, this.#machineId))) {
      isAnyBad ||= values.length > 0;
    }
    if (!isAnyBad) return [];
    const hidden: number[] = [];
    for (const atMs of times) {
      const marks = await this.#newest(QUALITY, qualityFields(metrics), { fromMs: atMs, toMs: atMs + 1 }, 1);
      for (const [i, metric] of metrics.entries()) {
        const isHere = candidates.get(metric)?.timestampMs === atMs;
        if (isHere && valueAt(null, marks[0] ?? null, i)?.quality === BAD) hidden.push(metric);
      }
    }
    return hidden;
  }

  async #findRollups(
    interval: (typeof ROLLUP_INTERVALS)[number],
    metrics: readonly number[],
    range: TimeRange,
    found: Map<number, ValueBefore>,
  ): Promise<void> {
    for (let missing = metrics; missing.length > 0 && range.fromMs < range.toMs; ) {
      const fields = missing.flatMap((metric) =>
        ['last', 'last_ms', 'count'].map((field) => rollupField(metric, field)),
      );
      const points = await this.#newest(measurementOf(interval), fields, range, POINTS);
      for (const point of points) {
        for (const [i, metric] of missing.entries()) {
          const [value, timestampMs, count] = point.slice(1 + 3 * i, 4 + 3 * i) as (number | null)[];
          if (value === null || value === undefined || count === 0 || found.has(metric)) continue;
          // Rollups of a gauge have no time.
          found.set(metric, { value, timestampMs: timestampMs ?? (point[0] as number) });
        }
      }
      if (points.length < POINTS) return;
      range = { fromMs: range.fromMs, toMs: points.at(-1)?.[0] as number };
      missing = missing.filter((metric) => !found.has(metric));
    }
  }

  async #newest(measurement: string, fields: Fields, range: TimeRange, limit: number): Promise<Point[]> {
    const statement = pointsStatement(measurement, fields, range, this.#machineId, 'desc');
    const points: Point[] = [];
    const paging = limited({ offset: 0, limit });
    for await (const { values } of this.#client.query(statement + paging, { width: fields.length + 1 })) {
      points.push(...values);
    }
    return points;
  }
}
