// Puts the messages of a node in the order of their sequence numbers (0 to 255, then again 0). Pure: it has no timer.

/** How long a missing message may be late. */
export const REORDER_MS = 2_000;
const NUMBERS = 256;
/** A number that is further ahead than this is one from before. */
const MAX_AHEAD = NUMBERS / 2;

export class MessageOrder<Message> {
  #expected: number;
  /** By sequence number: messages that came before one with a smaller number. At most `MAX_AHEAD`. */
  readonly #held = new Map<number, Message>();
  /** When the oldest gap was seen; null without a gap. */
  #gapSinceMs: number | null = null;

  /** @param first the sequence number of the birth */
  constructor(first: number) {
    this.#expected = next(first);
  }

  get hasGap(): boolean {
    return this.#gapSinceMs !== null;
  }

  /**
   * @param nowMs of a clock that never goes back
   * @returns what may be processed now, in order. A message that was here before, or that is too late, is returned at once.
   */
  accept(seq: number, message: Message, nowMs: number): Message[] {
    const ahead = (seq - this.#expected + NUMBERS) % NUMBERS;
    if (ahead >= MAX_AHEAD || this.#held.has(seq)) return [message];
    if (ahead > 0) {
      this.#held.set(seq, message);
      this.#gapSinceMs ??= nowMs;
      return [];
    }
    this.#expected = next(seq);
    const ready = [message, ...this.#takeNext()];
    // Another gap begins with what is still missing.
    this.#gapSinceMs = this.#held.size > 0 ? nowMs : null;
    return ready;
  }

  /** The held messages in order, once the missing one is late; empty before. It is no longer waited for then. */
  expire(nowMs: number): Message[] {
    return this.#gapSinceMs !== null && nowMs - this.#gapSinceMs >= REORDER_MS ? this.release() : [];
  }

  /** The held messages in order; nothing is waited for any longer. */
  release(): Message[] {
    const released: Message[] = [];
    for (let left = NUMBERS; this.#held.size > 0 && left > 0; left--) {
      released.push(...this.#takeNext());
      if (this.#held.size > 0) this.#expected = next(this.#expected);
    }
    this.#gapSinceMs = null;
    return released;
  }

  #takeNext(): Message[] {
    const taken: Message[] = [];
    for (;;) {
      const message = this.#held.get(this.#expected);
      if (message === undefined) return taken;
      this.#held.delete(this.#expected);
      taken.push(message);
      this.#expected = next(this.#expected);
    }
  }
}

const next = (seq: number) => (seq + 1) % NUMBERS;
