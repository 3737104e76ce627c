// The catalogue as alerts, replies, queries and live clients read it. Metrics are given by their number (`metric-index.ts`)
// or by their name.

import { type EffectiveLimits, METRIC_NAMES, type MetricKind, unitOf } from '@gonsters/contract';
import type { QueriedMetric, QueryCatalogue } from '../readings/queried-metric.ts';
import type { ShownMetrics } from '../readings/shown-metrics.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { CatalogueMetric } from './catalogue-memory.ts';
import type { MetricService } from './metric-service.ts';

const NO_STATES: readonly string[] = [];

export class MetricCatalogue implements QueryCatalogue, ShownMetrics {
  readonly #metrics: MetricService;
  readonly #settings: SettingsService;
  readonly #sensorTypeOf: (machineId: string) => string;
  // A change of the settings creates a new object. Limits of the built-in metrics are settings.
  #settingsSeen: unknown = null;
  #settingsVersion = 0;
  /** Of one version, by name. */
  readonly #definitions = new Map<string, MetricDefinition>();
  #definitionsVersion = -1;

  constructor(deps: {
    metrics: MetricService;
    settings: SettingsService;
    /** The type of a machine; empty for one that is not known. */
    sensorTypeOf: (machineId: string) => string;
  }) {
    this.#metrics = deps.metrics;
    this.#settings = deps.settings;
    this.#sensorTypeOf = deps.sensorTypeOf;
  }

  /** Another number after every change of a metric, a machine type, or a setting. */
  get version(): number {
    const settings = this.#settings.all();
    if (settings !== this.#settingsSeen) {
      this.#settingsSeen = settings;
      this.#settingsVersion++;
    }
    return this.#metrics.version + this.#settingsVersion;
  }

  has(name: string): boolean {
    return this.#metrics.get(name) !== undefined;
  }

  *names(): Iterable<string> {
    for (const metric of this.#shown()) yield metric.name;
  }

  /** The definition and plant-wide limits, for alerts. Undefined for a metric that was merged into another one. */
  get(name: string): MetricDefinition | undefined {
    const { version } = this;
    if (version !== this.#definitionsVersion) this.#definitions.clear();
    this.#definitionsVersion = version;
    const known = this.#definitions.get(name);
    if (known !== undefined) return known;
    const metric = this.#metrics.get(name);
    if (metric === undefined || metric.index !== metric.target) return undefined;
    const definition = definitionOf(metric, this.#metrics.plantLimits(metric.index) as EffectiveLimits);
    this.#definitions.set(name, definition);
    return definition;
  }

  *all(): Iterable<MetricDefinition> {
    for (const { name } of this.#metrics.all()) {
      const definition = this.get(name);
      if (definition !== undefined) yield definition;
    }
  }

  kindOf(metric: number): MetricKind {
    return this.#metrics.at(metric)?.kind ?? 'gauge';
  }

  statesOf(metric: number): readonly string[] {
    return this.#metrics.at(metric)?.states ?? NO_STATES;
  }

  isShown(metric: number): boolean {
    const known = this.#metrics.at(metric);
    return known !== undefined && isShown(known);
  }

  /** Empty if none were chosen for the type. */
  headlineOf(sensorType: string): readonly number[] {
    const { headline } = this.#metrics.definitionOf('', sensorType);
    const isChosen = headline.some((metric) => metric >= METRIC_NAMES.length) || headline.length < METRIC_NAMES.length;
    return isChosen ? headline : [];
  }

  metric(name: string): QueriedMetric | undefined {
    const metric = this.#metrics.get(name);
    return metric && queried(metric);
  }

  /** Those that every machine has, those of the type in its order, then the others that the machine has sent. */
  metricsOf(machineId: string): readonly QueriedMetric[] {
    const sent = this.#metrics.series.of(machineId);
    const { metrics } = this.#metrics.definitionOf(machineId, this.#sensorTypeOf(machineId));
    const others = [...sent].sort((a, b) => this.#compare(a, b));
    const ordered = new Set([...METRIC_NAMES.keys(), ...metrics.filter((metric) => sent.has(metric)), ...others]);
    return [...ordered].flatMap((index) => {
      const metric = this.#metrics.at(index);
      return metric !== undefined && isShown(metric) ? [queried(metric)] : [];
    });
  }

  #compare(a: number, b: number): number {
    const [one, other] = [this.#metrics.at(a)?.record, this.#metrics.at(b)?.record];
    return (one?.order ?? 0) - (other?.order ?? 0) || (one?.name ?? '').localeCompare(other?.name ?? '');
  }

  #shown(): CatalogueMetric[] {
    return this.#metrics.all().filter(isShown);
  }
}

type MetricDefinition = ReturnType<typeof definitionOf>;

function definitionOf({ name, kind, status, decimals, states, record }: CatalogueMetric, limits: EffectiveLimits) {
  const { label, unit, min, max } = record;
  return {
    name,
    label,
    kind,
    states: kind === 'state' ? states : NO_STATES,
    status,
    unit,
    decimals,
    min,
    max,
    limits,
    display: displayOf(record),
  };
}

/** A metric that was merged into another one is shown under the name of that one. */
function isShown({ index, target, status }: CatalogueMetric): boolean {
  return status !== 'pending' && status !== 'retired' && index === target;
}

function queried({ index, name, kind, states, merged, record }: CatalogueMetric): QueriedMetric {
  return {
    ...{ metric: index, name, kind, unit: record.unit, merged, display: displayOf(record) },
    states: kind === 'state' ? states : NO_STATES,
  };
}

function displayOf({ unitCode, displayUnit }: CatalogueMetric['record']): QueriedMetric['display'] {
  const from = unitCode === null ? null : unitOf(unitCode);
  const to = displayUnit === null ? null : unitOf(displayUnit);
  return from !== null && to !== null && from !== to ? { from, to } : null;
}
