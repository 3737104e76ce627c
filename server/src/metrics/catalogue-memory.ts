// The catalogue in memory: every metric by its index and by what devices call it. Reading it costs no more than a map look-up.

import { isDeepStrictEqual } from 'node:util';
import { type MachineOverrides, METRIC_NAMES, type MetricKind, type MetricStatus } from '@gonsters/contract';
import { metricIndexOf } from '../metric-index.ts';
import type { CatalogueDifference } from './metric-events.ts';
import { metricNameOf } from './metric-name.ts';
import type { MachineTypeRecord, MetricRecord, StoredCatalogue } from './metric-repository.ts';

/** Names of fields whose metric is remembered. Beyond, all are forgotten; devices send the same names again and again. */
const MAX_RESOLVED = 20_000;

/** A metric as every reading needs it. A change makes a new object with the same index. */
export interface CatalogueMetric {
  /** In the table of names. The same until the process ends; another one in another process. */
  readonly index: number;
  readonly name: string;
  readonly kind: MetricKind;
  readonly status: MetricStatus;
  /** Plausible values, both ends included; infinite where there is no bound. */
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
  readonly isFreeText: boolean;
  /** The names of states by their code, and the codes by name. */
  readonly states: readonly string[];
  readonly codes: ReadonlyMap<string, number>;
  /** The metric to which its name leads: itself, or the one that it was merged into. */
  readonly target: number;
  /** The metrics that were merged into it, whose stored values are its own as well. Its own value has precedence. */
  readonly merged: readonly number[];
  /** Temperature, pressure and speed. */
  readonly isBuiltIn: boolean;
  readonly record: MetricRecord;
}

/** Where a field of a payload belongs: to a metric, or to a new one of that name; null if it cannot be named. */
export type ResolvedField = { readonly index: number } | { readonly name: string } | null;

export class CatalogueMemory {
  /** By name; numbers as in `metric-index.ts`. The built-in metrics have the first ones, in the order of `METRIC_NAMES`. */
  readonly #indexes = new Map<string, number>();
  readonly #metrics: (CatalogueMetric | undefined)[] = [];
  readonly #aliases = new Map<string, number>();
  readonly #resolved = new Map<string, ResolvedField>();
  #types: ReadonlyMap<string, MachineTypeRecord> = new Map();
  /** Names of the machine types that list a metric, by its name. */
  #typesWith: ReadonlyMap<string, readonly string[]> = new Map();
  #overrides: ReadonlyMap<string, MachineOverrides> = new Map();
  #calibrations: StoredCatalogue['calibrations'] = new Map();

  constructor() {
    for (const name of METRIC_NAMES) this.#add(name);
  }

  indexOf(name: string): number | undefined {
    return this.#indexes.get(name);
  }

  /** undefined after the metric was deleted. */
  at(index: number): CatalogueMetric | undefined {
    return this.#metrics[index];
  }

  all(): CatalogueMetric[] {
    return this.#metrics.filter((metric) => metric !== undefined);
  }

  get types(): ReadonlyMap<string, MachineTypeRecord> {
    return this.#types;
  }

  /** The machine types that list the metric. */
  typesWith(name: string): readonly string[] {
    return this.#typesWith.get(name) ?? [];
  }

  get overrides(): ReadonlyMap<string, MachineOverrides> {
    return this.#overrides;
  }

  /** The calibration offsets of machines that have some. */
  get calibrations(): StoredCatalogue['calibrations'] {
    return this.#calibrations;
  }

  /** By name, then by alias, then by the name that follows from it. */
  resolve(field: string): ResolvedField {
    const known = this.#resolved.get(field);
    if (known !== undefined) return known;
    const resolved = this.#resolve(field);
    if (this.#resolved.size >= MAX_RESOLVED) this.#resolved.clear();
    this.#resolved.set(field, resolved);
    return resolved;
  }

  #resolve(field: string): ResolvedField {
    const exact = this.#targetOf(this.#indexes.get(field)) ?? this.#targetOf(this.#aliases.get(field));
    if (exact !== undefined) return { index: exact };
    const name = metricNameOf(field);
    if (name === null) return null;
    const index = this.#targetOf(this.#indexes.get(name)) ?? this.#targetOf(this.#aliases.get(name));
    return index === undefined ? { name } : { index };
  }

  #targetOf(index: number | undefined): number | undefined {
    return index === undefined ? undefined : this.#metrics[index]?.target;
  }

  /** Replaces the contents by what is stored. @returns what differs */
  replace(stored: StoredCatalogue): CatalogueDifference {
    const before = new Map(this.all().map((metric) => [metric.name, metric]));
    const targets = targetsOf(stored.metrics);
    for (const { name } of stored.metrics) if (!this.#indexes.has(name)) this.#add(name);
    const merged = new Map<string, number[]>();
    for (const [name, target] of targets) {
      if (name !== target) merged.set(target, [...(merged.get(target) ?? []), this.#indexOf(name)]);
    }
    const changed = [...before.keys()].filter((name) => !targets.has(name));
    for (const name of changed) this.#metrics[this.#indexOf(name)] = undefined;
    this.#aliases.clear();
    for (const record of stored.metrics) {
      const known = before.get(record.name);
      const target = this.#indexOf(targets.get(record.name) as string);
      const index = this.#indexOf(record.name);
      const mergedIndexes = merged.get(record.name) ?? [];
      for (const alias of record.aliases) this.#aliases.set(alias, index);
      if (known?.target === target && isDeepStrictEqual(known.merged, mergedIndexes) && isSame(known.record, record))
        continue;
      this.#metrics[index] = metricOf(record, index, target, mergedIndexes);
      changed.push(record.name);
    }
    const types = new Map(stored.types.map((type) => [type.name, type]));
    const difference = {
      metrics: changed,
      types: differentKeys(this.#types, types),
      machineIds: [
        ...new Set([
          ...differentKeys(this.#overrides, stored.overrides),
          ...differentKeys(this.#calibrations, stored.calibrations),
        ]),
      ],
    };
    this.#types = types;
    this.#typesWith = typesWith(stored.types);
    this.#overrides = stored.overrides;
    this.#calibrations = stored.calibrations;
    this.#resolved.clear();
    return difference;
  }

  #add(name: string): void {
    this.#indexes.set(name, metricIndexOf(name));
  }

  #indexOf(name: string): number {
    return this.#indexes.get(name) as number;
  }
}

const BUILT_IN: ReadonlySet<string> = new Set(METRIC_NAMES);
export const isBuiltIn = (name: string): boolean => BUILT_IN.has(name);

function metricOf(record: MetricRecord, index: number, target: number, merged: number[]): CatalogueMetric {
  return {
    index,
    name: record.name,
    kind: record.kind,
    status: record.status,
    min: record.min ?? Number.NEGATIVE_INFINITY,
    max: record.max ?? Number.POSITIVE_INFINITY,
    decimals: record.decimals,
    isFreeText: record.isFreeText,
    states: record.states,
    codes: new Map(record.states.map((name, code) => [name, code])),
    target,
    merged,
    isBuiltIn: isBuiltIn(record.name),
    record,
  };
}

/** For each name the metric to which it leads, through all merges. */
export function targetsOf(metrics: readonly MetricRecord[]): Map<string, string> {
  const next = new Map(metrics.map(({ name, mergedInto }) => [name, mergedInto]));
  const targetOf = (name: string): string => {
    const into = next.get(name) ?? null;
    return into === null || !next.has(into) ? name : targetOf(into);
  };
  return new Map(metrics.map(({ name }) => [name, targetOf(name)]));
}

function typesWith(types: readonly MachineTypeRecord[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, definition } of types) {
    for (const metric of definition.metrics) found.set(metric.name, [...(found.get(metric.name) ?? []), name]);
  }
  return found;
}

function differentKeys<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !isSame(before.get(key), after.get(key)));
}

/** Records are replaced, never changed, so most are the same object. */
const isSame = (a: unknown, b: unknown): boolean => a === b || isDeepStrictEqual(a, b);
