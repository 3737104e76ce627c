// What one client has subscribed to, as far as the broker sends anything there: messages of the Sparkplug host.

import { NAMESPACE } from '../../sparkplug/topic.ts';
import { matches } from '../topic-routes.ts';

/** A client needs a few. Further ones are granted like those of other topics, to which nothing is sent. */
const MAX_FILTERS = 100;
const FIRST_LEVELS = new Set([NAMESPACE, '+', '#']);

export class Subscriptions {
  readonly #filters = new Map<string, readonly string[]>();
  /** Those that were added since `takeNew` was called. */
  #added: (readonly string[])[] = [];

  add(filter: string): void {
    const levels = filter.split('/');
    if (!FIRST_LEVELS.has(levels[0] as string)) return;
    if (this.#filters.size >= MAX_FILTERS && !this.#filters.has(filter)) return;
    this.#filters.set(filter, levels);
    this.#added.push(levels);
  }

  remove(filter: string): void {
    this.#filters.delete(filter);
  }

  covers(topic: string): boolean {
    if (this.#filters.size === 0) return false;
    const levels = topic.split('/');
    return [...this.#filters.values()].some((filter) => matches(filter, levels));
  }

  /** Whether a subscription to the topic was added since the last call: what is retained there must be sent then. */
  takeNew(topic: string): boolean {
    if (this.#added.length === 0) return false;
    const levels = topic.split('/');
    const isNew = this.#added.some((filter) => matches(filter, levels));
    this.#added = [];
    return isNew;
  }
}
