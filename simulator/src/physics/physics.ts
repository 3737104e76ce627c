// What the simulated machines have in common: a moment of their work, and small helpers of physics.

import type { SentValues } from '../sent-values.ts';

/** The work and the health of a machine at one moment. */
export interface Moment {
  /** UTC ms. */
  readonly nowMs: number;
  /** Since the moment before. */
  readonly seconds: number;
  /** From 0 (idle) to 1 (full). */
  readonly load: number;
  /** Whether the work cycle is in its phase under load. */
  readonly isBusy: boolean;
  /** The fault that is present; null for none. */
  readonly fault: string | null;
  /** The fault that is present or comes next. */
  readonly nextFault: string;
  /** From 0 (healthy) to 1 (the next fault is present). It grows exponentially during the last hour before the fault. */
  readonly wear: number;
}

/** The behaviour of a type of machines. */
export interface Physics {
  /** Moves the state to `moment`. Steps of any length lead to plausible values. */
  advance(moment: Moment): void;
  /** Measures the metrics of the catalogue that the machine has; with `all`, its other metrics too. */
  measure(all: boolean): SentValues;
}

/** How far a kind of fault has developed, from 0 to 1. */
export function wearOf(moment: Moment, kind: string): number {
  return moment.nextFault === kind ? moment.wear : 0;
}

/** A first-order lag, which is exact for any step. */
export function towards(value: number, target: number, seconds: number, timeConstantS: number): number {
  return target + (value - target) * Math.exp(-seconds / timeConstantS);
}

export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** A work shift begins at 06:00, 14:00 and 22:00 UTC. Counters of parts begin again with it. */
export function shiftNumber(nowMs: number): number {
  return Math.floor((nowMs / 3_600_000 + 2) / 8);
}
