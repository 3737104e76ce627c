// Runs a back-test: reads each series once, and applies the rules in force and those to try to the same values.

import type { MonotonicClock } from '../../clock.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { type ComparedRaise, type ComparedRules, compareRaises, startOf } from './compare-raises.ts';
import { MinuteCounts } from './minute-counts.ts';
import { RaiseRecorder } from './raise-recorder.ts';
import { inTurns, readColumns } from './read-columns.ts';
import { RuleRun, type SeriesColumns, type TriedRule } from './rule-run.ts';
import { detect, ExcursionObserver, type LevelTried } from './true-excursions.ts';

export interface BacktestSeries {
  readonly machineId: string;
  /** See `metric-index.ts`. */
  readonly metric: number;
  /** In force; null where there is no condition of the kind that is tried. */
  readonly now: TriedRule | null;
  readonly would: TriedRule;
  /** The time to respond. */
  readonly respondMs: number;
}

export interface BacktestPlan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: readonly BacktestSeries[];
  /** Compared raises that are kept, the first ones in the order of time. */
  readonly maxRaises: number;
}

export interface VariantFigures {
  raises: number;
  activeMs: number;
  chattering: number;
  worstTenMinutes: number;
}

export interface BacktestOutcome {
  readonly values: number;
  /** UTC ms; null where no value was found. */
  readonly firstMs: number | null;
  readonly now: VariantFigures;
  readonly would: VariantFigures;
  readonly excursions: { readonly true: number; readonly found: number; readonly latestMs: number | null };
  readonly raises: readonly (ComparedRaise & { readonly machineId: string })[];
  /** Raises that are counted but not in `raises`. */
  readonly isTruncated: boolean;
  /** A series had more raises than are kept of one, so that its excursions were looked for in its first ones only. */
  readonly isCut: boolean;
}

export interface BacktestDeps {
  readonly readings: Pick<ReadingStore, 'export'>;
  readonly monotonic: MonotonicClock;
  readonly signal: AbortSignal;
  /** Called with the progress from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export async function runBacktest(plan: BacktestPlan, deps: BacktestDeps): Promise<BacktestOutcome> {
  const { fromMs, toMs, series } = plan;
  const totals = { now: new Variant(fromMs, toMs), would: new Variant(fromMs, toMs) };
  const kept = new FirstRaises(plan.maxRaises);
  const excursions = { true: 0, found: 0, latestMs: null as number | null };
  let values = 0;
  let firstMs: number | null = null;
  let isCut = false;
  for (const [done, each] of series.entries()) {
    const run = new SeriesRun(each, totals.now.minutes, totals.would.minutes);
    await run.read({ fromMs, toMs }, deps, (share) => deps.onProgress((done + share) / series.length));
    values += run.values;
    if (run.firstMs !== null) firstMs = Math.min(firstMs ?? run.firstMs, run.firstMs);
    const { compared, detection } = run.finish(toMs);
    totals.now.add(run.now?.recorder ?? null);
    totals.would.add(run.would.recorder);
    kept.add(each.machineId, compared);
    excursions.true += detection.true;
    excursions.found += detection.found;
    if (detection.latestMs !== null)
      excursions.latestMs = Math.max(excursions.latestMs ?? Number.NEGATIVE_INFINITY, detection.latestMs);
    isCut ||= run.isCut;
  }
  return {
    values,
    firstMs,
    now: totals.now.figures(),
    would: totals.would.figures(),
    excursions,
    raises: kept.all(),
    isTruncated: kept.isTruncated || isCut,
    isCut,
  };
}

/** The runs over one series. */
class SeriesRun {
  readonly now: RuleRun | null;
  readonly would: RuleRun;
  values = 0;
  firstMs: number | null = null;
  readonly #series: BacktestSeries;
  readonly #rules: ComparedRules;
  readonly #observer: ExcursionObserver | null;
  readonly #runs: readonly RuleRun[];
  /** The metrics to read: that of the series, and those of gates. */
  readonly #metrics: readonly number[];
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(series: BacktestSeries, now: MinuteCounts, would: MinuteCounts) {
    this.#series = series;
    this.#rules = { now: series.now?.rule ?? null, would: series.would.rule };
    const inForce = series.now && new RuleRun(series.now, new RaiseRecorder(now));
    this.now = inForce;
    this.would = new RuleRun(series.would, new RaiseRecorder(would));
    this.#observer = inForce && isAboutLimits(series.now) ? new ExcursionObserver(series.now, inForce) : null;
    this.#runs = [this.would, ...(inForce === null ? [] : [inForce]), ...(this.#observer?.runs ?? [])];
    const gates = [series.now, series.would].flatMap((tried) => tried?.gate?.metric ?? []);
    this.#metrics = [...new Set([series.metric, ...gates])];
  }

  async read(
    range: { fromMs: number; toMs: number },
    deps: BacktestDeps,
    onProgress: (share: number) => void,
  ): Promise<void> {
    const { machineId } = this.#series;
    const span = range.toMs - range.fromMs;
    for await (const table of readColumns(deps.readings, { machineId, metrics: this.#metrics, ...range })) {
      const [column, ...others] = table.columns;
      if (column === undefined || table.length === 0) continue;
      const { timestampsMs } = table;
      const { values, qualities } = column;
      const gates = new Map([column, ...others].map((each) => [each.metric, each]));
      const columns: SeriesColumns = { timestampsMs, values, qualities, gates };
      this.firstMs ??= timestampsMs[0] as number;
      this.#lastMs = timestampsMs[table.length - 1] as number;
      this.values += table.length;
      await inTurns(
        table.length,
        (start, end) => {
          for (const run of this.#runs) run.apply(columns, start, end);
        },
        deps,
      );
      onProgress((this.#lastMs - range.fromMs) / span);
    }
    deps.signal.throwIfAborted();
    onProgress(1);
  }

  /** What is active at the end is counted up to the last value. */
  finish(endMs: number) {
    for (const run of this.#runs) run.finish(this.#lastMs, endMs);
    const now = this.now?.recorder.raises ?? [];
    const would = this.would.recorder.raises;
    const excursions = this.#observer?.find(this.#lastMs, this.#series.respondMs) ?? [];
    return { compared: compareRaises(now, would, this.#rules), detection: detect(excursions, now, would) };
  }

  get isCut(): boolean {
    return this.#runs.some(({ recorder }) => recorder.isTruncated);
  }
}

function isAboutLimits(tried: TriedRule | null): tried is LevelTried {
  return tried?.rule.kind === 'level';
}

/** The figures of one variant over all series. */
class Variant {
  readonly minutes: MinuteCounts;
  #raises = 0;
  #activeMs = 0;
  #chattering = 0;

  constructor(fromMs: number, toMs: number) {
    this.minutes = new MinuteCounts(fromMs, toMs);
  }

  add(recorder: RaiseRecorder | null): void {
    if (recorder === null) return;
    this.#raises += recorder.count;
    this.#activeMs += recorder.activeMs;
    this.#chattering += recorder.chattering;
  }

  figures(): VariantFigures {
    return {
      raises: this.#raises,
      activeMs: this.#activeMs,
      chattering: this.#chattering,
      worstTenMinutes: this.minutes.worstTenMinutes(),
    };
  }
}

/** Keeps the first raises of all series in the order of time. */
class FirstRaises {
  readonly #max: number;
  #kept: (ComparedRaise & { machineId: string })[] = [];
  isTruncated = false;

  constructor(max: number) {
    this.#max = max;
  }

  add(machineId: string, compared: readonly ComparedRaise[]): void {
    const first = compared.slice(0, this.#max);
    this.#kept = [...this.#kept, ...first.map((each) => ({ ...each, machineId }))].sort(
      (a, b) => startOf(a) - startOf(b),
    );
    if (compared.length > first.length || this.#kept.length > this.#max) this.isTruncated = true;
    this.#kept = this.#kept.slice(0, this.#max);
  }

  all() {
    return this.#kept;
  }
}
