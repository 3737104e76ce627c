// Which nodes of an external broker have not been born since the host connected. They are asked for their births, because they may have
// sent them before.

import type { Clock, MonotonicClock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { NodeRecords } from './node-records.ts';

/** Nodes that wait for the STATE of the host send their births by themselves. */
const ASK_AFTER_MS = 2_000;
/** So that not all nodes of a plant send their births at once. */
const ASKED_AT_ONCE = 5;
const MAX_NODES = 10_000;
/** How often a node that is born again and again is written down. */
const SAVED_EVERY_MS = 3_600_000;

export class KnownNodes {
  readonly #records: NodeRecords;
  readonly #clock: Clock;
  readonly #monotonic: MonotonicClock;
  readonly #log: Logger;
  /** Paths that were not born since the host connected. */
  readonly #silent = new Set<string>();
  /** Paths with the time at which they were written down. */
  readonly #saved = new Map<string, number>();
  #askFromMs = Number.POSITIVE_INFINITY;

  constructor(deps: { records: NodeRecords; clock: Clock; monotonic: MonotonicClock; log: Logger }) {
    this.#records = deps.records;
    this.#clock = deps.clock;
    this.#monotonic = deps.monotonic;
    this.#log = deps.log;
  }

  /** The host has connected to the broker. Never rejects: nodes that cannot be read are asked when they send data. */
  async connected(): Promise<void> {
    this.#askFromMs = this.#monotonic.elapsedMs() + ASK_AFTER_MS;
    for (const path of this.#saved.keys()) this.#silent.add(path);
    try {
      const paths = await this.#records.load(this.#clock.nowMs(), MAX_NODES);
      for (const path of paths) if (!this.#saved.has(path)) this.#silent.add(path);
    } catch (error) {
      this.#log.warn({ err: error }, 'The Sparkplug nodes of earlier could not be read');
    }
  }

  born(path: string): void {
    this.#silent.delete(path);
    const nowMs = this.#clock.nowMs();
    const savedMs = this.#saved.get(path);
    if (savedMs !== undefined && nowMs - savedMs < SAVED_EVERY_MS) return;
    if (this.#saved.size >= MAX_NODES) this.#saved.clear();
    this.#saved.set(path, nowMs);
    this.#records.save(path, nowMs).catch((error: unknown) => {
      this.#saved.delete(path);
      this.#log.debug({ err: error, path }, 'A Sparkplug node could not be written down');
    });
  }

  /** The next paths to be asked. Called ten times a second; each path is returned once. */
  takeSilent(): string[] {
    if (this.#silent.size === 0 || this.#monotonic.elapsedMs() < this.#askFromMs) return [];
    const next: string[] = [];
    for (const path of this.#silent) {
      next.push(path);
      this.#silent.delete(path);
      if (next.length === ASKED_AT_ONCE) break;
    }
    return next;
  }
}
