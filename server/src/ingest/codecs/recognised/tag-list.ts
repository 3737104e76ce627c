// Lists of values with names: Kepware, Neuron (tags format), AVEVA, and others that write `[{name, value, timestamp, quality}]`.

import { isRecord } from '../reading-path.ts';
import { type DeviceReadings, idsOf, type PayloadFormat } from './device-readings.ts';
import { idFieldsOf, timeFieldOf } from './field-names.ts';
import { readingsOfTags, readTag, type Tag } from './tag.ts';

/** The fields under which a message holds its list. */
const LISTS = ['values', 'tags', 'data', 'metrics', 'points', 'items', 'payload', 'd', 'Values', 'Tags', 'Data'];
/** A single value with a name has no other fields than these. */
const SINGLE = /^(name|id|n|tag|tag_?name|value|v|val|q|quality|t|ts|time|timestamp|unit|u|type|data_?type|dt)$/i;

export const tagList: PayloadFormat = (message, _, isNamed) => {
  if (Array.isArray(message)) {
    const tags = tagsOf(message);
    return tags && { devices: devicesOf(tags, undefined, [], isNamed) };
  }
  if (!isRecord(message)) return null;
  const single = Object.keys(message).every((field) => SINGLE.test(field)) ? readTag(message) : null;
  if (single !== null) return { devices: devicesOf([single], undefined, [], isNamed) };
  for (const field of LISTS) {
    const list = message[field];
    const tags = Array.isArray(list) ? tagsOf(list) : null;
    if (tags === null) continue;
    const timeField = timeFieldOf(message, true);
    const time = timeField === undefined ? undefined : message[timeField];
    const ids = idsOf(...idFieldsOf(message).map((each) => message[each]));
    return { devices: devicesOf(tags, time, ids, isNamed) };
  }
  return null;
};

/** null where an entry is no tag. */
function tagsOf(list: readonly unknown[]): Tag[] | null {
  if (list.length === 0) return null;
  const tags: Tag[] = [];
  for (const item of list) {
    const tag = readTag(item);
    if (tag === null) return null;
    tags.push(tag);
  }
  return tags;
}

/**
 * The last segment of a path is the metric; the whole path where two tags of a machine would be equal. Where nothing else names
 * the machine, the segments before the last one do.
 */
export function devicesOf(
  tags: readonly Tag[],
  time: unknown,
  ids: readonly string[],
  isNamed: boolean,
): DeviceReadings[] {
  if (isNamed || ids.length > 0) return [{ ids, readings: readingsOfTags(tags, time, namesOf(tags)) }];
  const byParent = new Map<string, Tag[]>();
  for (const tag of tags) {
    const parent = segmentsOf(tag.name).slice(0, -1).join('.');
    const known = byParent.get(parent);
    if (known) known.push(tag);
    else byParent.set(parent, [tag]);
  }
  return [...byParent].map(([parent, own]) => ({
    ids: parent === '' ? [] : idsOf(parent, segmentsOf(parent).at(-1)),
    readings: readingsOfTags(own, time, namesOf(own)),
  }));
}

/** `Line1.Press3.Temperature`, `Line1/Press3/Temperature` and `ns=2;s=Line1.Press3.Temperature`. */
function segmentsOf(name: string): string[] {
  const path = name.replace(/^(ns=\d+;)?[sigb]=/i, '');
  const segments = path.split(/[./\\|]+/).filter((segment) => segment !== '');
  return segments.length === 0 ? [name] : segments;
}

function namesOf(tags: readonly Tag[]): (tag: Tag) => string {
  const paths = new Map<string, Set<string>>();
  const lastOf = (tag: Tag) => segmentsOf(tag.name).at(-1) as string;
  for (const tag of tags) {
    const key = lastOf(tag).toLowerCase();
    const known = paths.get(key);
    if (known) known.add(tag.name);
    else paths.set(key, new Set([tag.name]));
  }
  return (tag) => {
    const last = lastOf(tag);
    const isShared = (paths.get(last.toLowerCase()) as Set<string>).size > 1;
    return isShared ? segmentsOf(tag.name).join('_') : last;
  };
}
