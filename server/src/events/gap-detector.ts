// Detects from the sequence numbers of other nodes' messages that some were lost, and from their heartbeats which nodes are silent.

/** Senders are remembered up to this number; past it, all of them are forgotten and met again. */
const MAX_SENDERS = 1000;
/** Heartbeats come every second. */
const SILENT_AFTER_MS = 3500;
/** A node that is silent may only be disconnected from Redis and still run. After this time it counts as dead. */
const DEAD_AFTER_MS = 15 * 60_000;

export class GapDetector {
  readonly #lastMessages = new Map<string, { sequence: number; receivedMs: number }>();

  /** Forgets all senders: the next message of each is its first. */
  clear(): void {
    this.#lastMessages.clear();
  }

  /** Forgets a sender that has stopped. */
  remove(sender: string): void {
    this.#lastMessages.delete(sender);
  }

  /** Records a message. @returns false where messages of this sender were lost before it */
  record(sender: string, sequence: number, isHeartbeat: boolean, nowMs: number): boolean {
    const last = this.#lastMessages.get(sender)?.sequence;
    if (last === undefined && this.#lastMessages.size >= MAX_SENDERS) this.#lastMessages.clear();
    this.#lastMessages.set(sender, { sequence, receivedMs: nowMs });
    if (last === undefined) return true;
    return sequence === (isHeartbeat ? last : last + 1);
  }

  /** Whether a sender whose name starts with `prefix` has sent a message recently. */
  isAlive(prefix: string, nowMs: number): boolean {
    for (const [sender, { receivedMs }] of this.#lastMessages) {
      if (sender.startsWith(prefix) && nowMs - receivedMs <= SILENT_AFTER_MS) return true;
    }
    return false;
  }

  /** Whether some sender is silent and did not announce that it stops. */
  isAnySilent(nowMs: number): boolean {
    let isAnySilent = false;
    for (const [sender, { receivedMs }] of this.#lastMessages) {
      if (nowMs - receivedMs > DEAD_AFTER_MS) this.#lastMessages.delete(sender);
      else if (nowMs - receivedMs > SILENT_AFTER_MS) isAnySilent = true;
    }
    return isAnySilent;
  }
}
