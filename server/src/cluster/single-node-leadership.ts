// Leadership on a server that runs alone: it is always the leader.

import type { LeaderDuty, Leadership } from '../alerts/leader/leadership.ts';

export class SingleNodeLeadership implements Leadership {
  #duty: LeaderDuty | null = null;

  get isLeader(): boolean {
    return this.#duty !== null;
  }

  async start(duty: LeaderDuty): Promise<void> {
    this.#duty = duty;
    await duty.becomeLeader({ epoch: null, watermarkMs: null, deposed: () => {} });
  }

  async stop(): Promise<void> {
    const duty = this.#duty;
    this.#duty = null;
    await duty?.resign();
  }
}
