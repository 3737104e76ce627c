// The catalogue as ingest uses it: which metric a field of a payload names, on which machine, and what is discovered.

import { convertValue, type MetricKind, understandUnit, unitOf } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { SensorOffsets } from './calibrations.ts';
import type { MachineDefinition } from './machine-definition.ts';
import type { MetricService } from './metric-service.ts';

/** A field or a state that was refused is not offered to the database again within this time. */
const REFUSED_FOR_MS = 10_000;
const MAX_REFUSED = 10_000;

/** The metric that a field names on machines of one definition. */
interface Target {
  readonly metric: number;
  readonly name: string;
  readonly kind: MetricKind;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** Nobody has described it yet: its newest value is shown in the settings. */
  readonly isNew: boolean;
  /** Every machine has it. */
  readonly isBuiltIn: boolean;
}
type Refusal = 'unknown_metric' | 'too_many_metrics' | 'not_a_value' | 'free_text';

export class IngestFields {
  readonly #metrics: MetricService;
  readonly #settings: SettingsService;
  readonly #clock: Clock;
  readonly #sensorTypeOf: (machineId: string) => string;
  /** Valid until the catalogue changes. */
  #targets = new WeakMap<MachineDefinition, Map<string, Target | Refusal>>();
  #version = -1;
  // Values come machine by machine.
  #lastMachine: string | null = null;
  #lastTargets = new Map<string, Target | Refusal>();
  #lastDefinition: MachineDefinition | null = null;
  /** Fields, and states as `<metric> <text>`, until when they are refused. */
  readonly #refused = new Map<string, { reason: Refusal; untilMs: number }>();

  constructor(deps: {
    metrics: MetricService;
    settings: SettingsService;
    clock: Clock;
    /** The type of a machine; empty for one that is not known. */
    sensorTypeOf: (machineId: string) => string;
  }) {
    this.#metrics = deps.metrics;
    this.#settings = deps.settings;
    this.#clock = deps.clock;
    this.#sensorTypeOf = deps.sensorTypeOf;
  }

  find(field: string, machineId: string): Target | Refusal | undefined {
    const { version } = this.#metrics;
    if (version !== this.#version) {
      this.#version = version;
      this.#targets = new WeakMap();
      this.#lastMachine = null;
    }
    if (machineId !== this.#lastMachine) this.#enter(machineId);
    return this.#lastTargets.get(field) ?? this.#resolve(field);
  }

  stateCode(metric: number, text: string): number | Refusal | undefined {
    const code = this.#metrics.stateCode(metric, text);
    return code ?? this.#refusalOf(`${metric} ${text}`);
  }

  admits(machineId: string, metric: number): boolean {
    return this.#metrics.mayAddSeries(machineId, metric);
  }

  convert(metric: number, value: number, unit: string): number | null {
    const record = this.#metrics.at(metric)?.record;
    if (record === undefined || record.unit === null || record.unit === unit.trim()) return value;
    const stored = record.unitCode === null ? null : unitOf(record.unitCode);
    const sent = stored && understandUnit(unit, stored.quantity);
    return stored && sent && convertValue(value, sent, stored);
  }

  offsetsOf(machineId: string): SensorOffsets | null {
    return this.#metrics.calibrations.offsetsOf(machineId);
  }

  /** See `IngestCatalogue.discover`. */
  async discover(
    unknown: {
      readonly fields: ReadonlyMap<string, { field: string; value: unknown; unit: string | null }>;
      readonly states: ReadonlyMap<number, ReadonlySet<string>>;
    },
    gateway: string,
  ): Promise<void> {
    const fields = [...unknown.fields.values()].map(({ field, value, unit }) => ({
      ...{ field, sample: value, unit, gateway: gateway === '' ? null : gateway },
    }));
    const outcomes = fields.length === 0 ? [] : await this.#metrics.discover(fields);
    for (const [i, outcome] of outcomes.entries()) {
      if (!('refused' in outcome)) continue;
      const reason = outcome.refused === 'not_a_number' ? 'not_a_value' : outcome.refused;
      this.#refuse((fields[i] as { field: string }).field, reason);
    }
    for (const [metric, texts] of unknown.states) {
      for (const text of texts) {
        if ((await this.#metrics.addState(metric, text)) === null) this.#refuse(`${metric} ${text}`, 'free_text');
      }
    }
  }

  /** The newest value of a metric that nobody has described. */
  noteArrival(
    metric: number,
    value: number | boolean | string,
    machineId: string,
    gateway: string,
    measuredMs: number,
  ): void {
    this.#metrics.noteArrival(metric, value, machineId, gateway === '' ? null : gateway, measuredMs);
  }

  #enter(machineId: string): void {
    const definition = this.#metrics.definitionOf(machineId, this.#sensorTypeOf(machineId));
    let targets = this.#targets.get(definition);
    if (targets === undefined) {
      targets = new Map();
      this.#targets.set(definition, targets);
    }
    this.#lastMachine = machineId;
    this.#lastTargets = targets;
    this.#lastDefinition = definition;
  }

  #resolve(field: string): Target | Refusal | undefined {
    const resolved = this.#metrics.resolve(field);
    if (resolved === null) return 'unknown_metric';
    const metric = 'index' in resolved ? this.#metrics.at(resolved.index) : undefined;
    if (metric === undefined) {
      return this.#settings.all().metric_discovery === 'off' ? 'unknown_metric' : this.#refusalOf(field);
    }
    const target = metric.isFreeText
      ? 'free_text'
      : {
          ...{ metric: metric.index, name: metric.name, kind: metric.kind, unit: metric.record.unit ?? '' },
          ...(this.#lastDefinition as MachineDefinition).rangeOf(metric.index),
          isNew: metric.status === 'discovered' || metric.status === 'pending',
          isBuiltIn: metric.isBuiltIn,
        };
    this.#lastTargets.set(field, target);
    return target;
  }

  #refusalOf(key: string): Refusal | undefined {
    const refused = this.#refused.get(key);
    if (refused === undefined || refused.untilMs < this.#clock.nowMs()) return undefined;
    return refused.reason;
  }

  #refuse(key: string, reason: Refusal): void {
    if (this.#refused.size >= MAX_REFUSED) this.#refused.clear();
    this.#refused.set(key, { reason, untilMs: this.#clock.nowMs() + REFUSED_FOR_MS });
  }
}
