// How far each machine's readings had surely been evaluated, as a node knows that only looks on: for when it takes over.

import type { MachineEntry } from '../../machines/machine-service.ts';

/** Readings need some time from being stored to being evaluated, far less than this. */
const GENERATION_MS = 10_000;

export class Watermarks {
  #older: ReadonlyMap<string, number> | null = null;
  #newer: ReadonlyMap<string, number> | null = null;
  #newerAtMs = Number.NEGATIVE_INFINITY;

  /** Somebody keeps watch at this moment: what had come in a generation ago has been evaluated. */
  kept(machines: Iterable<MachineEntry>, nowMs: number): void {
    if (Math.abs(nowMs - this.#newerAtMs) < GENERATION_MS) return;
    this.#older = this.#newer;
    // A device whose clock is ahead hides nothing that comes until then.
    this.#newer = new Map(Array.from(machines, ({ record, latestMs }) => [record.id, Math.min(latestMs, nowMs)]));
    this.#newerAtMs = nowMs;
  }

  /** Time of a machine's reading up to which all are evaluated; undefined where nothing is known. */
  of(machineId: string): number | undefined {
    const position = this.#older?.get(machineId);
    return position === undefined || Number.isNaN(position) ? undefined : position;
  }
}
