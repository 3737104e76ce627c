// Recognises retained messages that an external broker sends again: every connection receives all of them at every reconnect.

import { createHash } from 'node:crypto';

/** The bound for a gateway that invents topics. */
const MAX_TOPICS = 10_000;

export class RetainedMessages {
  /** The hash of the newest message of each topic. The least recently used entry is removed when it is full. */
  readonly #newest = new Map<string, string>();
  /** Topics with a refused message. Past the bound, refusals of further topics are not reported. */
  readonly #refused = new Set<string>();

  /** Whether exactly this message was received before. */
  isRepeated(topic: string, payload: Uint8Array): boolean {
    const hash = createHash('sha256').update(payload).digest('base64');
    const isRepeated = this.#newest.get(topic) === hash;
    this.#newest.delete(topic);
    this.#newest.set(topic, hash);
    if (this.#newest.size > MAX_TOPICS) this.#newest.delete(this.#newest.keys().next().value as string);
    return isRepeated;
  }

  /** Whether a refusal is the first of its topic. Repeated ones would displace other dead letters at every reconnect. */
  isFirstRefusal(topic: string): boolean {
    if (this.#refused.has(topic) || this.#refused.size >= MAX_TOPICS) return false;
    this.#refused.add(topic);
    return true;
  }
}
