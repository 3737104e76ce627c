// The watch of a server that is alone: it always has it.

import type { Leadership, WatchDuty } from './leadership.ts';

export class AloneLeadership implements Leadership {
  #duty: WatchDuty | null = null;

  get leads(): boolean {
    return this.#duty !== null;
  }

  async start(duty: WatchDuty): Promise<void> {
    this.#duty = duty;
    await duty.take({ epoch: null, keptUntilMs: null, lost: () => {} });
  }

  async stop(): Promise<void> {
    const duty = this.#duty;
    this.#duty = null;
    await duty?.finish();
  }
}
