// Which topics carry readings, and which machine a topic names.

/** `machineId` null: the payload names its machines. Ids are in lower case. */
export interface TopicRoute {
  readonly factoryId: string | null;
  readonly machineId: string | null;
}

const TELEMETRY = /^factory\/([^/]+)\/machine\/([^/]+)\/telemetry$/;
const KEPT_ROUTES = 20_000;

export class TopicRoutes {
  readonly #filters: readonly (readonly string[])[];
  /** Parsed once per topic; emptied when full, since a gateway may invent topics. */
  readonly #known = new Map<string, TopicRoute>();

  /** @param filters MQTT topic filters, `+` and `#` included */
  constructor(filters: readonly string[]) {
    this.#filters = filters.map((filter) => filter.split('/'));
  }

  /** Null where no filter takes the topic. */
  find(topic: string): TopicRoute | null {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const levels = topic.split('/');
    if (!this.#filters.some((filter) => fits(filter, levels))) return null;
    const match = TELEMETRY.exec(topic);
    const route = { factoryId: match?.[1] ?? null, machineId: match?.[2]?.toLowerCase() ?? null };
    if (this.#known.size >= KEPT_ROUTES) this.#known.clear();
    this.#known.set(topic, route);
    return route;
  }
}

/** MQTT 3.1.1 section 4.7: `#` also takes the level above it; wildcards never take a first level that begins with `$`. */
function fits(filter: readonly string[], levels: readonly string[]): boolean {
  if (levels[0]?.startsWith('$') && filter[0] !== levels[0]) return false;
  for (let i = 0; i < filter.length; i++) {
    if (filter[i] === '#') return true;
    if (i >= levels.length || (filter[i] !== '+' && filter[i] !== levels[i])) return false;
  }
  return filter.length === levels.length;
}
