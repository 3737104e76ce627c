// Decodes payloads of gateways into columns, in one pass. Bad data is reported fault by fault, and does not throw.

import { isUtf8 } from 'node:buffer';
import { faultOfValue, METRICS } from '@gonsters/contract';
import type { ColumnsBuilder } from '../../readings/reading-columns.ts';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import { MAX_DEPTH, parseLenientJson } from './parse-json.ts';
import { faultOfTime, parseTimestampMs } from './timestamp.ts';

/** The id under which readings of a machine are stored, and the builder to which they are added. */
export interface Place {
  readonly machineId: string;
  readonly rows: ColumnsBuilder;
}

/** The callbacks of decoding. */
export interface DecodeContext {
  /** Time of arrival, UTC ms. */
  readonly nowMs: number;
  /** What is done with a reading without a timestamp: it gets the time of arrival, is left out, or is refused with a reason. */
  readonly withoutTime: 'arrival' | 'leave out' | RejectionReason;
  /**
   * Where readings of this machine are added, or the reason why they are refused. `id` is as the device sent it; `described` is the
   * object that contains it and may describe the machine further.
   */
  place(id: string, described: unknown): Place | RejectionReason;
  /** A reading has a timestamp of its own, whether it can be stored or not. */
  noteOwnTime?(machineId: string, timestampMs: number): void;
  /** Reports a fault. `field` is its path, empty for the whole payload. */
  refuse(reason: RejectionReason, field: string, error: string, value: unknown): void;
}

/** Parses a payload. Returns undefined, which is no JSON value, after a fault. */
export function parsePayload(payload: Buffer, context: DecodeContext): unknown {
  if (!isUtf8(payload)) return refusePayload('not_utf8', context);
  if (payload.length > 2 * MAX_DEPTH && isTooDeep(payload)) return refusePayload('too_deep', context);
  try {
    return parseLenientJson(payload.toString());
  } catch {
    return refusePayload('not_json', context);
  }
}

/** A batch, one reading with `machine_id` in it, or an array of those. */
export function decodeMessage(message: unknown, context: DecodeContext): void {
  if (!Array.isArray(message)) {
    decodeItem(message, '', context);
    return;
  }
  if (message.length === 0) {
    context.refuse('wrong_shape', '', 'Must hold at least one reading', undefined);
    return;
  }
  for (let i = 0; i < message.length; i++) decodeItem(message[i], `[${i}]`, context);
}

/** One reading, or an array of readings, of the machine that the topic named. */
export function decodeTelemetry(message: unknown, id: string, context: DecodeContext): void {
  const place = context.place(id, message);
  if (typeof place === 'string') {
    context.refuse(place, 'machine_id', REJECTION_REASONS[place], id);
    return;
  }
  if (!Array.isArray(message)) {
    decodeReading(message, place, '', -1, context);
    return;
  }
  decodeReadings(message, place, '', context);
}

/** The readings of one machine in a batch; `path` is the path of the entry, such as `batch[0]`. */
export function decodeEntry(entry: unknown, path: string, context: DecodeContext): void {
  if (!isRecord(entry)) {
    context.refuse('wrong_shape', path, 'Must be an object', entry);
    return;
  }
  const { machine_id: id, readings } = entry;
  let place: Place | null = null;
  if (typeof id !== 'string') {
    context.refuse('wrong_shape', `${path}.machine_id`, 'Must be the id of a machine', id);
  } else {
    const placed = context.place(id, entry);
    if (typeof placed === 'string') context.refuse(placed, `${path}.machine_id`, REJECTION_REASONS[placed], id);
    else place = placed;
  }
  if (!Array.isArray(readings)) {
    context.refuse('wrong_shape', `${path}.readings`, 'Must be an array of readings', readings);
  } else {
    decodeReadings(readings, place, `${path}.readings`, context);
  }
}

function decodeItem(item: unknown, path: string, context: DecodeContext): void {
  if (!isRecord(item)) {
    context.refuse('wrong_shape', path, 'Must be an object', item);
    return;
  }
  const prefix = path === '' ? '' : `${path}.`;
  if (item.batch !== undefined) {
    const batch = item.batch;
    if (!Array.isArray(batch) || batch.length === 0) {
      context.refuse('wrong_shape', `${prefix}batch`, 'Must be an array with at least one machine', batch);
      return;
    }
    for (let i = 0; i < batch.length; i++) decodeEntry(batch[i], `${prefix}batch[${i}]`, context);
    return;
  }
  const id = item.machine_id;
  if (typeof id !== 'string') {
    context.refuse('wrong_shape', `${prefix}machine_id`, 'Must be the id of a machine', id);
    return;
  }
  const place = context.place(id, item);
  if (typeof place === 'string') {
    context.refuse(place, `${prefix}machine_id`, REJECTION_REASONS[place], id);
    return;
  }
  decodeReading(item, place, path, -1, context);
}

function decodeReadings(readings: readonly unknown[], place: Place | null, path: string, context: DecodeContext): void {
  if (readings.length === 0) {
    context.refuse('wrong_shape', path, 'Must hold at least one reading', undefined);
    return;
  }
  for (let i = 0; i < readings.length; i++) decodeReading(readings[i], place, path, i, context);
}

/** Reused for every reading: decoding is synchronous and the builder copies. */
const values = new Float64Array(METRICS.length);

/**
 * Each metric is decoded independently: a bad value is left out and reported, the others are stored. A reading without a valid
 * timestamp or without any valid value is not stored. Without a place the reading is only checked.
 */
function decodeReading(
  reading: unknown,
  place: Place | null,
  path: string,
  index: number,
  context: DecodeContext,
): void {
  if (!isRecord(reading)) {
    context.refuse('wrong_shape', pathOf(path, index), 'Must be an object', reading);
    return;
  }
  const { timestamp } = reading;
  const { withoutTime } = context;
  let timestampMs = context.nowMs;
  let timeFault: RejectionReason | null = null;
  if (timestamp !== undefined) {
    timestampMs = parseTimestampMs(timestamp);
    timeFault = faultOfTime(timestampMs, context.nowMs);
    // A message that a broker retained tells nothing about the device's clock at present.
    if (place !== null && withoutTime === 'arrival') context.noteOwnTime?.(place.machineId, timestampMs);
  } else if (withoutTime === 'leave out') return;
  else if (withoutTime !== 'arrival') timeFault = withoutTime;
  if (timeFault !== null) {
    context.refuse(timeFault, fieldOf(path, index, 'timestamp'), REJECTION_REASONS[timeFault], timestamp);
  }
  let measured = 0;
  let valid = 0;
  for (let m = 0; m < METRICS.length; m++) {
    const metric = METRICS[m] as (typeof METRICS)[number];
    const value = reading[metric.name];
    values[m] = Number.NaN;
    if (value === undefined || value === null) continue;
    measured++;
    const fault = faultOfValue(metric, value);
    if (fault === null) {
      // Adding zero turns -0 into 0.
      values[m] = (value as number) + 0;
      valid++;
      continue;
    }
    const error =
      fault === 'not_a_number'
        ? REJECTION_REASONS.not_a_number
        : `Must be from ${metric.min} to ${metric.max} ${metric.unit}`;
    context.refuse(fault, fieldOf(path, index, metric.name), error, value);
  }
  if (measured === 0) context.refuse('no_value', pathOf(path, index), REJECTION_REASONS.no_value, undefined);
  if (valid > 0 && timeFault === null && place !== null) place.rows.add(place.machineId, timestampMs, values);
}

function refusePayload(reason: RejectionReason, context: DecodeContext): undefined {
  context.refuse(reason, '', REJECTION_REASONS[reason], undefined);
}

/** Counts brackets outside of strings. Malformed text may be judged wrongly, but the parser refuses it anyway. */
function isTooDeep(json: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i] as number;
    if (byte === 0x22) inString = !inString;
    else if (inString) {
      if (byte === 0x5c) i++;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const pathOf = (path: string, index: number) => (index < 0 ? path : `${path}[${index}]`);
const fieldOf = (path: string, index: number, name: string) => {
  const at = pathOf(path, index);
  return at === '' ? name : `${at}.${name}`;
};
