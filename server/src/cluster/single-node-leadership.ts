// The watch of a server that is alone: it always has it.

import type { LeaderDuty, Leadership } from './leadership.ts';

export class SingleNodeLeadership implements Leadership {
  #duty: LeaderDuty | null = null;

  get leads(): boolean {
    return this.#duty !== null;
  }

  async start(duty: LeaderDuty): Promise<void> {
    this.#duty = duty;
    await duty.take({ epoch: null, keptUntilMs: null, lost: () => {} });
  }

  async stop(): Promise<void> {
    const duty = this.#duty;
    this.#duty = null;
    await duty?.finish();
  }
}
