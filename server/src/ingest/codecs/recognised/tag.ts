// One value with its name, time, quality and unit, as OPC bridges write it.

import { isRecord } from '../reading-path.ts';
import type { SentReading } from './device-readings.ts';
import { firstOf, timeFieldOf } from './field-names.ts';

export interface Tag {
  /** May be a path such as `Line1.Press3.Temperature`. */
  readonly name: string;
  readonly value: unknown;
  /** As the device wrote it; undefined where the tag has none. */
  readonly time: unknown;
  readonly quality: 'good' | 'uncertain' | 'bad';
  readonly unit: string | null;
}

const NAMES = ['name', 'id', 'n', 'tag', 'tagName', 'TagName', 'tag_name', 'Name', 'Id', 'ID', 'Tag', 'key', 'metric'];
const NODE_NAMES = ['nodeId', 'NodeId', 'browseName', 'address', 'item', 'Item', 'ItemName', 'itemName', 'point'];
const VALUES = ['value', 'v', 'Value', 'V', 'val', 'd'];
const QUALITIES = ['quality', 'q', 'Quality', 'Q', 'good'];
const STATUS_CODES = ['statusCode', 'StatusCode', 'status_code', 'status', 'Status'];
const UNITS = ['unit', 'u', 'units', 'Unit', 'uom', 'engUnit', 'EngUnit'];
const ERRORS = ['error', 'errorCode', 'err'];

/** Fields of a value that has no name of its own, because the name is the key of the object that holds it. */
const VALUE_FIELDS = new Set([
  ...VALUES,
  ...QUALITIES,
  ...STATUS_CODES,
  ...UNITS,
  'type',
  'dataType',
  'dt',
  'datatype',
]);

/** @returns null for what is no tag: it has no name, or neither a value nor an error */
export function readTag(item: unknown): Tag | null {
  if (!isRecord(item)) return null;
  const name = firstOf(item, NAMES) ?? firstOf(item, NODE_NAMES);
  if ((typeof name !== 'string' && typeof name !== 'number') || name === '') return null;
  return tagOf(String(name), item);
}

/** The members of a record in which a name and a value stand; null where it is no tag. */
export function tagFieldsOf(
  record: Record<string, unknown>,
): { name: string; value: string; unit: string | undefined; quality: string | undefined } | null {
  const first = (fields: readonly string[]) => fields.find((field) => record[field] !== undefined);
  const name = first(NAMES) ?? first(NODE_NAMES);
  const value = first(VALUES);
  if (name === undefined || value === undefined || readTag(record) === null) return null;
  return { name, value, unit: first(UNITS), quality: first(QUALITIES) };
}

/** The tag with the fields of `record`; null where it has neither a value nor an error. */
export function tagOf(name: string, record: Record<string, unknown>): Tag | null {
  const value = firstOf(record, VALUES);
  const error = firstOf(record, ERRORS);
  const isFailed = value === undefined && error !== undefined;
  if ((value === undefined && !isFailed) || isRecord(value) || Array.isArray(value)) return null;
  const unit = firstOf(record, UNITS);
  const timeField = timeFieldOf(record, true);
  return {
    name,
    value: isFailed ? Number.NaN : value,
    time: timeField === undefined ? undefined : record[timeField],
    quality: isFailed ? 'bad' : qualityOf(record),
    unit: typeof unit === 'string' && unit !== '' ? unit : null,
  };
}

/** Whether the record is the value of the field that holds it: `{value: 71.5, unit: "°C"}`. */
export function isTagValue(record: Record<string, unknown>): boolean {
  if (firstOf(record, VALUES) === undefined) return false;
  const timeField = timeFieldOf(record, true);
  return Object.keys(record).every((field) => VALUE_FIELDS.has(field) || field === timeField);
}

/**
 * True and false, texts, classic OPC numbers (192 and above good, 64 and above uncertain) and OPC UA status codes (0 good, the two
 * highest bits say how bad). What is not understood counts as uncertain.
 */
export function qualityOf(record: Record<string, unknown>): Tag['quality'] {
  const quality = firstOf(record, QUALITIES);
  if (quality === undefined || quality === null) return statusOf(firstOf(record, STATUS_CODES));
  if (typeof quality === 'boolean') return quality ? 'good' : 'bad';
  if (typeof quality === 'number' && quality <= 255) {
    if (quality >= 192 || quality === 1) return 'good';
    return quality >= 64 ? 'uncertain' : 'bad';
  }
  return statusOf(quality);
}

function statusOf(status: unknown): Tag['quality'] {
  if (status === undefined || status === null) return 'good';
  if (isRecord(status)) return statusOf(firstOf(status, ['Code', 'code', 'value', 'Symbol']) ?? 'uncertain');
  if (typeof status === 'number') {
    const severity = Math.floor(status / 2 ** 30) & 3;
    return severity === 0 ? 'good' : severity === 1 ? 'uncertain' : 'bad';
  }
  const text = String(status).trim().toLowerCase();
  if (/^\d+$/.test(text))
    return Number(text) <= 255 && text !== '0' ? qualityOf({ q: Number(text) }) : statusOf(Number(text));
  if (text.startsWith('good') || text === 'ok' || text === 'true') return 'good';
  return text.startsWith('bad') || text === 'false' ? 'bad' : 'uncertain';
}

/** Readings of the tags: one for each time, in the order in which the times came. */
export function readingsOfTags(
  tags: readonly Tag[],
  messageTime: unknown,
  fieldOf: (tag: Tag) => string,
): SentReading[] {
  const byTime = new Map<string, SentReading[]>();
  for (const tag of tags) {
    const time = tag.time === undefined ? messageTime : tag.time;
    const key = JSON.stringify([time]);
    const readings = byTime.get(key) ?? [];
    byTime.set(key, readings);
    const field = fieldOf(tag);
    let reading = readings.at(-1);
    if (reading === undefined || Object.hasOwn(reading, field)) {
      reading = time === undefined ? {} : { timestamp: time };
      readings.push(reading);
    }
    addTag(reading, field, tag);
  }
  return [...byTime.values()].flat();
}

export function addTag(reading: SentReading, field: string, { value, unit, quality }: Tag): void {
  reading[field] = value;
  if (unit !== null) reading[`${field}_unit`] = unit;
  if (quality !== 'good') reading.quality = { ...(reading.quality as object | undefined), [field]: quality };
}
