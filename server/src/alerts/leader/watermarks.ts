// Per machine the time up to which its readings have been evaluated. Every node keeps them, so that it knows from where to
// replay when it becomes leader.

import type { MachineEntry } from '../../machines/machine-service.ts';

/** Readings are evaluated much sooner than this after they are stored. */
const INTERVAL_MS = 10_000;

export class Watermarks {
  #current: ReadonlyMap<string, number> | null = null;
  /** Becomes the current ones with the next call of `advance`. */
  #next: ReadonlyMap<string, number> | null = null;
  #nextAtMs = Number.NEGATIVE_INFINITY;

  /** To be called while some leader is up to date: what was stored an interval ago has been evaluated. */
  advance(machines: Iterable<MachineEntry>, nowMs: number): void {
    if (Math.abs(nowMs - this.#nextAtMs) < INTERVAL_MS) return;
    this.#current = this.#next;
    // At most now, so that a device whose clock is ahead does not hide readings that arrive later.
    this.#next = new Map(Array.from(machines, ({ record, latestMs }) => [record.id, Math.min(latestMs, nowMs)]));
    this.#nextAtMs = nowMs;
  }

  /** undefined where nothing is known of the machine. */
  of(machineId: string): number | undefined {
    const watermarkMs = this.#current?.get(machineId);
    return watermarkMs === undefined || Number.isNaN(watermarkMs) ? undefined : watermarkMs;
  }
}
