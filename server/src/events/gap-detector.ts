// Finds out from the numbers of others' messages that some never came, and from their pulses who has fallen silent.

/** Nodes that started since this one did; past it, all are met anew. */
const MAX_SENDERS = 1000;
/** Pulses come every second. */
const SILENT_AFTER_MS = 3500;
/** Who did not say goodbye may be cut off and work on; who says nothing for so long is taken for dead. */
const DEAD_AFTER_MS = 15 * 60_000;

export class GapDetector {
  readonly #last = new Map<string, { number: number; atMs: number }>();

  /** Forgets everybody: what comes next is where each begins. */
  clear(): void {
    this.#last.clear();
  }

  /** It has said goodbye. */
  forget(sender: string): void {
    this.#last.delete(sender);
  }

  /** @returns false where messages of this sender are missing before this one */
  note(sender: string, number: number, isPulse: boolean, nowMs: number): boolean {
    const last = this.#last.get(sender)?.number;
    if (last === undefined && this.#last.size >= MAX_SENDERS) this.#last.clear();
    this.#last.set(sender, { number, atMs: nowMs });
    if (last === undefined) return true;
    return number === (isPulse ? last : last + 1);
  }

  /** Whether a sender whose name begins so was heard lately. */
  isHeard(beginning: string, nowMs: number): boolean {
    for (const [sender, { atMs }] of this.#last) {
      if (sender.startsWith(beginning) && nowMs - atMs <= SILENT_AFTER_MS) return true;
    }
    return false;
  }

  /** Whether somebody has fallen silent without a goodbye. */
  isAnySilent(nowMs: number): boolean {
    let isAnySilent = false;
    for (const [sender, { atMs }] of this.#last) {
      if (nowMs - atMs > DEAD_AFTER_MS) this.#last.delete(sender);
      else if (nowMs - atMs > SILENT_AFTER_MS) isAnySilent = true;
    }
    return isAnySilent;
  }
}
