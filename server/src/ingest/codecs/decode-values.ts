// Decodes the values of one reading: which metric each field names, and whether its value can be stored.

import { BAD, GOOD, UNCERTAIN } from '../../readings/reading-batch.ts';
import { REJECTION_REASONS } from '../dead-letters/rejection-reason.ts';
import type { DecodeContext, Place } from './decode-context.ts';
import type { FieldTarget } from './metric-fields.ts';
import { fieldOf, isRecord, type ReadingPath } from './reading-path.ts';

/** Fields of our own payloads that are not metrics. */
export const ENVELOPE = new Set([
  'timestamp',
  'quality',
  'machine_id',
  'machine_name',
  'sensor_type',
  'location',
  'gateway_id',
  'factory_id',
]);
const NOWHERE = { machineId: '', rows: null };
const UNIT_SUFFIX = '_unit';
/** Longer texts are no states. */
const MAX_STATE_CHARACTERS = 64;
/** For each metric, the number of the last reading that had it. A metric occurs once in a reading. */
const lastReadingOf = new Uint32Array(65_536);
let readingNumber = 0;

/**
 * Adds the values to the rows of the place. `timestampMs` is the time of the reading, by which calibration offsets count.
 *
 * @returns how many fields hold a value, whether it can be stored or not
 */
export function decodeValues(
  reading: Record<string, unknown>,
  place: Place | null,
  at: ReadingPath,
  timestampMs: number,
  context: DecodeContext,
): number {
  const { fields } = context;
  // The ranges of a machine that is not known are those of the plant.
  const { machineId, rows: sink } = place ?? NOWHERE;
  const hasUnits = mayHaveUnits(reading);
  const qualities = reading.quality === undefined ? null : qualitiesOf(reading.quality, at, context);
  const offsets = context.isAsRead === true ? null : fields.offsetsOf(machineId);
  let measured = 0;
  readingNumber = (readingNumber + 1) >>> 0;
  for (const field in reading) {
    const value = reading[field];
    if (value === undefined || value === null || ENVELOPE.has(field)) continue;
    if (hasUnits && isUnit(field, value, reading)) continue;
    measured++;
    const unit = hasUnits ? unitOf(field, reading) : null;
    const found = fields.find(field, machineId);
    if (found === undefined) {
      noteUnknown(field, value, unit, at, context);
      continue;
    }
    if (typeof found === 'string') {
      context.refuse(found, fieldOf(at, field), REJECTION_REASONS[found], value);
      continue;
    }
    const { metric } = found;
    const number = numberOf(found, value, at, field, context);
    if (number === undefined) continue;
    if (place !== null && !found.isBuiltIn && !fields.admits(machineId, metric)) {
      context.refuse('too_many_metrics', fieldOf(at, field), REJECTION_REASONS.too_many_metrics, value);
      continue;
    }
    let stored = number;
    let isInUnit = true;
    let quality = qualities === null ? GOOD : (qualities.get(field) ?? GOOD);
    if (unit !== null && isNumeric(found)) {
      const converted = fields.convert(metric, number, unit);
      if (converted === null) {
        context.refuse('bad_unit', fieldOf(at, field), REJECTION_REASONS.bad_unit, unit);
        quality = BAD;
        isInUnit = false;
      } else stored = converted;
    }
    if (offsets !== null && isInUnit && found.kind === 'gauge') stored += offsets.at(metric, timestampMs);
    if (isNumeric(found) && !isPlausible(found, stored)) {
      // What the source itself calls bad is no fault of its payload.
      if (quality !== BAD) context.refuse('out_of_range', fieldOf(at, field), rangeText(found), value);
      quality = BAD;
      // Infinities and NaN say the same, and only NaN is stored.
      if (!Number.isFinite(stored)) stored = Number.NaN;
    }
    if (sink === null) continue;
    if (found.isNew) {
      fields.noteArrival(metric, value as number | boolean | string, machineId, context.gateway, timestampMs);
    }
    if (lastReadingOf[metric] !== readingNumber) {
      lastReadingOf[metric] = readingNumber;
      // Adding zero turns -0 into 0.
      sink.addValue(metric, stored + 0, quality);
    } else if (field === found.name) sink.replaceValue(metric, stored + 0, quality);
  }
  return measured;
}

const isNumeric = ({ kind }: FieldTarget) => kind === 'gauge' || kind === 'counter';
const isPlausible = ({ min, max }: FieldTarget, value: number) =>
  value >= min && value <= max && Number.isFinite(value);
const rangeText = ({ min, max, unit }: FieldTarget) =>
  Number.isFinite(min) && Number.isFinite(max)
    ? `Must be from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`
    : REJECTION_REASONS.out_of_range;

/** The value as a number, undefined if it is not of the kind of the metric, which is reported, or a state to be added. */
function numberOf(
  target: FieldTarget,
  value: unknown,
  at: ReadingPath,
  field: string,
  context: DecodeContext,
): number | undefined {
  switch (target.kind) {
    case 'gauge':
    case 'counter':
      if (typeof value === 'number') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value ? 1 : 0;
      if (value === 0 || value === 1) return value;
      // A boolean that was a state before, such as off and on, still comes as these texts.
      if (typeof value === 'string') {
        const code = context.fields.stateCode(target.metric, value);
        if (code === 0 || code === 1) return code;
      }
      break;
    case 'state':
      if (typeof value === 'string') return stateOf(target, value, at, field, context);
      break;
  }
  const reason = isNumeric(target) ? 'not_a_number' : 'not_of_kind';
  context.refuse(reason, fieldOf(at, field), REJECTION_REASONS[reason], value);
}

function stateOf(
  target: FieldTarget,
  text: string,
  at: ReadingPath,
  field: string,
  context: DecodeContext,
): number | undefined {
  const isState = text.length > 0 && text.length <= MAX_STATE_CHARACTERS;
  const code = isState ? context.fields.stateCode(target.metric, text) : 'not_of_kind';
  if (typeof code === 'number') return code;
  if (code === undefined && context.unknown !== null) context.unknown.addState(target.metric, text);
  else {
    const reason = code ?? 'unknown_metric';
    context.refuse(reason, fieldOf(at, field), REJECTION_REASONS[reason], text);
  }
}

function noteUnknown(
  field: string,
  value: unknown,
  unit: string | null,
  at: ReadingPath,
  context: DecodeContext,
): void {
  const isText = typeof value === 'string' && value.length > 0 && value.length <= MAX_STATE_CHARACTERS;
  if (!isText && typeof value !== 'number' && typeof value !== 'boolean') {
    context.refuse('not_a_value', fieldOf(at, field), REJECTION_REASONS.not_a_value, value);
  } else if (context.unknown === null) {
    context.refuse('unknown_metric', fieldOf(at, field), REJECTION_REASONS.unknown_metric, value);
  } else if (!context.unknown.fields.has(field)) context.unknown.fields.set(field, { field, value, unit });
}

/** Most readings have no text but their time. */
function mayHaveUnits(reading: Record<string, unknown>): boolean {
  for (const field in reading) {
    if (typeof reading[field] === 'string' && (field === 'unit' || field.endsWith(UNIT_SUFFIX))) return true;
  }
  return false;
}

/** Whether the field names the unit of another field of the reading, or of all of them. */
function isUnit(field: string, value: unknown, reading: Record<string, unknown>): boolean {
  if (typeof value !== 'string') return false;
  return field === 'unit' || (field.endsWith(UNIT_SUFFIX) && field.slice(0, -UNIT_SUFFIX.length) in reading);
}

function unitOf(field: string, reading: Record<string, unknown>): string | null {
  const unit = reading[field + UNIT_SUFFIX] ?? reading.unit;
  return typeof unit === 'string' ? unit : null;
}

const QUALITIES = new Map<unknown, number>([
  ['good', GOOD],
  ['uncertain', UNCERTAIN],
  ['bad', BAD],
]);

/** `quality: {<field>: "good" | "uncertain" | "bad"}`. What is not understood is reported and counts as uncertain. */
function qualitiesOf(quality: unknown, at: ReadingPath, context: DecodeContext): Map<string, number> {
  const qualities = new Map<string, number>();
  if (!isRecord(quality)) {
    context.refuse('wrong_shape', fieldOf(at, 'quality'), 'Must be an object', quality);
    return qualities;
  }
  for (const [field, text] of Object.entries(quality)) {
    const known = QUALITIES.get(text);
    if (known === undefined) {
      const path = fieldOf(at, `quality.${field}`);
      context.refuse('wrong_shape', path, 'Must be "good", "uncertain" or "bad"', text);
    }
    qualities.set(field, known ?? UNCERTAIN);
  }
  return qualities;
}
