// Maps messages with one rule of a profile: from parsed JSON to readings in our own form. Pure; a payload of any shape is mapped.

import type { ProfileRule } from '@gonsters/contract';
import { ENVELOPE } from '../codecs/decode-values.ts';
import { isRecord } from '../codecs/reading-path.ts';
import { idsOf, type SentReading } from '../codecs/recognised/device-readings.ts';
import { idFieldsOf } from '../codecs/recognised/field-names.ts';
import { recognise } from '../codecs/recognised/recognise.ts';
import { qualityOf } from '../codecs/recognised/tag.ts';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import { childOf, compilePath, indexIn } from './compile-path.ts';
import {
  type CompiledSource,
  type CompiledValue,
  compileSource,
  compileValue,
  type MappingScope,
} from './compile-values.ts';
import type { ConvertedValue } from './convert-value.ts';
import { isoOfDated } from './dated-time.ts';
import { type MappedDevice, MappedReadings } from './mapped-readings.ts';
import { MappingCost } from './mapping-cost.ts';
import { TakenNodes } from './taken-nodes.ts';

export interface MappingFault {
  readonly reason: RejectionReason;
  readonly field: string;
  readonly error: string;
  readonly value: unknown;
}

export interface MappedMessage {
  readonly devices: readonly MappedDevice[];
  readonly faults: readonly MappingFault[];
  /** Nodes that were visited. */
  readonly nodes: number;
}

/** @param levels of the topic, for the recogniser */
export type MapMessage = (
  payload: unknown,
  parts: ReadonlyMap<string, string>,
  levels: readonly string[],
) => MappedMessage;

/** Names that a reading has for itself. */
const NOT_A_METRIC = new Set([...ENVELOPE, 'unit', '__proto__']);

/** A record that is being mapped. */
interface OpenRecord {
  readonly scope: MappingScope;
  readonly reading: SentReading;
  readonly taken: TakenNodes | null;
  readonly faults: MappingFault[];
}

export function compileRule(rule: ProfileRule): MapMessage {
  const compiled = new CompiledRule(rule);
  return (payload, parts, levels) => compiled.map(payload, parts, levels);
}

class CompiledRule {
  readonly #rule: ProfileRule;
  readonly #records: ReturnType<typeof compilePath>;
  readonly #machine: CompiledSource | null;
  readonly #time: CompiledSource | null;
  readonly #values: readonly CompiledValue[];
  readonly #ignored: readonly ReturnType<typeof compilePath>[];
  /** Nodes that are no values, where that matters. */
  readonly #reserved: readonly ReturnType<typeof compilePath>[];
  readonly #isTracking: boolean;
  readonly #converted: ConvertedValue = { value: undefined, isBad: false };

  constructor(rule: ProfileRule) {
    this.#rule = rule;
    this.#records = compilePath(rule.records);
    this.#machine = rule.machine === null ? null : compileSource(rule.machine);
    this.#time = rule.time === null ? null : compileSource(rule.time);
    this.#values = rule.values.map(compileValue);
    this.#ignored = rule.ignore.map(compilePath);
    this.#isTracking = rule.others === 'recognise' || this.#values.some(({ path }) => path.keys === null);
    const sources = this.#values.flatMap(({ name, unit, quality }) => [name, unit, quality]);
    this.#reserved = [this.#machine, this.#time, ...sources].flatMap((each) => each?.path ?? []);
  }

  map(payload: unknown, parts: ReadonlyMap<string, string>, levels: readonly string[]): MappedMessage {
    const cost = new MappingCost();
    const scope: MappingScope = { payload, parts, cost, record: payload, recordKey: null };
    const faults: MappingFault[] = [];
    const readings = new MappedReadings();
    const mapRecord = (record: unknown, recordKey: string | number | null) => {
      cost.records++;
      if (cost.isTooHigh) return;
      scope.record = record;
      scope.recordKey = recordKey;
      this.#mapRecord(scope, levels, readings, faults);
    };
    if (this.#records.keys?.length === 0) mapRecord(payload, null);
    else this.#records.each(payload, payload, cost, (record, _, key) => mapRecord(record, key));
    if (cost.isTooHigh) {
      const fault = { reason: 'profile_too_costly', field: '', error: REJECTION_REASONS.profile_too_costly } as const;
      return { devices: [], faults: [{ ...fault, value: undefined }], nodes: cost.nodes };
    }
    if (cost.records === 0)
      faults.push(faultOf('no_readings', this.#rule.records, 'The path selects no record', undefined));
    return { devices: readings.devices, faults, nodes: cost.nodes };
  }

  #mapRecord(scope: MappingScope, levels: readonly string[], into: MappedReadings, faults: MappingFault[]): void {
    const { record } = scope;
    const taken = this.#isTracking ? this.#takeReserved(scope) : null;
    let id: string | null = null;
    let ids: readonly string[] = [];
    if (this.#machine !== null) {
      id = textOf(this.#machine.read(scope));
      if (id === null) {
        faults.push(faultOf('no_machine', 'machine_id', 'The profile finds no machine in the message', undefined));
        return;
      }
    } else if (isRecord(record)) {
      const idFields = idFieldsOf(record);
      ids = idsOf(...idFields.map((field) => record[field]));
      if (taken !== null) for (const field of idFields) taken.add(record, field);
    }
    const reading: SentReading = {};
    const time = this.#time?.read(scope);
    if (time !== undefined) reading.timestamp = this.#timeOf(time);
    const open = { scope, reading, taken, faults };
    for (const rule of this.#values) this.#addValues(rule, open);
    into.add(id, ids, reading);
    if (taken !== null && this.#rule.others === 'recognise') this.#recogniseRest(scope, levels, taken, into, id, ids);
  }

  #timeOf(time: unknown): unknown {
    const format = this.#rule.time_format;
    if (typeof time !== 'string' || format === 'auto') return time;
    return isoOfDated(time, format === 'day_first' ? 'day' : 'month');
  }

  #takeReserved({ payload, record, cost }: MappingScope): TakenNodes {
    const taken = new TakenNodes();
    const take = (_: unknown, holder: object | null, key: string | number) => taken.add(holder, key);
    for (const { each } of this.#reserved) each(payload, record, cost, take);
    for (const { each } of this.#ignored) each(payload, record, cost, take);
    return taken;
  }

  #addValues(rule: CompiledValue, record: OpenRecord): void {
    const { keys, isFromPayload, each } = rule.path;
    const { scope, taken } = record;
    if (keys === null) {
      each(scope.payload, scope.record, scope.cost, (raw, holder, key, selected) => {
        if (taken?.has(holder, key) === true) return;
        taken?.add(holder, key);
        this.#addFound(rule, record, raw, selected);
      });
      return;
    }
    scope.cost.nodes += keys.length + 1;
    let holder: unknown;
    let node = isFromPayload ? scope.payload : scope.record;
    for (const key of keys) {
      holder = node;
      node = childOf(holder, key);
    }
    if (node === undefined) return;
    if (taken !== null && keys.length > 0) taken.add(holder as object, indexIn(holder, keys.at(-1) as string | number));
    this.#addFound(rule, record, node, null);
  }

  #addFound(rule: CompiledValue, record: OpenRecord, raw: unknown, selected: string | number | null): void {
    const { scope, reading, faults } = record;
    scope.cost.values++;
    if (raw === null || scope.cost.isTooHigh) return;
    if (rule.isNamedByKey && typeof selected === 'string' && addEnvelope(reading, selected, raw)) return;
    const field = fieldNameOf(rule, scope, selected);
    if (field === null) {
      faults.push(faultOf('wrong_shape', 'name', 'The profile finds no name for the value', raw));
    } else if (Object.hasOwn(reading, field)) {
      faults.push(faultOf('ambiguous_field', field, 'Two values of a record have this name', raw));
    } else this.#addValue(rule, scope, reading, field, raw);
  }

  #addValue(rule: CompiledValue, scope: MappingScope, reading: SentReading, field: string, raw: unknown): void {
    let isBad = false;
    if (rule.convert === null) reading[field] = raw;
    else {
      const converted = this.#converted;
      rule.convert(raw, converted);
      reading[field] = converted.value;
      isBad = converted.isBad;
    }
    if (rule.unit !== null) {
      const unit = rule.unit.read(scope);
      if (typeof unit === 'string' && unit !== '') reading[`${field}_unit`] = unit;
    }
    if (!isBad && rule.quality === null) return;
    const quality = isBad || rule.quality === null ? 'bad' : qualityOf({ q: rule.quality.read(scope) });
    if (quality === 'good') return;
    const known = reading.quality as Record<string, string> | undefined;
    if (known === undefined) reading.quality = { [field]: quality };
    else known[field] = quality;
  }

  #recogniseRest(
    { record, cost }: MappingScope,
    levels: readonly string[],
    taken: TakenNodes,
    into: MappedReadings,
    id: string | null,
    ids: readonly string[],
  ): void {
    const rest = taken.rest(record, cost);
    if (rest === undefined || cost.isTooHigh) return;
    for (const device of recognise(rest, levels, true)?.devices ?? []) {
      for (const reading of device.readings)
        into.addRest(id, id === null ? idsOf(...ids, ...device.ids) : ids, reading);
    }
  }
}

/** A text, or a number as one; null where there is none. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() || null : null;
}

/** null where the payload has to name the value and does not. */
function fieldNameOf(rule: CompiledValue, scope: MappingScope, selected: string | number | null): string | null {
  let name = rule.metric;
  if (name === null) {
    const called = rule.name === null ? rule.calledBy(selected) : textOf(rule.name.read(scope));
    if (called === null || called === '') return null;
    name = rule.nameOf(called);
  }
  // As a property they would have another meaning.
  return NOT_A_METRIC.has(name) ? `${name}_value` : name;
}

/** What accompanies the values in our own form, and is no value. @returns false for every other member */
function addEnvelope(reading: SentReading, name: string, raw: unknown): boolean {
  if (name === 'unit' && typeof raw === 'string') reading.unit = raw;
  else if (name === 'quality' && isRecord(raw)) reading.quality = { ...raw };
  else return name !== 'quality' && ENVELOPE.has(name);
  return true;
}

function faultOf(reason: RejectionReason, field: string, error: string, value: unknown): MappingFault {
  return { reason, field, error, value };
}
