// What the mapping of one message may cost. A profile that needs more is refused for the message, which is counted and told.

/** Nodes of payloads that are visited, and values and records that are found. */
export const MAX_NODES = 100_000;
const MAX_RECORDS = 10_000;
const MAX_VALUES = 20_000;
/**
 * Nodes that one profile may visit in a second: about a quarter of a core. At the most values that the store takes in a second, it is
 * many nodes for each of them.
 */
const MAX_NODES_PER_SECOND = 5_000_000;

export class MappingCost {
  nodes = 0;
  records = 0;
  values = 0;

  get isTooHigh(): boolean {
    return this.nodes > MAX_NODES || this.records > MAX_RECORDS || this.values > MAX_VALUES;
  }
}

/** The share of time of one profile. */
export class MappingShare {
  #second = 0;
  #nodes = 0;

  spend(nodes: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#nodes = 0;
    }
    this.#nodes += nodes;
  }

  isSpent(nowMs: number): boolean {
    return this.#nodes > MAX_NODES_PER_SECOND && Math.floor(nowMs / 1000) === this.#second;
  }
}
