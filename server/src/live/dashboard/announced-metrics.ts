// Which metrics one dashboard knows by their number: a metric is announced before the first frame that has a value of it.

import type { FrameMetric } from '@gonsters/contract';
import { metricNameAt } from '../../metric-index.ts';
import type { ShownMetrics } from '../../readings/shown-metrics.ts';

export class AnnouncedMetrics {
  readonly #metrics: ShownMetrics;
  readonly #announced = new Set<number>();
  #version: number;

  constructor(metrics: ShownMetrics) {
    this.#metrics = metrics;
    this.#version = metrics.version;
  }

  /** Those of `used` that must be announced now: new ones, and after a change of the catalogue every one. */
  take(used: Iterable<number>): FrameMetric[] {
    if (this.#version !== this.#metrics.version) {
      this.#version = this.#metrics.version;
      this.#announced.clear();
    }
    const fresh: FrameMetric[] = [];
    for (const metric of used) {
      if (this.#announced.has(metric)) continue;
      this.#announced.add(metric);
      const kind = this.#metrics.kindOf(metric);
      const named = { number: metric, name: metricNameAt(metric), kind };
      fresh.push(kind === 'state' ? { ...named, states: this.#metrics.statesOf(metric) } : named);
    }
    return fresh;
  }
}
