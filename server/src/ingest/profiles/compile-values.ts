// Compiles the rules for values of a profile.

import type { ProfileSource, ProfileValueRule } from '@gonsters/contract';
import { type CompiledPath, childOf, compilePath } from './compile-path.ts';
import { type ConvertedValue, compileConversion } from './convert-value.ts';
import type { MappingCost } from './mapping-cost.ts';

/** A message while it is mapped. */
export interface MappingScope {
  readonly payload: unknown;
  readonly parts: ReadonlyMap<string, string>;
  readonly cost: MappingCost;
  record: unknown;
  /** The key of the record in the node that holds it; null for the payload itself. */
  recordKey: string | number | null;
}

/** Where a machine, a time or a name stands. */
export interface CompiledSource {
  /** null where it is in no payload. */
  readonly path: CompiledPath | null;
  /** undefined where there is none. */
  read(scope: MappingScope): unknown;
}

export interface CompiledValue {
  readonly path: CompiledPath;
  /** The metric of every value; null: see `nameOf`. */
  readonly metric: string | null;
  readonly name: CompiledSource | null;
  readonly unit: CompiledSource | null;
  readonly quality: CompiledSource | null;
  readonly convert: ((raw: unknown, into: ConvertedValue) => void) | null;
  /** The values have the names of the members that the path selects. */
  readonly isNamedByKey: boolean;
  /** The metric of a value without one, by what the payload calls it. */
  nameOf(called: string): string;
  /** What the payload calls a value that is `selected` by the path. */
  calledBy(selected: string | number | null): string;
}

export function compileSource(source: ProfileSource): CompiledSource {
  if ('part' in source) return { path: null, read: ({ parts }) => parts.get(source.part) };
  if ('constant' in source) return { path: null, read: () => source.constant };
  const path = compilePath(source.path);
  if (path.isKey) return { path: null, read: ({ recordKey }) => recordKey ?? undefined };
  const { keys, isFromPayload, each } = path;
  if (keys === null) {
    return {
      path,
      read: ({ payload, record, cost }) => {
        let first: unknown;
        each(payload, record, cost, (value) => {
          first ??= value;
        });
        return first;
      },
    };
  }
  return {
    path,
    read: (scope) => {
      scope.cost.nodes += keys.length + 1;
      let node = isFromPayload ? scope.payload : scope.record;
      for (const key of keys) node = childOf(node, key);
      return node;
    },
  };
}

export function compileValue(rule: ProfileValueRule): CompiledValue {
  const path = compilePath(rule.path);
  const renames = rule.renames === undefined ? null : new Map(Object.entries(rule.renames));
  const ofList = path.lastName ?? 'value';
  return {
    path,
    metric: rule.metric,
    name: rule.name === undefined ? null : compileSource(rule.name),
    unit: rule.unit === undefined ? null : compileSource(rule.unit),
    quality: rule.quality === undefined ? null : compileSource(rule.quality),
    convert: compileConversion(rule),
    isNamedByKey: rule.metric === null && rule.name === undefined,
    nameOf: (called) => renames?.get(called) ?? called,
    calledBy: (selected) => {
      if (selected === null) return ofList;
      return typeof selected === 'number' ? `${ofList}_${selected + 1}` : selected;
    },
  };
}
