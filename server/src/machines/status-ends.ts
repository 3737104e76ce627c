// Returns machines to their former status when the one that a person set ends. The leader does it, also after a restart.

import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { MachineRecord } from './machine-repository.ts';
import type { MachineService } from './machine-service.ts';

const LOOK_EVERY_MS = 1000;

export class StatusEnds {
  readonly #machines: Pick<MachineService, 'entries' | 'endStatuses'>;
  readonly #onEnded: (machines: readonly MachineRecord[]) => Promise<void>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(deps: {
    machines: Pick<MachineService, 'entries' | 'endStatuses'>;
    /** With the machines as they are now. */
    onEnded: (machines: readonly MachineRecord[]) => Promise<void>;
    clock: Clock;
    log: Logger;
  }) {
    this.#machines = deps.machines;
    this.#onEnded = deps.onEnded;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  start(): void {
    this.#timer = setInterval(() => this.check(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  /** Called each second. */
  check(): void {
    if (this.#running !== null || !this.#isDue(this.#clock.nowMs())) return;
    this.#running = this.#end().finally(() => {
      this.#running = null;
    });
  }

  #isDue(nowMs: number): boolean {
    for (const { record } of this.#machines.entries()) {
      if (record.statusUntilMs !== null && record.statusUntilMs <= nowMs) return true;
    }
    return false;
  }

  async #end(): Promise<void> {
    try {
      const ended = await this.#machines.endStatuses(this.#clock.nowMs());
      if (ended.length > 0) await this.#onEnded(ended);
    } catch (error) {
      this.#log.warn({ err: error }, 'Machines cannot return to their former status yet; this is retried');
    }
  }
}
