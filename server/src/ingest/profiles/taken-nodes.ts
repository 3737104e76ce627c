// The nodes of a message that a rule has used, so that wildcards and the recogniser do not take them again.

import { isRecord } from '../codecs/reading-path.ts';
import type { MappingCost } from './mapping-cost.ts';

export class TakenNodes {
  readonly #keys = new Map<object, Set<string | number>>();

  add(holder: object | null, key: string | number): void {
    if (holder === null) return;
    const known = this.#keys.get(holder);
    if (known === undefined) this.#keys.set(holder, new Set([key]));
    else known.add(key);
  }

  has(holder: object | null, key: string | number): boolean {
    return holder !== null && this.#keys.get(holder)?.has(key) === true;
  }

  /** A copy of the node without what was taken; undefined where nothing is left. `depth` bounds the recursion, as JSON is bounded. */
  rest(node: unknown, cost: MappingCost, depth = 0): unknown {
    cost.nodes++;
    if (typeof node !== 'object' || node === null || depth > 64 || cost.isTooHigh) return node;
    const taken = this.#keys.get(node);
    if (Array.isArray(node)) {
      const left = node.flatMap((each, i) => {
        const rest = taken?.has(i) === true ? undefined : this.rest(each, cost, depth + 1);
        return rest === undefined ? [] : [rest];
      });
      return left.length === 0 ? undefined : left;
    }
    if (!isRecord(node)) return undefined;
    const left: Record<string, unknown> = {};
    let isEmpty = true;
    for (const key of Object.keys(node)) {
      if (taken?.has(key) === true || key === '__proto__') continue;
      const rest = this.rest(node[key], cost, depth + 1);
      if (rest === undefined) continue;
      left[key] = rest;
      isEmpty = false;
    }
    return isEmpty ? undefined : left;
  }
}
