// Zigbee2MQTT: one object for each device, under its friendly name.

import { isRecord } from '../reading-path.ts';
import { idsOf, NO_READINGS, type PayloadFormat } from './device-readings.ts';
import { timeFieldOf } from './field-names.ts';
import { readingsOf } from './plain-object.ts';

const BASE_TOPIC = 'zigbee2mqtt';
/** The device that sent the message, its updates and how long ago it was heard are no measurements. */
const IGNORED = ['device', 'update', 'update_available', 'elapsed', 'last_seen'];
/** The last level of topics that carry commands and the presence of a device. */
const COMMANDS = new Set(['set', 'get', 'availability']);
const UNITS: Record<string, string> = {
  temperature: '°C',
  device_temperature: '°C',
  local_temperature: '°C',
  humidity: '%',
  pressure: 'hPa',
  battery: '%',
  power: 'W',
  energy: 'kWh',
  current: 'A',
  illuminance: 'lx',
  illuminance_lux: 'lx',
  soil_moisture: '%',
};
/** A battery has a few volts; devices with a battery send millivolts. */
const MIN_MILLIVOLTS = 500;

export const zigbee2mqtt: PayloadFormat = (message, levels) => {
  const isTopic = levels[0] === BASE_TOPIC && levels.length > 1;
  if (isTopic && (levels[1] === 'bridge' || COMMANDS.has(levels.at(-1) as string))) return NO_READINGS;
  // `linkquality` is in no other format, wherever a bridge publishes it.
  if (!isRecord(message) || (!isTopic && typeof message.linkquality !== 'number')) return null;
  const fields = { ...message };
  const device = isRecord(fields.device) ? fields.device : {};
  const timeField = timeFieldOf(message);
  const timestamp = timeField === undefined ? undefined : message[timeField];
  if (timeField !== undefined) delete fields[timeField];
  for (const field of IGNORED) delete fields[field];
  const units = Object.fromEntries(
    Object.entries(UNITS)
      .filter(([field]) => typeof fields[field] === 'number' && fields[`${field}_unit`] === undefined)
      .map(([field, unit]) => [`${field}_unit`, unit]),
  );
  if (typeof fields.voltage === 'number') units.voltage_unit = fields.voltage >= MIN_MILLIVOLTS ? 'mV' : 'V';
  const name = isTopic ? levels.slice(1).join('/') : null;
  const ids = idsOf(name, device.friendlyName, device.ieeeAddr);
  return { devices: [{ ids, readings: readingsOf({ ...fields, ...units }, timestamp) }], isNamed: isTopic };
};
