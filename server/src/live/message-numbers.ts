// Finds out from the numbers of others' messages that some never came.

/** Nodes that started since this one did; past it, all are met anew. */
const MAX_SENDERS = 1000;

export class MessageNumbers {
  readonly #last = new Map<string, number>();

  /** Forgets everybody: what comes next is where each begins. */
  clear(): void {
    this.#last.clear();
  }

  /** @returns false where messages of this sender are missing before this one */
  note(sender: string, number: number, isPulse: boolean): boolean {
    const last = this.#last.get(sender);
    if (last === undefined && this.#last.size >= MAX_SENDERS) this.#last.clear();
    this.#last.set(sender, number);
    if (last === undefined) return true;
    return number === (isPulse ? last : last + 1);
  }
}
