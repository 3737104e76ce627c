// Remembers what has been started, and stops it in the right order.

import type { Logger } from '../log.ts';

type Stoppable = { stop(): unknown } | { close(): unknown };

export class Lifecycle {
  readonly #log: Logger;
  readonly #edges: Stoppable[] = [];
  readonly #services: Stoppable[] = [];
  readonly #stores: Stoppable[] = [];
  #stopped: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A part that accepts requests or readings. All edges stop first and at the same time, so that none delays another. */
  edge<T extends Stoppable>(part: T): T {
    this.#edges.push(part);
    return part;
  }

  /** Any other part. Services stop after the edges, one after the other, the last one first. */
  service<T extends Stoppable>(part: T): T {
    this.#services.push(part);
    return part;
  }

  /** A part that holds data for others. Stores stop last, at the same time. */
  store<T extends Stoppable>(part: T): T {
    this.#stores.push(part);
    return part;
  }

  /** Safe twice. A part that fails to stop is logged, and the others are stopped all the same. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.#edges.map((part) => this.#stopOne(part)));
    for (const part of this.#services.reverse()) await this.#stopOne(part);
    await Promise.all(this.#stores.map((part) => this.#stopOne(part)));
  }

  async #stopOne(part: Stoppable): Promise<void> {
    try {
      await ('stop' in part ? part.stop() : part.close());
    } catch (error) {
      this.#log.error({ err: error }, 'A part did not stop cleanly');
    }
  }
}
