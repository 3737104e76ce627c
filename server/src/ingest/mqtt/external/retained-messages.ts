// What an external broker has handed out at subscribing: every connection gets all of it again, at every reconnect.

import { createHash } from 'node:crypto';

/** Whoever may publish may invent topics. */
const MAX_TOPICS = 10_000;

export class RetainedMessages {
  /** The newest message of each topic, as a hash; the oldest entry makes room. */
  readonly #newest = new Map<string, string>();
  /** Topics with a refused message; past the bound, none of a further topic is shown. */
  readonly #refused = new Set<string>();

  /** Whether exactly this message was handed out before. */
  isRepeated(topic: string, payload: Uint8Array): boolean {
    const hash = createHash('sha256').update(payload).digest('base64');
    const isRepeated = this.#newest.get(topic) === hash;
    this.#newest.delete(topic);
    this.#newest.set(topic, hash);
    if (this.#newest.size > MAX_TOPICS) this.#newest.delete(this.#newest.keys().next().value as string);
    return isRepeated;
  }

  /** Whether a refusal is the first one of its topic, so that reconnects do not crowd out what else was refused. */
  isFirstRefusal(topic: string): boolean {
    if (this.#refused.has(topic) || this.#refused.size >= MAX_TOPICS) return false;
    this.#refused.add(topic);
    return true;
  }
}
