// Decodes the payload of Sparkplug B: https://github.com/eclipse-sparkplug/sparkplug, Specification 3.0.0, section 6.4.

import { type DataSet, type Quality, readDataSet, readProperties } from './payload-parts.ts';
import { WireFault, WireReader } from './wire-reader.ts';

export interface SparkplugPayload {
  /** UTC ms as the node wrote it; null where it has none. */
  readonly timestampMs: number | null;
  /** 0 to 255; null where it has none, or another one. */
  readonly seq: number | null;
  readonly metrics: readonly SparkplugMetric[];
}

export interface SparkplugMetric {
  /** null where the metric is known by its alias. */
  readonly name: string | null;
  readonly alias: Alias | null;
  readonly timestampMs: number | null;
  /** As in the section 6.4.16; 0 where it is not named. */
  readonly datatype: number;
  readonly isHistorical: boolean;
  /** `undefined`: no value, as with `is_null`. Integers are unsigned until `datatype` is applied. */
  readonly value: SparkplugValue | undefined;
  /** Of the properties; null where they name none. */
  readonly unit: string | null;
  /** Of the properties. */
  readonly quality: Quality;
}

export type Alias = number | bigint;
export type SparkplugValue = number | bigint | boolean | string | DataSet | Template | typeof NOT_SUPPORTED;

/** Bytes, files, arrays and extensions. */
export const NOT_SUPPORTED = Symbol('not supported');

export class Template {
  readonly metrics: SparkplugMetric[] = [];
  isDefinition = false;
}

/** Metrics of a payload with those of its templates. */
export const MAX_METRICS = 10_000;
const MAX_TEMPLATE_DEPTH = 4;

interface Bounds {
  metrics: number;
}

/** @returns null for what is no payload of Sparkplug B, or exceeds a bound. Never throws. */
export function decodePayload(bytes: Buffer): SparkplugPayload | null {
  try {
    return readPayload(new WireReader(bytes));
  } catch (error) {
    if (error instanceof WireFault) return null;
    throw error;
  }
}

function readPayload(reader: WireReader): SparkplugPayload {
  const bounds = { metrics: 0 };
  const metrics: SparkplugMetric[] = [];
  let timestampMs: number | null = null;
  let seq: number | null = null;
  while (reader.hasMore) {
    switch (reader.field()) {
      case 1:
        timestampMs = Number(reader.uint64());
        break;
      case 2:
        metrics.push(readMetric(reader.message(), bounds, 0));
        break;
      case 3:
        seq = Number(reader.uint64());
        break;
      default:
        reader.skip();
    }
  }
  return { timestampMs, seq: seq !== null && seq <= 255 ? seq : null, metrics };
}

function readMetric(reader: WireReader, bounds: Bounds, depth: number): SparkplugMetric {
  if (++bounds.metrics > MAX_METRICS) throw new WireFault('too many metrics');
  const metric: { -readonly [field in keyof SparkplugMetric]: SparkplugMetric[field] } = {
    ...{ name: null, alias: null, timestampMs: null, datatype: 0, isHistorical: false, value: undefined },
    ...{ unit: null, quality: 'good' },
  };
  let isNull = false;
  while (reader.hasMore) {
    switch (reader.field()) {
      case 1:
        metric.name = reader.text();
        break;
      case 2:
        metric.alias = reader.uint64();
        break;
      case 3:
        metric.timestampMs = Number(reader.uint64());
        break;
      case 4:
        metric.datatype = reader.uint32();
        break;
      case 5:
        metric.isHistorical = reader.boolean();
        break;
      case 7:
        isNull = reader.boolean();
        break;
      case 9:
        Object.assign(metric, readProperties(reader.message()));
        break;
      case 10:
        metric.value = reader.uint32();
        break;
      case 11:
        metric.value = reader.uint64();
        break;
      case 12:
        metric.value = reader.float();
        break;
      case 13:
        metric.value = reader.double();
        break;
      case 14:
        metric.value = reader.boolean();
        break;
      case 15:
        metric.value = reader.text();
        break;
      case 17:
        metric.value = readDataSet(reader.message());
        break;
      case 18:
        if (depth === MAX_TEMPLATE_DEPTH) throw new WireFault('templates are nested too deeply');
        metric.value = readTemplate(reader.message(), bounds, depth + 1);
        break;
      case 16:
      case 19:
        metric.value = NOT_SUPPORTED;
        reader.skip();
        break;
      default:
        reader.skip();
    }
  }
  if (isNull) metric.value = undefined;
  return metric;
}

function readTemplate(reader: WireReader, bounds: Bounds, depth: number): Template {
  const template = new Template();
  while (reader.hasMore) {
    const field = reader.field();
    if (field === 2) template.metrics.push(readMetric(reader.message(), bounds, depth));
    else if (field === 5) template.isDefinition = reader.boolean();
    else reader.skip();
  }
  return template;
}
