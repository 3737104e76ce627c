// How many events one client may send: a burst at once, then a steady pace.

/** A client that subscribes to a thousand machines one by one is still an honest one. */
const BURST = 2000;
const PER_TICK = 10;
/** Events refused since the budget was last whole, after which the client is disconnected. */
const PATIENCE = 10_000;

export class ClientRateLimit {
  #left = BURST;
  #refused = 0;

  /** `warn` only for the first event refused, so that a flood is not answered by a flood. */
  spend(): 'allow' | 'warn' | 'ignore' | 'disconnect' {
    if (this.#left > 0) {
      this.#left--;
      return 'allow';
    }
    this.#refused++;
    if (this.#refused > PATIENCE) return 'disconnect';
    return this.#refused === 1 ? 'warn' : 'ignore';
  }

  onTick(): void {
    this.#left = Math.min(BURST, this.#left + PER_TICK);
    if (this.#left === BURST) this.#refused = 0;
  }
}
