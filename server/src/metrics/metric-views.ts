// Metrics and machine types as the API returns them.

import {
  isoTime,
  type LimitRule,
  type MachineMetrics,
  type MachineType,
  type MetricDefinition,
  type MetricLimits,
  type MetricStatus,
} from '@gonsters/contract';
import { metricNameAt } from '../metric-index.ts';
import { naturalKey, searchKey } from '../name-key.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { Calibrations } from './calibrations.ts';
import type { CatalogueMemory, CatalogueMetric } from './catalogue-memory.ts';
import type { MachineDefinition } from './machine-definition.ts';
import type { MachineTimeouts } from './machine-timeouts.ts';
import type { MachineTypes } from './machine-types.ts';
import type { MetricArrivals } from './metric-arrivals.ts';
import type { MachineTypeRecord } from './metric-repository.ts';
import type { MetricSeries } from './metric-series.ts';
import { plantLimitsOf } from './plant-limits.ts';

/** What the views need of the catalogue. */
interface Catalogue {
  readonly series: MetricSeries;
  readonly arrivals: MetricArrivals;
  readonly types: MachineTypes;
  readonly timeouts: MachineTimeouts;
  readonly calibrations: Calibrations;
  definitionOf(machineId: string, sensorType: string): MachineDefinition;
}

/** null for a gateway that does not exist any more. */
export type GatewayName = (gatewayId: string) => string | null;

/** The machines that a user sees, if these are not all: how many of them have sent each metric. */
export interface Sight {
  readonly counts: ReadonlyMap<number, number>;
  sees(machineId: string): boolean;
}

export class MetricViews {
  readonly #catalogue: Catalogue;
  readonly #memory: CatalogueMemory;
  readonly #settings: SettingsService;
  readonly #gatewayName: GatewayName;

  constructor(deps: {
    catalogue: Catalogue;
    memory: CatalogueMemory;
    settings: SettingsService;
    gatewayName: GatewayName;
  }) {
    this.#catalogue = deps.catalogue;
    this.#memory = deps.memory;
    this.#settings = deps.settings;
    this.#gatewayName = deps.gatewayName;
  }

  /** undefined for an unknown name. */
  metric(name: string, sight: Sight | null = null): MetricDefinition | undefined {
    const metric = this.#memory.at(this.#memory.indexOf(name) ?? -1);
    return metric && this.#view(metric, sight);
  }

  /** By order, then by label. Merged metrics are left out. `metrics` are indexes. */
  list(
    query: {
      search?: string | undefined;
      status?: MetricStatus | undefined;
      metrics?: ReadonlySet<number> | undefined;
      limit: number;
      offset: number;
    },
    sight: Sight | null = null,
  ): { total: number; metrics: MetricDefinition[] } {
    const words = searchKey(query.search ?? '').trim();
    const found = this.#memory
      .all()
      .filter((metric) => metric.target === metric.index)
      .filter((metric) => query.status === undefined || metric.status === query.status)
      .filter((metric) => query.metrics === undefined || query.metrics.has(metric.index))
      .filter((metric) => words === '' || searchTexts(metric).some((text) => searchKey(text).includes(words)));
    const sorted = inOrder(found);
    const page = sorted.slice(query.offset, query.offset + query.limit);
    return { total: sorted.length, metrics: page.map((metric) => this.#view(metric, sight)) };
  }

  /**
   * The metrics of a machine as indexes: those of its type in their order, then the built-in ones and those that it has sent.
   * Metrics that are pending or retired are left out.
   */
  metricsOf(machineId: string, sensorType: string): ReadonlySet<number> {
    const sent = this.#sentBy(machineId);
    const others = inOrder(this.#memory.all().filter((metric) => metric.isBuiltIn || sent.has(metric.index)));
    const indexes = [
      ...this.#catalogue.definitionOf(machineId, sensorType).metrics,
      ...others.map(({ index }) => index),
    ];
    return new Set(
      indexes.filter((index) => {
        const status = this.#memory.at(index)?.status;
        return status === 'active' || status === 'discovered';
      }),
    );
  }

  /** What each metric of a machine is, with where it comes from. `ownLimits` are the limits of the machine by metric. */
  ofMachine(
    machineId: string,
    sensorType: string,
    ownLimits: Readonly<Record<string, LimitRule | undefined>>,
  ): Omit<MachineMetrics, 'status'> {
    const { types } = this.#catalogue;
    const definition = this.#catalogue.definitionOf(machineId, sensorType);
    const ofType = types.limitsOf(sensorType);
    const sent = this.#sentBy(machineId);
    const metrics = [...this.metricsOf(machineId, sensorType)].flatMap((index) => {
      const metric = this.#memory.at(index);
      if (metric === undefined) return [];
      const plant = plantLimitsOf(metric.record, this.#settings.all());
      const limits = { machine: ownLimits[metric.name], type: ofType[metric.name], plant };
      const calibration = this.#catalogue.calibrations.of(machineId, metric.name);
      return [{ ...definition.describe(metric, limits, sent.has(index)), calibration }];
    });
    const named = (indexes: readonly number[]) => indexes.map(metricNameAt);
    return {
      machine_id: machineId,
      machine_type: sensorType,
      metrics,
      headline: named(definition.headline),
      charts: named(definition.charts),
      inactivity_timeout: this.#catalogue.timeouts.of(machineId, sensorType),
      state: definition.state,
      overrides: types.overridesOf(machineId) ?? { metrics: [], inactivity_timeout: null },
    };
  }

  /** By name. `machinesOf` says how many machines are of a type. */
  types(machinesOf: (type: string) => number): MachineType[] {
    return this.#catalogue.types
      .all()
      .map((type) => ({ view: machineTypeView(type, machinesOf(type.name)), key: naturalKey(type.name) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ view }) => view);
  }

  #view(metric: CatalogueMetric, sight: Sight | null): MetricDefinition {
    const limits = plantLimitsOf(metric.record, this.#settings.all());
    const { series, arrivals } = this.#catalogue;
    const view = metricView(metric, limits, {
      ...{ memory: this.#memory, series, arrivals },
      nameOf: (gateway) => gateway && this.#gatewayName(gateway),
    });
    if (sight === null) return view;
    const newest = view.newest !== null && sight.sees(view.newest.machine_id) ? view.newest : null;
    return { ...view, machines: sight.counts.get(metric.index) ?? 0, newest };
  }

  /** What was sent under the name of a merged metric counts for the one that it was merged into. */
  #sentBy(machineId: string): Set<number> {
    return new Set([...this.#catalogue.series.of(machineId)].flatMap((index) => this.#memory.at(index)?.target ?? []));
  }
}

const searchTexts = ({ record }: CatalogueMetric): string[] =>
  [record.name, record.label, record.group, record.unit, ...record.aliases].filter((text) => text !== null);

const inOrder = (metrics: readonly CatalogueMetric[]): CatalogueMetric[] =>
  metrics
    .map((metric) => ({ metric, key: naturalKey(metric.record.label) }))
    .sort(
      (a, b) =>
        a.metric.record.order - b.metric.record.order ||
        (a.key < b.key ? -1 : a.key > b.key ? 1 : a.metric.index - b.metric.index),
    )
    .map(({ metric }) => metric);

function metricView(
  metric: CatalogueMetric,
  limits: MetricLimits,
  deps: {
    memory: CatalogueMemory;
    series: MetricSeries;
    arrivals: MetricArrivals;
    nameOf: (gateway: string | null) => string | null;
  },
): MetricDefinition {
  const { record } = metric;
  const { memory, series, arrivals, nameOf } = deps;
  const { discovered } = record;
  const newest = record.status === 'discovered' || record.status === 'pending' ? arrivals.get(record.name) : null;
  return {
    name: record.name,
    label: record.label,
    unit: record.unit,
    unit_code: record.unitCode,
    display_unit: record.displayUnit,
    kind: record.kind,
    states: record.kind === 'state' ? [...record.states] : null,
    is_free_text: record.isFreeText,
    decimals: record.decimals,
    min: record.min,
    max: record.max,
    limits,
    group: record.group,
    description: record.description,
    order: record.order,
    status: record.status,
    aliases: [...record.aliases],
    merged: metric.merged.map(metricNameAt),
    merged_into: record.mergedInto,
    is_built_in: metric.isBuiltIn,
    machines: series.machinesWith(metric.index),
    machine_types: [...memory.typesWith(record.name)],
    discovered: discovered && {
      at: isoTime(discovered.atMs),
      field: discovered.field,
      gateway: discovered.gateway,
      gateway_name: nameOf(discovered.gateway),
    },
    newest: newest && {
      at: isoTime(newest.atMs),
      value: newest.value,
      machine_id: newest.machineId,
      gateway: newest.gateway,
      gateway_name: nameOf(newest.gateway),
      every_seconds: newest.everyMs === null ? null : newest.everyMs / 1000,
    },
    created_at: isoTime(record.createdAtMs),
    updated_at: isoTime(record.updatedAtMs),
    updated_by: record.updatedBy,
  };
}

function machineTypeView(type: MachineTypeRecord, machines: number): MachineType {
  const { definition } = type;
  return {
    name: type.name,
    label: definition.label ?? null,
    description: definition.description ?? null,
    metrics: definition.metrics,
    headline: definition.headline,
    charts: definition.charts,
    limits: { ...type.limits },
    inactivity_timeout: definition.inactivity_timeout ?? null,
    state: definition.state ?? null,
    machines,
    created_at: isoTime(type.createdAtMs),
    updated_at: isoTime(type.updatedAtMs),
    updated_by: type.updatedBy,
  };
}
