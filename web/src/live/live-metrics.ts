// The metrics that the page has heard of, by their number in this page: names, kinds and states. Numbers in live frames are of
// one connection, and are translated here.

import { type FrameMetric, type FrameValues, METRIC_NAMES, type MetricKind, type ShownValue } from '@gonsters/contract';
import { ChangeSignal } from './change-signal.ts';

/** The metrics that every machine has, by their number; the first of all. */
export const SEED_METRICS: readonly number[] = METRIC_NAMES.map((_, metric) => metric);

interface Known {
  readonly name: string;
  /** null until a value or the server has told. */
  kind: MetricKind | null;
  /** Names of the states by their code in this page. */
  states: readonly string[];
}

export class LiveMetrics {
  /** A metric was met, or what is known of one has changed. */
  readonly signal = new ChangeSignal();
  readonly #known: Known[] = [];
  readonly #numbers = new Map<string, number>();
  /** By the number that the frames of this connection have for the metric. */
  readonly #ofFrames = new Map<number, { metric: number; codes: readonly number[] | null }>();

  constructor() {
    for (const name of METRIC_NAMES) this.numberOf(name);
  }

  /** The same number for a name as long as the page is open. */
  numberOf(name: string): number {
    let metric = this.#numbers.get(name);
    if (metric === undefined) {
      metric = this.#known.push({ name, kind: null, states: [] }) - 1;
      this.#numbers.set(name, metric);
    }
    return metric;
  }

  nameOf(metric: number): string {
    return this.#of(metric).name;
  }

  kindOf(metric: number): MetricKind | null {
    return this.#of(metric).kind;
  }

  statesOf(metric: number): readonly string[] {
    return this.#of(metric).states;
  }

  /** A value of a reply as a number: booleans are 0 and 1, states their code in this page. NaN for null. */
  valueOf(metric: number, value: ShownValue | undefined): number {
    const known = this.#of(metric);
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') {
      known.kind ??= 'boolean';
      return value ? 1 : 0;
    }
    if (typeof value !== 'string') return Number.NaN;
    known.kind ??= 'state';
    return this.#codeOf(known, value);
  }

  /** What the server says before it uses the numbers. */
  announce(metrics: readonly FrameMetric[]): void {
    for (const { number, name, kind, states = [] } of metrics) {
      const metric = this.numberOf(name);
      const known = this.#of(metric);
      known.kind = kind;
      const codes = states.map((state) => this.#codeOf(known, state));
      this.#ofFrames.set(number, { metric, codes: codes.every((code, at) => code === at) ? null : codes });
    }
    this.signal.tell();
  }

  /** Another connection has other numbers. */
  forgetNumbers(): void {
    this.#ofFrames.clear();
  }

  /**
   * Replaces the numbers of the connection by those of the page, in place.
   *
   * @throws RangeError if the server has not announced a metric
   */
  translate({ metrics, values }: FrameValues): void {
    for (let k = 0; k < metrics.length; k++) {
      const announced = this.#ofFrames.get(metrics[k] as number);
      if (announced === undefined) throw new RangeError('A frame has a metric that was not announced');
      metrics[k] = announced.metric;
      if (announced.codes !== null) values[k] = announced.codes[values[k] as number] ?? Number.NaN;
    }
  }

  #codeOf(known: Known, state: string): number {
    const code = known.states.indexOf(state);
    if (code >= 0) return code;
    known.states = [...known.states, state];
    return known.states.length - 1;
  }

  #of(metric: number): Known {
    const known = this.#known[metric];
    if (known === undefined) throw new RangeError(`There is no metric ${metric}`);
    return known;
  }
}
