// Decodes the payload of Sparkplug B: https://github.com/eclipse-sparkplug/sparkplug, Specification 3.0.0, section 6.4.

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
  readonly quality: 'good' | 'uncertain' | 'bad';
}

export type Alias = number | bigint;
export type SparkplugValue = number | bigint | boolean | string | DataSet | Template | typeof NOT_SUPPORTED;

/** Bytes, files, arrays and extensions. */
export const NOT_SUPPORTED = Symbol('not supported');

export class DataSet {
  readonly columns: string[] = [];
  /** Datatypes of the columns. */
  readonly types: number[] = [];
  /** The cells of the first row; bytes and extensions are left out. */
  readonly firstRow: (number | bigint | boolean | string | undefined)[] = [];
  /** Of which only the first is kept. */
  rows = 0;
}

export class Template {
  readonly metrics: SparkplugMetric[] = [];
  isDefinition = false;
}

/** Metrics of a payload with those of its templates. */
export const MAX_METRICS = 10_000;
const MAX_TEMPLATE_DEPTH = 4;
const MAX_COLUMNS = 250;
const MAX_PROPERTIES = 100;
const UNIT_PROPERTY = /^(eng(ineering)?[ _]?units?|units?|uom|eu)$/i;
const QUALITY_PROPERTY = /^quality$/i;
/** The code of Sparkplug for a value that is not up to date. */
const STALE = 500;

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

function readDataSet(reader: WireReader): DataSet {
  const dataSet = new DataSet();
  while (reader.hasMore) {
    switch (reader.field()) {
      case 2:
        if (dataSet.columns.push(reader.text()) > MAX_COLUMNS) throw new WireFault('too many columns');
        break;
      case 3:
        dataSet.types.push(...reader.uint32s());
        if (dataSet.types.length > MAX_COLUMNS) throw new WireFault('too many columns');
        break;
      case 4:
        if (++dataSet.rows === 1) readRow(reader.message(), dataSet);
        else reader.skip();
        break;
      default:
        reader.skip();
    }
  }
  return dataSet;
}

function readRow(reader: WireReader, { firstRow }: DataSet): void {
  while (reader.hasMore) {
    if (reader.field() !== 1) reader.skip();
    else if (firstRow.push(readScalar(reader.message(), 1)) > MAX_COLUMNS) throw new WireFault('too many cells');
  }
}

/** The values of properties and cells have the same fields in the same order, from `first`. */
function readScalar(reader: WireReader, first: number): number | bigint | boolean | string | undefined {
  let value: number | bigint | boolean | string | undefined;
  while (reader.hasMore) {
    switch (reader.field() - first) {
      case 0:
        value = reader.uint32();
        break;
      case 1:
        value = reader.uint64();
        break;
      case 2:
        value = reader.float();
        break;
      case 3:
        value = reader.double();
        break;
      case 4:
        value = reader.boolean();
        break;
      case 5:
        value = reader.text();
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

function readProperties(reader: WireReader): Partial<Pick<SparkplugMetric, 'unit' | 'quality'>> {
  const keys: string[] = [];
  const values: ReturnType<typeof readScalar>[] = [];
  while (reader.hasMore) {
    const field = reader.field();
    if (field === 1) keys.push(reader.text());
    // A property's type and whether it is null come before its value.
    else if (field === 2) values.push(readScalar(reader.message(), 3));
    else reader.skip();
    if (keys.length > MAX_PROPERTIES || values.length > MAX_PROPERTIES) throw new WireFault('too many properties');
  }
  const found: { unit?: string; quality?: SparkplugMetric['quality'] } = {};
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (QUALITY_PROPERTY.test(key) && typeof value === 'number') found.quality = qualityOf(value);
    else if (UNIT_PROPERTY.test(key) && typeof value === 'string' && value.trim() !== '') found.unit = value.trim();
  }
  return found;
}

/**
 * 0 bad, 192 good and 500 stale (section 6.4.20), the codes of OPC between them, and those of OPC UA, whose two highest bits say how
 * bad the value is.
 */
function qualityOf(code: number): SparkplugMetric['quality'] {
  if (code > 0xffff) {
    const severity = code >>> 30;
    return severity === 0 ? 'good' : severity === 1 ? 'uncertain' : 'bad';
  }
  if (code === STALE || code > 0xff) return 'bad';
  if (code >= 192) return 'good';
  return code >= 64 ? 'uncertain' : 'bad';
}
