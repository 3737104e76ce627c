// How machines ran, and how many parts they made, from the stored readings.

import type { MachineEntry } from '../machines/machine-service.ts';
import type { MetricService } from '../metrics/metric-service.ts';
import { type BucketInterval, bucketGrid } from '../readings/bucket-grid.ts';
import { bucketsOf } from '../readings/merged-metrics.ts';
import type { QueriedMetric, QueryCatalogue } from '../readings/queried-metric.ts';
import type { BucketColumn, ReadingStore } from '../readings/reading-store.ts';
import { type Band, type RunTime, runBands, shareOf } from './rules/run-bands.ts';

const HOUR_MS = 3_600_000;
/** Machines that are read at the same time. */
const AT_ONCE = 8;

export interface MachineRunsDeps {
  readings: Pick<ReadingStore, 'buckets' | 'raw'>;
  metricService: Pick<MetricService, 'definitionOf'>;
  catalogue: Pick<QueryCatalogue, 'metric'>;
  /** How long a state holds without a further value, ms. */
  holdMs: (machineId: string) => number;
}

export interface LocationRun {
  readonly location: string;
  readonly machines: number;
  readonly share: number | null;
  /** null where no machine counts parts. */
  readonly parts: number | null;
  readonly bands: readonly Band[];
}

/** What is read of the machines of one type. */
interface Plan {
  readonly state: QueriedMetric | null;
  /** Codes of the states in which the machine runs. */
  readonly running: ReadonlySet<number>;
  readonly parts: QueriedMetric | null;
}

/** Of the machines of one location, by the number of the interval. */
class Sums {
  readonly runningMs: Float64Array;
  readonly knownMs: Float64Array;
  machines = 0;
  parts: number | null = null;

  constructor(intervals: number) {
    this.runningMs = new Float64Array(intervals);
    this.knownMs = new Float64Array(intervals);
  }
}

export class MachineRuns {
  readonly #deps: MachineRunsDeps;

  constructor(deps: MachineRunsDeps) {
    this.#deps = deps;
  }

  /** Of [fromMs, toMs), by the name of the location. Rejects as the store does. */
  async byLocation(
    machines: readonly Pick<MachineEntry, 'record'>[],
    fromMs: number,
    toMs: number,
  ): Promise<{ locations: LocationRun[]; share: number | null }> {
    const starts = intervalStarts(fromMs, toMs);
    const locations = new Map<string, Sums>();
    const waiting = [...machines];
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { id, sensorType, location } = next.record;
        const sums = locations.get(location) ?? new Sums(starts.length);
        locations.set(location, sums);
        sums.machines++;
        await this.#add(sums, starts, this.#planOf(id, sensorType), { machineId: id, fromMs, toMs });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const all = { runningMs: 0, knownMs: 0 };
    const found = [...locations].map(([location, sums]) => {
      const times = starts.map(
        (start, at): RunTime => ({
          ...{ fromMs: start, toMs: starts[at + 1] ?? toMs },
          ...{ runningMs: sums.runningMs[at] as number, knownMs: sums.knownMs[at] as number },
        }),
      );
      const runningMs = sums.runningMs.reduce((sum, each) => sum + each, 0);
      const knownMs = sums.knownMs.reduce((sum, each) => sum + each, 0);
      all.runningMs += runningMs;
      all.knownMs += knownMs;
      const share = shareOf({ runningMs, knownMs });
      return { location, machines: sums.machines, share, parts: sums.parts, bands: runBands(times) };
    });
    found.sort((a, b) => a.location.localeCompare(b.location, 'en', { numeric: true }));
    return { locations: found, share: shareOf(all) };
  }

  async #add(
    sums: Sums,
    starts: readonly number[],
    { state, running, parts }: Plan,
    range: { machineId: string; fromMs: number; toMs: number },
  ): Promise<void> {
    const metrics = [state, parts].filter((metric) => metric !== null);
    if (metrics.length === 0 || starts.length === 0) return;
    const { readings, holdMs } = this.#deps;
    const page = await bucketsOf(readings, {
      ...{ ...range, metrics, everyReading: false, order: 'asc', offset: 0, limit: starts.length + 1 },
      ...{ grid: bucketGrid(intervalOf(range.fromMs, range.toMs)), holdMs: holdMs(range.machineId) },
    });
    const columnOf = (metric: QueriedMetric | null) =>
      metric === null ? null : (page.columns[metrics.indexOf(metric)] as BucketColumn);
    const ofState = columnOf(state);
    const ofParts = columnOf(parts);
    if (ofParts !== null) sums.parts ??= 0;
    let interval = 0;
    for (let row = 0; row < page.length; row++) {
      const at = Math.max(page.timestampsMs[row] as number, range.fromMs);
      while (interval + 1 < starts.length && (starts[interval + 1] as number) <= at) interval++;
      for (const [code, durations] of ofState?.durations ?? []) {
        const ms = durations[row] as number;
        if (!(ms > 0)) continue;
        sums.knownMs[interval] = (sums.knownMs[interval] as number) + ms;
        if (running.has(code)) sums.runningMs[interval] = (sums.runningMs[interval] as number) + ms;
      }
      const increase = ofParts?.increase[row] ?? Number.NaN;
      if (!Number.isNaN(increase)) sums.parts = (sums.parts ?? 0) + increase;
    }
  }

  #planOf(machineId: string, sensorType: string): Plan {
    const { metricService, catalogue } = this.#deps;
    const definition = metricService.definitionOf(machineId, sensorType);
    const roles = definition.state;
    const state = (roles === null ? undefined : catalogue.metric(roles.metric)) ?? null;
    const names = state?.kind === 'boolean' ? ['false', 'true'] : (state?.states ?? []);
    const running = new Set(
      [...names.entries()].flatMap(([code, name]) => (roles?.running.includes(name) ? [code] : [])),
    );
    const { partCounter } = definition;
    return { state, running, parts: (partCounter === null ? undefined : catalogue.metric(partCounter)) ?? null };
  }
}

/** Where the intervals of a range begin; the first one may be cut by the range. */
function intervalStarts(fromMs: number, toMs: number): number[] {
  const grid = bucketGrid(intervalOf(fromMs, toMs));
  const starts: number[] = [];
  for (let at = grid.startOf(fromMs); at < toMs; at = grid.endOf(at)) starts.push(Math.max(at, fromMs));
  return starts;
}

/** At most 200 intervals for shifts of up to 12 hours. */
const intervalOf = (fromMs: number, toMs: number): BucketInterval => (toMs - fromMs <= 13 * HOUR_MS ? '5m' : '15m');
