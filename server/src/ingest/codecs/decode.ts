// Decodes payloads of gateways into columns, in one pass. Bad data is reported fault by fault, and does not throw.

import { isUtf8 } from 'node:buffer';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { DecodeContext, Place } from './decode-context.ts';
import { decodeValues } from './decode-values.ts';
import { MAX_DEPTH, parseLenientJson } from './parse-json.ts';
import { fieldOf, isRecord, pathOf, type ReadingPath } from './reading-path.ts';
import { faultOfTime, parseTimestampMs } from './timestamp.ts';

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
    decodeReading(message, place, { path: '', index: -1 }, context);
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
  decodeReading(item, place, { path, index: -1 }, context);
}

function decodeReadings(readings: readonly unknown[], place: Place | null, path: string, context: DecodeContext): void {
  if (readings.length === 0) {
    context.refuse('wrong_shape', path, 'Must hold at least one reading', undefined);
    return;
  }
  const at = { path, index: 0 };
  for (; at.index < readings.length; at.index++) decodeReading(readings[at.index], place, at, context);
}

/**
 * Each metric is decoded independently: a value that is not of the metric's kind is left out and reported, one that is not
 * plausible is stored as bad and reported, and the others are stored. A reading whose timestamp cannot be read, or without any
 * value, is not stored. A timestamp before 1990 says that the clock of the device is not set: it counts as none, and is
 * reported. Without a place the reading is only checked.
 */
function decodeReading(reading: unknown, place: Place | null, at: ReadingPath, context: DecodeContext): void {
  if (!isRecord(reading)) {
    context.refuse('wrong_shape', pathOf(at), 'Must be an object', reading);
    return;
  }
  const { timestamp } = reading;
  const { withoutTime } = context;
  let timestampMs = 0;
  let timeFault: RejectionReason | null = null;
  let isOwnTime = timestamp !== undefined;
  if (isOwnTime) {
    timestampMs = parseTimestampMs(timestamp, context.zone);
    timeFault = timestamp === null ? 'clock_not_set' : faultOfTime(timestampMs, context.nowMs);
    // A message that a broker retained tells nothing about the device's clock at present.
    if (place !== null && withoutTime === 'arrival') {
      context.noteOwnTime?.(place.machineId, timestampMs);
      context.noteTime?.(place.machineId, timestamp, timestampMs);
    }
    if (timeFault === 'clock_not_set' && context.refusesUnsetClock !== true) {
      isOwnTime = false;
      timeFault = null;
      if (withoutTime === 'arrival' && place !== null) {
        context.refuse('clock_not_set', fieldOf(at, 'timestamp'), REJECTION_REASONS.clock_not_set, timestamp);
      }
    }
  }
  if (!isOwnTime) {
    if (withoutTime === 'leave out') return;
    if (withoutTime !== 'arrival') timeFault = withoutTime;
  }
  if (timeFault !== null) {
    context.refuse(timeFault, fieldOf(at, 'timestamp'), REJECTION_REASONS[timeFault], timestamp);
  }
  const target = timeFault === null ? place : null;
  const measured = decodeValues(reading, target, at, isOwnTime ? timestampMs : context.nowMs, context);
  if (measured === 0) context.refuse('no_value', pathOf(at), REJECTION_REASONS.no_value, undefined);
  if (target === null || target.rows.openValues === 0) return;
  const { machineId, rows } = target;
  rows.endReading(machineId, isOwnTime ? timestampMs : context.arrivalMs(machineId));
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
