// Compiles the paths of a profile into functions. Paths are no expressions of a language: nothing of them is evaluated as code.

import { type JsonPath, type PathFilter, type PathSegment, parseJsonPath } from '@gonsters/contract';
import { isRecord } from '../codecs/reading-path.ts';
import type { MappingCost } from './mapping-cost.ts';

/**
 * A node with its place in the payload; the root has no holder. `selected` is the key where the last segment of the path chose among
 * several; null for a path that does not choose.
 */
export type Visit = (
  value: unknown,
  holder: object | null,
  key: string | number,
  selected: string | number | null,
) => void;
/** Calls `visit` for each node that the path selects, in the order of the payload, until the cost is too high. */
export type SelectNodes = (payload: unknown, record: unknown, cost: MappingCost, visit: Visit) => void;

export interface CompiledPath {
  readonly each: SelectNodes;
  /** The keys of a path that selects at most one node without testing anything; else null. */
  readonly keys: readonly (string | number)[] | null;
  readonly isFromPayload: boolean;
  /** The name of the record in its object, which no node is. */
  readonly isKey: boolean;
  /** The last name in it, for the names of the elements of a list. */
  readonly lastName: string | null;
}

/** @throws Error for a path that the schema of profiles refuses */
export function compilePath(text: string): CompiledPath {
  const path = parseJsonPath(text);
  if (typeof path === 'string') throw new Error(`The path ${text} ${path}`);
  const { segments } = path;
  const isFromPayload = path.root === '$';
  const lastName = segments.findLast((segment) => typeof segment === 'string') ?? null;
  const isFixed = segments.every((segment) => typeof segment !== 'object');
  const keys = isFixed ? (segments as readonly (string | number)[]) : null;
  return {
    each: keys === null ? selectMany(path) : selectOne(keys, isFromPayload),
    keys,
    isFromPayload,
    isKey: path.isKey,
    lastName,
  };
}

/** The child with this key; undefined where there is none. Inherited properties are none. */
export function childOf(node: unknown, key: string | number): unknown {
  if (typeof key === 'string') {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined;
    const value = (node as Record<string, unknown>)[key];
    return value !== undefined && key in Object.prototype && !Object.hasOwn(node, key) ? undefined : value;
  }
  if (!Array.isArray(node)) return undefined;
  return node[key < 0 ? node.length + key : key];
}

function selectOne(keys: readonly (string | number)[], isFromPayload: boolean): SelectNodes {
  const last = keys.at(-1);
  const parents = keys.slice(0, -1);
  return (payload, record, cost, visit) => {
    const from = isFromPayload ? payload : record;
    cost.nodes += keys.length + 1;
    if (last === undefined) {
      visit(from, null, '', null);
      return;
    }
    let node: unknown = from;
    for (const key of parents) {
      node = childOf(node, key);
      if (node === undefined) return;
    }
    const value = childOf(node, last);
    if (value !== undefined) visit(value, node as object, indexIn(node, last), null);
  };
}

/** The position that a negative index means. */
export const indexIn = (node: unknown, key: string | number) =>
  typeof key === 'number' && key < 0 ? (node as unknown[]).length + key : key;

function selectMany({ root, segments }: JsonPath): SelectNodes {
  return (payload, record, cost, visit) =>
    walk(root === '$' ? payload : record, null, '', null, segments, 0, cost, visit);
}

function walk(
  node: unknown,
  holder: object | null,
  key: string | number,
  selected: string | number | null,
  segments: readonly PathSegment[],
  at: number,
  cost: MappingCost,
  visit: Visit,
): void {
  cost.nodes++;
  const segment = segments[at];
  if (segment === undefined) {
    visit(node, holder, key, selected);
    return;
  }
  if (typeof segment !== 'object') {
    const child = childOf(node, segment);
    if (child !== undefined)
      walk(child, node as object, indexIn(node, segment), selected, segments, at + 1, cost, visit);
    return;
  }
  if (Array.isArray(node)) {
    const [start, end] = boundsOf(segment, node.length);
    for (let i = start; i < end; i++) {
      if (cost.isTooHigh) return;
      if (segment.kind !== 'filter' || admits(segment, node[i], cost)) {
        walk(node[i], node, i, i, segments, at + 1, cost, visit);
      } else cost.nodes++;
    }
  } else if (segment.kind !== 'slice' && isRecord(node)) {
    for (const name of Object.keys(node)) {
      if (cost.isTooHigh) return;
      if (segment.kind !== 'filter' || admits(segment, node[name], cost)) {
        walk(node[name], node, name, name, segments, at + 1, cost, visit);
      } else cost.nodes++;
    }
  }
}

/** As RFC 9535, 2.3.4: negative positions count from the end. */
function boundsOf(segment: Exclude<PathSegment, string | number>, length: number): [number, number] {
  if (segment.kind !== 'slice') return [0, length];
  const within = (position: number) => Math.min(Math.max(position < 0 ? length + position : position, 0), length);
  return [within(segment.start ?? 0), within(segment.end ?? length)];
}

function admits({ path, test, literal }: PathFilter, node: unknown, cost: MappingCost): boolean {
  let value: unknown = node;
  cost.nodes += path.length;
  for (const key of path) value = childOf(value, key);
  switch (test) {
    case 'exists':
      return value !== undefined;
    case 'is':
      return value === literal;
    case 'is_not':
      return value !== literal;
  }
}
