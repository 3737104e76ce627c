// The catalogue of metrics and machine types. What every reading needs of it is synchronous and comes from memory.

import { MAX_STATES, type MetricDiscovery, type MetricLimits } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { Calibrations } from './calibrations.ts';
import type { CatalogueMetric, ResolvedField } from './catalogue-memory.ts';
import { CatalogueStore } from './catalogue-store.ts';
import { MachineDefinition } from './machine-definition.ts';
import { MachineTimeouts } from './machine-timeouts.ts';
import { MachineTypes } from './machine-types.ts';
import { MetricArrivals } from './metric-arrivals.ts';
import { type DiscoveryRefusal, decideDiscovery, type UnknownField, withState } from './metric-discovery.ts';
import { MetricEditor } from './metric-editor.ts';
import type { CatalogueDifference } from './metric-events.ts';
import { asStateName } from './metric-kind.ts';
import { builtInMetrics } from './metric-record.ts';
import type { MetricRepository, StoredCatalogue } from './metric-repository.ts';
import { MetricSeries } from './metric-series.ts';
import { type GatewayName, MetricViews } from './metric-views.ts';
import { plantLimitsOf, settingFault } from './plant-limits.ts';

export type Discovered = { readonly index: number } | { readonly refused: DiscoveryRefusal };

/** A metric of which a value came within this time still arrives. */
const STILL_ARRIVES_MS = 24 * 3_600_000;
/** Definitions of machines that override something are forgotten beyond this number. */
const MAX_CACHED_MACHINES = 10_000;

export class MetricService {
  /** Changes of metrics by people. */
  readonly editor: MetricEditor;
  readonly types: MachineTypes;
  readonly timeouts: MachineTimeouts;
  readonly calibrations: Calibrations;
  /** What the API returns. */
  readonly views: MetricViews;
  readonly series: MetricSeries;
  readonly arrivals = new MetricArrivals();
  readonly #store: CatalogueStore;
  readonly #settings: SettingsService;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #byType = new Map<string, MachineDefinition>();
  readonly #byMachine = new Map<string, MachineDefinition>();

  constructor(deps: {
    repository: MetricRepository;
    settings: SettingsService;
    gatewayName: GatewayName;
    bus: EventBus;
    clock: Clock;
    log: Logger;
  }) {
    const { settings, clock } = deps;
    const store = new CatalogueStore(deps);
    this.#store = store;
    this.#settings = settings;
    this.#clock = clock;
    this.#log = deps.log;
    this.series = new MetricSeries({ ...deps, memory: store.memory });
    this.types = new MachineTypes({ store, clock });
    this.calibrations = new Calibrations({ store, clock });
    this.timeouts = new MachineTimeouts(this, settings);
    this.editor = new MetricEditor({
      ...{ store, settings, clock },
      stillArrives: (name) => this.#stillArrives(name),
      machinesWith: (name) => this.series.machinesWith(this.indexOf(name) ?? -1),
    });
    this.views = new MetricViews({ catalogue: this, memory: store.memory, ...deps });
    store.onChange((difference) => this.#onChange(difference));
  }

  /** Stores the built-in metrics if they are missing, and loads everything. Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    await this.#store.start((stored) => {
      const known = new Set(stored.metrics.map(({ name }) => name));
      const missing = builtInMetrics(this.#clock.nowMs()).filter(({ name }) => !known.has(name));
      return missing.length === 0 ? {} : { metrics: missing };
    });
    await this.series.start();
    this.#settings.addRule((settings) => settingFault(settings, (name) => this.get(name)?.record));
  }

  stop(): Promise<void> {
    return this.series.stop();
  }

  /** Reads the catalogue again, after another node changed it. @returns what differs; null if nothing does */
  reload(): Promise<CatalogueDifference | null> {
    return this.#store.reload();
  }

  /** Changes with every change of metrics, machine types and overrides. Limits that are settings change with the settings. */
  get version(): number {
    return this.#store.version;
  }

  indexOf(name: string): number | undefined {
    return this.#store.memory.indexOf(name);
  }

  /** undefined for an index of a metric that was deleted. */
  at(index: number): CatalogueMetric | undefined {
    return this.#store.memory.at(index);
  }

  get(name: string): CatalogueMetric | undefined {
    return this.at(this.indexOf(name) ?? -1);
  }

  /** Every metric of the catalogue. */
  all(): CatalogueMetric[] {
    return this.#store.memory.all();
  }

  /** Where a field of a payload belongs. Cached, and the same object for the same field until the catalogue changes. */
  resolve(field: string): ResolvedField {
    return this.#store.memory.resolve(field);
  }

  /**
   * Makes unknown fields metrics, as the setting `metric_discovery` says; durable when it resolves, with one outcome for each
   * field in the same order. The first text of a state is stored with it. Two nodes that discover the same name get one metric.
   * Rejects with `store_unavailable`; nothing was created then, and the payload must not be acknowledged.
   */
  discover(fields: readonly UnknownField[]): Promise<Discovered[]> {
    return this.#store.inTurn(async () => {
      const unknown = fields.filter(({ field }) => !this.#isKnown(field));
      const refused = new Map<string, DiscoveryRefusal>();
      const mode = this.#settings.all().metric_discovery as MetricDiscovery;
      const decide = (stored: StoredCatalogue) => {
        const { metrics, outcomes } = decideDiscovery(stored, unknown, mode, this.#clock.nowMs());
        for (const [i, outcome] of outcomes.entries()) {
          if ('refused' in outcome) refused.set(unknown[i]?.field as string, outcome.refused);
        }
        return metrics.length === 0 ? {} : { metrics };
      };
      if (unknown.length > 0) await this.#store.changeNow(decide);
      return fields.map(({ field }) => {
        const resolved = this.resolve(field);
        if (resolved !== null && 'index' in resolved) return resolved;
        return { refused: refused.get(field) ?? 'unknown_metric' };
      });
    });
  }

  /** The code of a text of a state metric; undefined for one that is not in the list. */
  stateCode(index: number, text: string): number | undefined {
    const codes = this.at(index)?.codes;
    return codes?.get(text) ?? codes?.get(asStateName(text) ?? '');
  }

  /**
   * Adds a text to the list of a state metric; durable when it resolves. Rejects with `store_unavailable`.
   *
   * @returns its code; null where it is not stored: the list is full, the text is too long, or the metric is free text
   */
  addState(index: number, text: string): Promise<number | null> {
    const name = asStateName(text);
    return this.#store.inTurn(async () => {
      const known = this.at(index);
      if (name === null || known === undefined || known.kind !== 'state' || known.isFreeText) return null;
      const code = known.codes.get(name);
      if (code !== undefined) return code;
      if (known.states.length >= MAX_STATES) return null;
      let becameFreeText = false;
      await this.#store.changeNow((stored) => {
        const before = stored.metrics.find((metric) => metric.name === known.name);
        const after = before === undefined ? null : withState(before, name, this.#clock.nowMs());
        becameFreeText = after?.isFreeText ?? false;
        return after === null ? {} : { metrics: [after] };
      });
      if (becameFreeText) {
        this.#log.warn(
          { metric: known.name, states: known.states.length },
          'A state had too many different texts within its first hour: it is free text and is no longer stored',
        );
      }
      return this.at(index)?.codes.get(name) ?? null;
    });
  }

  /** Whether a value can be stored without exceeding 250 metrics of a machine and 100,000 series. */
  mayAddSeries(machineId: string, index: number): boolean {
    return this.series.mayAdd(machineId, index);
  }

  /** Call for a stored value of a metric whose status is `discovered` or `pending`; for others it does nothing. */
  noteArrival(
    index: number,
    value: number | boolean | string,
    machineId: string,
    gateway: string | null,
    measuredMs: number,
  ): void {
    const metric = this.at(index);
    if (metric?.status !== 'discovered' && metric?.status !== 'pending') return;
    this.arrivals.note(metric.name, { atMs: this.#clock.nowMs(), value, machineId, gateway }, measuredMs);
  }

  /** Call when the machine has been deleted. */
  forgetMachine(machineId: string): void {
    this.series.forgetMachine(machineId);
    this.#store.forgetMachine(machineId);
    this.#byMachine.delete(machineId);
  }

  /** What the metrics are on a machine; the same object until the catalogue changes. */
  definitionOf(machineId: string, sensorType: string): MachineDefinition {
    const { memory } = this.#store;
    // A plant may have none, and lists of many machines ask for each of them.
    const overrides = memory.overrides.size === 0 ? undefined : memory.overrides.get(machineId);
    const cache = overrides === undefined ? this.#byType : this.#byMachine;
    const key = overrides === undefined ? sensorType : machineId;
    let definition = cache.get(key);
    if (definition === undefined) {
      if (cache.size >= MAX_CACHED_MACHINES) cache.clear();
      definition = new MachineDefinition(memory, memory.types.get(sensorType), overrides);
      cache.set(key, definition);
    }
    return definition;
  }

  /** Call when the sensor type of the machine may have changed. */
  invalidate(machineId: string): void {
    this.#byMachine.delete(machineId);
  }

  /** Plant-wide, by index of the metric. */
  plantLimits(index: number): MetricLimits | undefined {
    const metric = this.at(index);
    return metric && plantLimitsOf(metric.record, this.#settings.all());
  }

  #isKnown(field: string): boolean {
    return 'index' in (this.resolve(field) ?? {});
  }

  #stillArrives(name: string): boolean {
    const arrivedAtMs = this.series.arrivedAtMs(this.indexOf(name) ?? -1);
    return arrivedAtMs !== null && this.#clock.nowMs() - arrivedAtMs < STILL_ARRIVES_MS;
  }

  #onChange({ metrics }: CatalogueDifference): void {
    this.#byType.clear();
    this.#byMachine.clear();
    for (const name of metrics) {
      const metric = this.get(name);
      if (metric === undefined) this.series.forgetMetric(this.indexOf(name) ?? -1);
      if (metric?.status !== 'discovered' && metric?.status !== 'pending') this.arrivals.forget(name);
    }
  }
}
