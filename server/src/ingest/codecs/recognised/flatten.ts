// Makes one level of nested objects: `{a: {b: 1}}` becomes `{a_b: 1}`.

import { isRecord } from '../reading-path.ts';
import type { SentReading } from './device-readings.ts';

/** Longer lists are no list of channels, and stay one value, which is refused by name. */
const MAX_LIST = 16;

/**
 * Adds the values of `record` to `into`. A list of up to 16 numbers becomes `a_1`, `a_2` and so on. Where two paths give the same
 * name, the later one gets `_2`, so that none replaces the other.
 */
export function flattenInto(into: SentReading, record: Record<string, unknown>, prefix = ''): void {
  for (const field of Object.keys(record)) {
    const value = record[field];
    const name = prefix === '' ? field : `${prefix}_${field}`;
    // As a property it would be the prototype: it stays an object, which is refused by name.
    if (field === '__proto__') add(into, `${name}_`, value);
    else if (isRecord(value)) flattenInto(into, value, name);
    else if (Array.isArray(value) && isChannels(value)) {
      for (const [i, each] of value.entries()) add(into, `${name}_${i + 1}`, each);
    } else add(into, name, value);
  }
}

const isChannels = (list: readonly unknown[]) =>
  list.length > 0 &&
  list.length <= MAX_LIST &&
  list.every((each) => typeof each === 'number' || typeof each === 'boolean');

function add(into: SentReading, name: string, value: unknown): void {
  let free = name;
  for (let n = 2; Object.hasOwn(into, free); n++) free = `${name}_${n}`;
  into[free] = value;
}
