// What a metric is on one machine: the machine has precedence over its type, that over the plant.

import {
  ASCENDING_LIMITS,
  type DefinitionSource,
  type LimitKind,
  type LimitRule,
  type LimitSource,
  limitSources,
  type MachineMetric,
  type MachineOverrides,
  METRIC_NAMES,
} from '@gonsters/contract';
import type { CatalogueMemory, CatalogueMetric } from './catalogue-memory.ts';
import type { MachineTypeRecord } from './metric-repository.ts';

interface Range {
  readonly min: number;
  readonly max: number;
}
type Overrides = MachineOverrides['metrics'][number];
const FIELDS = ['label', 'group', 'decimals', 'min', 'max'] as const;

/** Shared by all machines of a type that override nothing. Valid until the catalogue changes. */
export class MachineDefinition {
  readonly #memory: CatalogueMemory;
  readonly #type: MachineTypeRecord | undefined;
  readonly #ofType = new Map<number, Overrides>();
  readonly #ofMachine = new Map<number, Overrides>();
  readonly #ranges: (Range | undefined)[] = [];
  /** Indexes of the metrics that the type lists, in their order. */
  readonly metrics: readonly number[];
  readonly headline: readonly number[];
  readonly charts: readonly number[];
  /** Seconds; null: as in the plant-wide settings. */
  readonly inactivityTimeout: { readonly value: number | null; readonly source: DefinitionSource };

  constructor(memory: CatalogueMemory, type: MachineTypeRecord | undefined, overrides: MachineOverrides | undefined) {
    this.#memory = memory;
    this.#type = type;
    for (const each of type?.definition.metrics ?? []) put(this.#ofType, memory, each);
    for (const each of overrides?.metrics ?? []) put(this.#ofMachine, memory, each);
    this.metrics = [...this.#ofType.keys()];
    const [headline, charts] = [this.#indexesOf(type?.definition.headline), this.#indexesOf(type?.definition.charts)];
    this.headline = headline.length > 0 ? headline : this.#indexesOf(METRIC_NAMES);
    this.charts = charts.length > 0 ? charts : this.headline;
    const own = overrides?.inactivity_timeout ?? null;
    const ofType = type?.definition.inactivity_timeout ?? null;
    this.inactivityTimeout =
      own !== null ? { value: own, source: 'machine' } : { value: ofType, source: ofType === null ? 'plant' : 'type' };
  }

  get state(): NonNullable<MachineTypeRecord['definition']['state']> | null {
    return this.#type?.definition.state ?? null;
  }

  /** The counter without a unit that comes first on cards or, without one there, among the metrics of the type; null if there is none. */
  get partCounter(): string | null {
    const metrics = [...this.headline, ...this.metrics].flatMap((index) => this.#memory.at(index) ?? []);
    return metrics.find(({ kind, record }) => kind === 'counter' && record.unit === null)?.name ?? null;
  }

  /** The plausible values of the metric on this machine, both ends included; infinite where there is no bound. */
  rangeOf(index: number): Range {
    let range = this.#ranges[index];
    if (range === undefined) {
      const metric = this.#memory.at(index);
      range = {
        min: this.#field(index, 'min')?.value ?? metric?.min ?? Number.NEGATIVE_INFINITY,
        max: this.#field(index, 'max')?.value ?? metric?.max ?? Number.POSITIVE_INFINITY,
      };
      this.#ranges[index] = range;
    }
    return range;
  }

  /** The metric as the API returns it for one machine, but for its calibration. `limits` are those of the machine, its type and the plant. */
  describe(
    metric: CatalogueMetric,
    limits: { machine: LimitRule | undefined; type: LimitRule | undefined; plant: LimitRule },
    hasValues: boolean,
  ): Omit<MachineMetric, 'calibration'> {
    const { record } = metric;
    const fields = FIELDS.map((name) => {
      const set = this.#field(metric.index, name);
      return [name, set ?? { value: record[name], source: 'plant' }] as const;
    });
    const sources = limitSources([limits.machine, limits.type, limits.plant], metric.isBuiltIn);
    return {
      ...(Object.fromEntries(fields.map(([name, { value }]) => [name, value])) as Pick<
        MachineMetric,
        (typeof FIELDS)[number]
      >),
      name: metric.name,
      kind: metric.kind,
      unit: record.unit,
      unit_code: record.unitCode,
      display_unit: record.displayUnit,
      states: metric.kind === 'state' ? [...metric.states] : null,
      status: metric.status,
      limits: byLimit((kind) => sources[kind]?.value ?? null),
      has_values: hasValues,
      of_type: this.#ofType.has(metric.index),
      sources: {
        ...(Object.fromEntries(fields.map(([name, { source }]) => [name, source])) as Record<
          (typeof FIELDS)[number],
          DefinitionSource
        >),
        limits: byLimit((kind) => sourceName(sources[kind])),
      },
    };
  }

  #field<F extends (typeof FIELDS)[number]>(
    index: number,
    name: F,
  ): { value: NonNullable<Overrides[F]>; source: DefinitionSource } | null {
    const own = this.#ofMachine.get(index)?.[name];
    if (own != null) return { value: own, source: 'machine' };
    const ofType = this.#ofType.get(index)?.[name];
    return ofType == null ? null : { value: ofType, source: 'type' };
  }

  #indexesOf(names: readonly string[] = []): number[] {
    return names.flatMap((name) => targetOf(this.#memory, name) ?? []);
  }
}

function put(into: Map<number, Overrides>, memory: CatalogueMemory, overrides: Overrides): void {
  const index = targetOf(memory, overrides.name);
  if (index !== undefined && !into.has(index)) into.set(index, overrides);
}

const targetOf = (memory: CatalogueMemory, name: string) => memory.at(memory.indexOf(name) ?? -1)?.target;

const byLimit = <T>(make: (kind: LimitKind) => T) =>
  Object.fromEntries(ASCENDING_LIMITS.map((kind) => [kind, make(kind)])) as Record<LimitKind, T>;

function sourceName(source: LimitSource | null): DefinitionSource | 'high' | null {
  if (source === null) return null;
  return source.rule === 'high' ? 'high' : ((['machine', 'type', 'plant'] as const)[source.rule] ?? null);
}
