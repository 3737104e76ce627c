// United Manufacturing Hub: `umh/v1/{enterprise}/{site}/…/_historian/{group}/…`, where levels name the machine and groups of tags.

import { isRecord } from '../reading-path.ts';
import { idsOf, type PayloadFormat } from './device-readings.ts';
import { timeFieldOf } from './field-names.ts';
import { readingsOf } from './plain-object.ts';

export const umhHistorian: PayloadFormat = (message, levels) => {
  if (levels[0] !== 'umh' || levels[1] !== 'v1' || !isRecord(message)) return null;
  const contractAt = levels.findIndex((level, i) => i > 2 && level.startsWith('_'));
  if (contractAt < 0) return null;
  const place = levels.slice(2, contractAt);
  const groups = levels.slice(contractAt + 1).flatMap((level) => level.split('.'));
  const timeField = timeFieldOf(message);
  const { [timeField ?? '']: timestamp, ...fields } = message;
  // One tag for each message: the last group is its name, and repeats it where the payload names the tag as well.
  const keys = Object.keys(fields);
  const last = groups.at(-1);
  const isNamedByTopic = keys.length === 1 && (keys[0] === 'value' || keys[0] === last);
  const parents = isNamedByTopic ? groups.slice(0, -1) : groups;
  const values = isNamedByTopic && last !== undefined ? { [last]: fields[keys[0] as string] } : fields;
  const prefix = parents.join('_');
  const named = prefix === '' ? values : { [prefix]: values };
  const ids = idsOf(place.join('/'), place.join('.'), place.at(-1));
  return { devices: [{ ids, readings: readingsOf(named, timestamp) }], isNamed: true };
};
