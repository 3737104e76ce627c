// Values by their datatype: section 6.4.16 of the specification.

import { NOT_SUPPORTED, type SparkplugValue } from './payload.ts';

const BOOLEAN = 11;
const TEXTS: ReadonlySet<number> = new Set([12, 14, 15]);
/** Integers are sent without their sign. Others, such as times in ms, are as they were sent. */
const SIGNED: ReadonlyMap<number, (value: number | bigint) => number> = new Map([
  [1, (value) => (Number(value) << 24) >> 24],
  [2, (value) => (Number(value) << 16) >> 16],
  [3, (value) => Number(value) | 0],
  [4, (value) => Number(BigInt.asIntN(64, BigInt(value)))],
]);

export const isText = (datatype: number): boolean => TEXTS.has(datatype);
export const isBoolean = (datatype: number): boolean => datatype === BOOLEAN;

/**
 * The value as readings have it. An object stands for what cannot be stored (bytes, files, arrays, tables with several rows), so
 * that it is refused by its name. `undefined` stays.
 */
export function readingValue(
  value: SparkplugValue | undefined,
  datatype: number,
): number | boolean | string | object | undefined {
  if (value === undefined || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === NOT_SUPPORTED) return [];
  if (typeof value === 'object') return value;
  if (isBoolean(datatype)) return value !== 0;
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  return isWhole ? (SIGNED.get(datatype)?.(value) ?? Number(value)) : value;
}
