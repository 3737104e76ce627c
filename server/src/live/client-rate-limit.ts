// Limits the events that one client may send: a burst, then a steady rate.

/** A legitimate client may subscribe to a thousand machines one by one. */
const MAX_BURST = 2000;
const REFILL_PER_TICK = 10;
/** The client is disconnected when this many events were refused since the burst was last fully available. */
const MAX_REFUSED = 10_000;

export class ClientRateLimit {
  #available = MAX_BURST;
  #refused = 0;

  /** Counts an event. `warn` is returned only for the first refused event, so that a flood is not answered with a flood. */
  check(): 'allow' | 'warn' | 'ignore' | 'disconnect' {
    if (this.#available > 0) {
      this.#available--;
      return 'allow';
    }
    this.#refused++;
    if (this.#refused > MAX_REFUSED) return 'disconnect';
    return this.#refused === 1 ? 'warn' : 'ignore';
  }

  onTick(): void {
    this.#available = Math.min(MAX_BURST, this.#available + REFILL_PER_TICK);
    if (this.#available === MAX_BURST) this.#refused = 0;
  }
}
