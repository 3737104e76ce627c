// A node or a device: the metrics that its birth defined, and the readings that its messages carry.

import { MAX_AHEAD_MS } from '@gonsters/contract';
import type { DeviceReadings, SentReading } from '../codecs/recognised/device-readings.ts';
import { addTag, readingsOfTags, type Tag } from '../codecs/recognised/tag.ts';
import { isBoolean, isText, readingValue } from './metric-value.ts';
import { type Alias, NOT_SUPPORTED, type SparkplugMetric, type SparkplugPayload, Template } from './payload.ts';
import { DataSet } from './payload-parts.ts';

interface Definition {
  readonly name: string;
  readonly datatype: number;
  readonly unit: string | null;
}

interface NewestValue {
  readonly value: unknown;
  readonly unit: string | null;
}

/** What a message contains. */
export interface SourceReadings extends DeviceReadings {
  /** Values whose metric cannot be told, because no birth named their alias. */
  readonly unknownAliases: number;
  /** Whether a metric came that the birth did not define. */
  readonly isIncomplete: boolean;
}

/** Metrics of the protocol itself. */
const OWN_METRICS = /^(bdSeq$|(Node|Device) Control\/)/;
/** Fields with a meaning of their own in readings. */
const RESERVED = new Set([
  ...['timestamp', 'quality', 'unit', 'machine_id', 'machine_name', 'sensor_type', 'location'],
  ...['gateway_id', 'factory_id'],
]);
/** As the template definitions of a birth are named. */
const TYPES = '_types_/';

export class SparkplugSource {
  /** By which the machine may be known: the whole path, or its last part. */
  readonly ids: readonly string[];
  #definitions = new Map<string, Definition>();
  #aliases = new Map<Alias, Definition>();
  /** By field; only values that are stored as such. */
  #newest = new Map<string, NewestValue>();
  /** Time of the newest value, UTC ms. */
  #newestMs = 0;

  constructor(path: readonly string[]) {
    this.ids = [path.join('/'), path.at(-1) as string];
  }

  /** Whether the birth defined metrics besides those of the protocol. */
  get hasMetrics(): boolean {
    return this.#definitions.size > 0;
  }

  /** Takes the definitions of a birth in place of the earlier ones. @returns the values of the birth */
  birth(payload: SparkplugPayload): SourceReadings {
    this.#definitions = new Map();
    this.#aliases = new Map();
    this.#newest = new Map();
    for (const { name, alias, datatype, unit, value } of payload.metrics) {
      if (name === null || OWN_METRICS.test(name) || isDefinition(name, value)) continue;
      const definition = { name, datatype, unit };
      this.#definitions.set(name, definition);
      if (alias !== null) this.#aliases.set(alias, definition);
    }
    return this.data(payload);
  }

  data(payload: SparkplugPayload): SourceReadings {
    let unknownAliases = 0;
    let isIncomplete = false;
    const tags: Tag[] = [];
    for (const metric of payload.metrics) {
      const { name, alias, value } = metric;
      if (name !== null && (OWN_METRICS.test(name) || isDefinition(name, value))) continue;
      const known = name === null ? undefined : this.#definitions.get(name);
      const definition = known ?? (alias === null ? undefined : this.#aliases.get(alias));
      if (definition === undefined) isIncomplete = true;
      if (definition === undefined && name === null) {
        unknownAliases++;
        continue;
      }
      const own = definition ?? { name: name as string, datatype: metric.datatype, unit: null };
      this.#addTags(own, metric, payload, tags);
    }
    const readings = readingsOfTags(tags, payload.timestampMs ?? undefined, ({ name }) => name);
    return { ids: this.ids, readings, unknownAliases, isIncomplete };
  }

  /** The newest values once more, as bad; nothing where none came. `nowMs` is the time of the death, UTC ms. */
  death(nowMs: number): SentReading[] {
    if (this.#newest.size === 0) return [];
    // Later than each of them, even if the clock of the node is ahead; values that were too far ahead are not stored.
    const newestMs = this.#newestMs < nowMs + MAX_AHEAD_MS ? this.#newestMs : 0;
    const reading: SentReading = { timestamp: Math.max(nowMs, newestMs + 1) };
    for (const [name, { value, unit }] of this.#newest) {
      addTag(reading, name, { name, value, unit, quality: 'bad', time: undefined });
    }
    return [reading];
  }

  #addTags(definition: Definition, metric: SparkplugMetric, payload: SparkplugPayload, tags: Tag[]): void {
    const { timestampMs, isHistorical, quality } = metric;
    const unit = metric.unit ?? definition.unit;
    const time = timestampMs ?? payload.timestampMs ?? undefined;
    for (const { field, value } of this.#fieldsOf(definition, metric)) {
      const name = fieldName(field);
      const newest = this.#newest.get(name);
      // Nothing is known of a text that has no value yet.
      const missing = newest?.value ?? (isText(definition.datatype) ? undefined : emptyOf(definition.datatype));
      const shown = value === undefined ? missing : value;
      if (shown === undefined) continue;
      if (!isHistorical && typeof shown !== 'object' && !Number.isNaN(shown)) {
        this.#newest.set(name, { value: shown, unit });
        if (time !== undefined && time > this.#newestMs) this.#newestMs = time;
      }
      tags.push({ name, value: shown, time, unit, quality: value === undefined ? 'bad' : quality });
    }
  }

  /** A data set of one row and a template have several. `undefined`: the metric has no value. */
  #fieldsOf({ name, datatype }: Definition, { value }: SparkplugMetric): { field: string; value: unknown }[] {
    if (value instanceof DataSet && value.rows === 1) {
      return value.columns.map((column, i) => ({
        field: `${name}/${column}`,
        value: readingValue(value.firstRow[i] ?? NOT_SUPPORTED, value.types[i] ?? 0),
      }));
    }
    if (value instanceof Template) {
      return value.metrics.flatMap((member) => {
        if (member.name === null) return [];
        return this.#fieldsOf({ name: `${name}/${member.name}`, datatype: member.datatype, unit: null }, member);
      });
    }
    return [{ field: name, value: readingValue(value, datatype) }];
  }
}

const isDefinition = (name: string, value: SparkplugMetric['value']) =>
  (value instanceof Template && value.isDefinition) || name.startsWith(TYPES);

const fieldName = (field: string) => (RESERVED.has(field) ? `${field}_value` : field);

/** What stands for a value that is missing: it is stored as bad. */
const emptyOf = (datatype: number) => (isBoolean(datatype) ? false : Number.NaN);
