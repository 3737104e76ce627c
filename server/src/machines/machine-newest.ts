// The newest values of a machine as replies have them, and the few of them that stand for the machine in lists.

import { type LatestReading, METRIC_NAMES, METRICS } from '@gonsters/contract';
import { metricNameAt } from '../metric-index.ts';
import { type ShownMetrics, shownQuality, shownValue } from '../readings/shown-metrics.ts';
import { utcText } from '../utc-text.ts';
import type { MachineEntry } from './machine-entry.ts';

/** What the catalogue says of metrics and machine types. */
export interface MachineMetrics extends ShownMetrics {
  /** The headline metrics of a machine type, by their number (`metric-index.ts`); empty if none were chosen. */
  headlineOf(sensorType: string): readonly number[];
}
/** Names of metrics that are wanted besides the headline. */
export type MoreMetrics = ReadonlySet<string> | 'all';

/** The metrics that every machine has, by their number. */
const BUILT_IN: readonly number[] = METRICS.map((_, metric) => metric);
const MAX_HEADLINE = 4;
const NO_MORE: MoreMetrics = new Set();

export class MachineNewest {
  readonly #metrics: MachineMetrics;

  constructor(metrics: MachineMetrics) {
    this.#metrics = metrics;
  }

  /**
   * Up to four metrics that stand for the machine wherever many machines are shown: those of its type, or those that every
   * machine has. A machine that sends none of the latter has the first ones that it sends.
   */
  headlineOf({ record, latest }: MachineEntry): readonly number[] {
    const chosen = this.#metrics.headlineOf(record.sensorType);
    if (chosen.length > 0) return chosen;
    if (latest.length === 0 || latest.metricAt(0) < METRICS.length) return BUILT_IN;
    const sent: number[] = [];
    for (let i = 0; i < latest.length && sent.length < MAX_HEADLINE; i++) {
      const metric = latest.metricAt(i);
      if (this.#metrics.isShown(metric)) sent.push(metric);
    }
    return sent;
  }

  /**
   * Null if the machine has sent nothing. The metrics that every machine has are always there; the others are if they have a
   * value, are shown, and belong to the headline or to `more`.
   */
  readingOf(entry: MachineEntry, more = NO_MORE): LatestReading | null {
    const { latest, latestMs } = entry;
    if (Number.isNaN(latestMs)) return null;
    const headline = this.headlineOf(entry);
    const isWanted = (metric: number) =>
      metric < METRICS.length ||
      (this.#metrics.isShown(metric) &&
        (more === 'all' || headline.includes(metric) || more.has(metricNameAt(metric))));
    const values: Record<string, unknown> = Object.fromEntries(METRIC_NAMES.map((name) => [name, null]));
    const at: Record<string, string> = {};
    const quality: Record<string, string> = {};
    for (let i = 0; i < latest.length; i++) {
      const metric = latest.metricAt(i);
      if (!isWanted(metric)) continue;
      const name = metricNameAt(metric);
      values[name] = shownValue(this.#metrics, metric, latest.valueAt(i), latest.qualityAt(i));
      at[name] = utcText(latest.timeAt(i));
      const notGood = shownQuality(latest.qualityAt(i));
      if (notGood !== null) quality[name] = notGood;
    }
    const reading = { timestamp: utcText(latestMs), ...values, at };
    return (Object.keys(quality).length > 0 ? { ...reading, quality } : reading) as unknown as LatestReading;
  }
}
