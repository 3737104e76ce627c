// Objects whose fields are metrics, flat or nested, and `{ts, values: {…}}`: ThingsBoard, Neuron (values format) and most devices
// that somebody programmed.

import { isRecord } from '../reading-path.ts';
import { parseTimestampMs } from '../timestamp.ts';
import { type DeviceReadings, idsOf, type PayloadFormat, type SentReading } from './device-readings.ts';
import { idFieldsOf, timeFieldOf } from './field-names.ts';
import { flattenInto } from './flatten.ts';
import { addTag, isTagValue, readingsOfTags, type Tag, tagOf } from './tag.ts';

/** Fields under which a message holds its values, if it has a time or says who sent it. */
const VALUE_OBJECTS = ['values', 'Values', 'data', 'fields', 'metrics', 'telemetry', 'measurements', 'readings'];
/** Of the values format of Neuron: groups of tags, and what the driver says about itself. */
const NEURON_FIELDS = ['group', 'metas'];

export const plainObject: PayloadFormat = (message) => {
  if (Array.isArray(message)) {
    if (message.length === 0 || !message.every(isRecord)) return null;
    return { devices: message.flatMap(devicesOf) };
  }
  return isRecord(message) ? { devices: devicesOf(message) } : null;
};

/** The readings of one object. Several where its values have times of their own, or where it holds a list of objects. */
export function devicesOf(message: Record<string, unknown>): DeviceReadings[] {
  const { timestamp, ids, rest } = envelopeOf(message);
  const holder = VALUE_OBJECTS.find((field) => holdsValues(rest[field]));
  if (holder === undefined || (timestamp === undefined && Object.keys(rest).length > 1)) {
    return [{ ids, readings: readingsOf(rest, timestamp) }];
  }
  const { [holder]: values, errors, ...others } = rest;
  for (const field of NEURON_FIELDS) if (holder === 'values') delete others[field];
  if (Array.isArray(values)) {
    return values.flatMap((each: Record<string, unknown>) =>
      devicesOf(timestamp === undefined || timeFieldOf(each) !== undefined ? each : { timestamp, ...each }).map(
        (device) => ({
          ids: idsOf(...device.ids, ...ids),
          readings: device.readings,
        }),
      ),
    );
  }
  const readings = readingsOf({ ...others, ...(values as object) }, timestamp);
  if (isRecord(errors)) readings.push(...faultyReadings(errors, timestamp, readings));
  return [{ ids, readings }];
}

const holdsValues = (value: unknown) =>
  isRecord(value) || (Array.isArray(value) && value.length > 0 && value.every(isRecord));

/** The time and the ids of a message, and its other fields. `t` is the time only where it can be one. */
function envelopeOf(message: Record<string, unknown>): {
  timestamp: unknown;
  ids: string[];
  rest: Record<string, unknown>;
} {
  const rest = { ...message };
  const isShort =
    holdsValues(message.values) || (!Number.isNaN(parseTimestampMs(message.t)) && Number(message.t) > 1e8);
  const timeField = timeFieldOf(message, isShort || typeof message.t === 'string');
  const timestamp = timeField === undefined ? undefined : message[timeField];
  if (timeField !== undefined) delete rest[timeField];
  const idFields = idFieldsOf(message);
  for (const field of idFields) delete rest[field];
  return { timestamp, ids: idsOf(...idFields.map((field) => message[field])), rest };
}

/** One reading, and one more for each other time that a value `{value, timestamp}` has. */
export function readingsOf(record: Record<string, unknown>, timestamp: unknown): SentReading[] {
  const reading: SentReading = timestamp === undefined ? {} : { timestamp };
  const { quality, ...fields } = record;
  if (isRecord(quality)) reading.quality = quality;
  else if (quality !== undefined) fields.quality = quality;
  const timed: Tag[] = [];
  for (const field of Object.keys(fields)) {
    const value = fields[field];
    const tag = isRecord(value) && isTagValue(value) ? tagOf(field, value) : null;
    if (tag === null) flattenInto(reading, { [field]: value });
    else if (tag.time === undefined) addTag(reading, field, tag);
    else timed.push(tag);
  }
  const others = readingsOfTags(timed, timestamp, (tag) => tag.name);
  const isEmpty = Object.keys(reading).every((field) => field === 'timestamp' || field === 'quality');
  return isEmpty && others.length > 0 ? others : [reading, ...others];
}

/** Neuron names the tags that it could not read, with a code. */
function faultyReadings(
  errors: Record<string, unknown>,
  timestamp: unknown,
  readings: readonly SentReading[],
): SentReading[] {
  const [first] = readings;
  const into: SentReading = first ?? (timestamp === undefined ? {} : { timestamp });
  for (const field of Object.keys(errors)) {
    addTag(into, field, { name: field, value: Number.NaN, time: undefined, quality: 'bad', unit: null });
  }
  return first === undefined ? [into] : [];
}
