// Which topics carry readings.

import { routeOf, type TopicRoute } from '../topic-route.ts';

const MAX_CACHED_ROUTES = 20_000;

export class TopicRoutes {
  readonly #filters: readonly (readonly string[])[];
  /** Routes by topic. Emptied when full, because a gateway may invent topics. */
  readonly #cache = new Map<string, TopicRoute>();

  /** @param filters MQTT topic filters, `+` and `#` included */
  constructor(filters: readonly string[]) {
    this.#filters = filters.map((filter) => filter.split('/'));
  }

  /** @returns null where no filter matches the topic */
  find(topic: string): TopicRoute | null {
    const cached = this.#cache.get(topic);
    if (cached !== undefined) return cached;
    const route = routeOf(topic);
    if (!this.#filters.some((filter) => matches(filter, route.levels))) return null;
    if (this.#cache.size >= MAX_CACHED_ROUTES) this.#cache.clear();
    this.#cache.set(topic, route);
    return route;
  }
}

/** MQTT 3.1.1 section 4.7: `#` also matches the parent level; wildcards do not match a first level that begins with `$`. */
export function matches(filter: readonly string[], levels: readonly string[]): boolean {
  if (levels[0]?.startsWith('$') && filter[0] !== levels[0]) return false;
  for (let i = 0; i < filter.length; i++) {
    if (filter[i] === '#') return true;
    if (i >= levels.length || (filter[i] !== '+' && filter[i] !== levels[i])) return false;
  }
  return filter.length === levels.length;
}
