// The newest value of each metric that nobody has described, with its gateway and how often it comes. In memory only.

import type { SharedArrival } from './metric-events.ts';

interface Pace {
  machineId: string;
  /** When its newest value arrived, and the time that value has. */
  arrivedMs: number;
  measuredMs: number;
  everyMs: number | null;
}

/** Another machine is watched when the watched one has sent nothing for this long. */
const SILENT_MS = 600_000;
/** Share of a new interval in the usual one. */
const WEIGHT = 0.2;

export class MetricArrivals {
  /** By name of the metric. */
  readonly #newest = new Map<string, SharedArrival>();
  /** How often one of the machines that send a metric does so, by name of the metric. */
  readonly #paces = new Map<string, Pace>();
  #unshared = new Set<string>();

  /** `measuredMs` is the time that the value has: a backlog arrives much faster than it was measured. */
  note(name: string, arrival: Omit<SharedArrival, 'everyMs'>, measuredMs: number): void {
    const everyMs = this.#everyMs(name, arrival, measuredMs) ?? this.#newest.get(name)?.everyMs ?? null;
    this.#newest.set(name, { ...arrival, everyMs });
    this.#unshared.add(name);
  }

  /** The usual interval of one machine: those of several machines say nothing. */
  #everyMs(name: string, { machineId, atMs }: Omit<SharedArrival, 'everyMs'>, measuredMs: number): number | null {
    const pace = this.#paces.get(name);
    if (pace === undefined || (pace.machineId !== machineId && atMs - pace.arrivedMs > SILENT_MS)) {
      this.#paces.set(name, { machineId, arrivedMs: atMs, measuredMs, everyMs: null });
      return null;
    }
    if (pace.machineId !== machineId) return pace.everyMs;
    pace.arrivedMs = atMs;
    if (measuredMs > pace.measuredMs) {
      pace.everyMs = usual(pace.everyMs, measuredMs - pace.measuredMs);
      pace.measuredMs = measuredMs;
    }
    return pace.everyMs;
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
    this.#paces.delete(name);
    this.#unshared.delete(name);
  }
}

const usual = (before: number | null, interval: number) =>
  before === null ? interval : before + WEIGHT * (interval - before);
