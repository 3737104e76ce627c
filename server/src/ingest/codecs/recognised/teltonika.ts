// Teltonika routers, "Data to server": people write the JSON themselves, and every value in it is a text. The default for Modbus is
// `{"ID":"%i","TS":"%t","ST":"%s","VR":"%a"}`, for Bluetooth `{"TS":"%t","D":"%d","MAC":"%m","DT":"%b"}`.

import { isRecord } from '../reading-path.ts';
import { type DeviceReadings, idsOf, type PayloadFormat, type SentReading } from './device-readings.ts';
import { firstOf } from './field-names.ts';

const DATA = ['VR', 'DATA', 'VA', 'VALUE', 'VAL', 'D', 'V'];
const NAMES = ['NAME', 'N', 'TAG', 'PARAM'];
const IDS = ['SN', 'SERIAL', 'SERIAL_NUMBER', 'IMEI', 'DEVICE', 'DEV', 'MAC', 'ADDR', 'IP', 'HOST'];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export const teltonika: PayloadFormat = (message) => {
  const items = Array.isArray(message) ? message : [message];
  const devices: DeviceReadings[] = [];
  for (const item of items) {
    const device = deviceOf(item);
    if (device === null) return null;
    devices.push(device);
  }
  return devices.length === 0 ? null : { devices };
};

function deviceOf(item: unknown): DeviceReadings | null {
  // The names are upper case in every template of the maker.
  if (!isRecord(item) || typeof item.TS !== 'string') return null;
  const data = firstOf(item, DATA);
  if (typeof data !== 'string') return null;
  const ids = idsOf(firstOf(item, IDS), item.ID);
  const reading: SentReading = { timestamp: item.TS };
  const named = firstOf(item, NAMES);
  const name = typeof named === 'string' && named !== '' ? named : registerName(item.ST);
  addData(reading, name, data.trim());
  return { ids, readings: [reading] };
}

const registerName = (start: unknown) => (typeof start === 'string' && start !== '' ? `register_${start}` : 'value');

/** A number, a list of numbers `[1,2]`, an object of them, or a text. */
function addData(reading: SentReading, name: string, data: string): void {
  const parsed = /^[[{]/.test(data) ? parsedJson(data) : null;
  if (isRecord(parsed)) {
    for (const [field, value] of Object.entries(parsed)) reading[field] = numberOr(value);
  } else if (Array.isArray(parsed)) {
    const isSingle = parsed.length === 1;
    parsed.forEach((value, i) => {
      reading[isSingle ? name : `${name}_${i + 1}`] = numberOr(value);
    });
  } else reading[name] = numberOr(data);
}

const numberOr = (value: unknown) => (typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value);

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
