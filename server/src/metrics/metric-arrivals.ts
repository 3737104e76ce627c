// The newest value of each metric that nobody has described, with its gateway and how often it comes. In memory only.

import type { SharedArrival } from './metric-events.ts';

/** Share of a new interval in the usual one. */
const WEIGHT = 0.2;

export class MetricArrivals {
  /** By name of the metric. */
  readonly #newest = new Map<string, SharedArrival>();
  #unshared = new Set<string>();

  note(name: string, arrival: Omit<SharedArrival, 'everyMs'>): void {
    const before = this.#newest.get(name);
    const everyMs =
      before === undefined || before.machineId !== arrival.machineId || arrival.atMs <= before.atMs
        ? (before?.everyMs ?? null)
        : usual(before.everyMs, arrival.atMs - before.atMs);
    this.#newest.set(name, { ...arrival, everyMs });
    this.#unshared.add(name);
  }

  get(name: string): SharedArrival | null {
    return this.#newest.get(name) ?? null;
  }

  /** What changed since the last call, for the other nodes; null if nothing did. */
  takeDelta(): Record<string, SharedArrival> | null {
    if (this.#unshared.size === 0) return null;
    const share = Object.fromEntries(
      [...this.#unshared].map((name) => [name, this.#newest.get(name) as SharedArrival]),
    );
    this.#unshared = new Set();
    return share;
  }

  /** From another node. */
  merge(share: Readonly<Record<string, SharedArrival>>): void {
    for (const [name, arrival] of Object.entries(share)) {
      if (arrival.atMs > (this.#newest.get(name)?.atMs ?? Number.NEGATIVE_INFINITY)) this.#newest.set(name, arrival);
    }
  }

  /** Call when the metric was accepted or deleted. */
  forget(name: string): void {
    this.#newest.delete(name);
    this.#unshared.delete(name);
  }
}

const usual = (before: number | null, interval: number) =>
  before === null ? interval : before + WEIGHT * (interval - before);
