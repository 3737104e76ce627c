// Tasmota: `tele/{device}/SENSOR` and `tele/{device}/STATE`, with units beside the values.

import { isRecord } from '../reading-path.ts';
import { idsOf, NO_READINGS, type PayloadFormat, type SentReading } from './device-readings.ts';
import { flattenInto } from './flatten.ts';

const PREFIXES = new Set(['tele', 'stat']);
const MESSAGES = /^(SENSOR|STATE|STATUS\d*|RESULT)$/;
/** Texts that identify the device or repeat another field. */
const IGNORED = new Set(['Time', 'TempUnit', 'PressureUnit', 'SpeedUnit', 'Uptime', 'Id', 'TotalStartTime', 'Command']);
const IGNORED_WIFI = new Set(['SSId', 'BSSId', 'Mode', 'Downtime', 'AP']);
const TEMPERATURES = new Set(['Temperature', 'DewPoint', 'HeatIndex', 'ObjectTMP', 'AmbientTMP']);
const PRESSURES = new Set(['Pressure', 'SeaPressure', 'QNH']);
const UNITS: Record<string, string> = {
  Humidity: '%',
  Illuminance: 'lx',
  Power: 'W',
  ApparentPower: 'VA',
  ReactivePower: 'var',
  Voltage: 'V',
  Current: 'A',
  Total: 'kWh',
  Today: 'kWh',
  Yesterday: 'kWh',
  UptimeSec: 's',
};
/** Their values mean nothing without the name of the sensor. */
const PREFIXED = /^(ENERGY|Wifi|ANALOG|COUNTER|ESP32|Switch|Berry)/;

export const tasmota: PayloadFormat = (message, levels) => {
  const last = levels.at(-1) as string;
  // Both `%prefix%/%topic%/` and `%topic%/%prefix%/` are usual.
  const prefixAt = levels.findIndex((level) => PREFIXES.has(level));
  const isTopic = levels.length >= 3 && (prefixAt === 0 || prefixAt === levels.length - 2);
  if (isTopic && /^(LWT|INFO\d|UPTIME|POWER\d*|RESULT|STATUS([1-9]|11)?)$/.test(last)) return NO_READINGS;
  if (!isRecord(message)) return null;
  const body = isRecord(message.StatusSNS) ? message.StatusSNS : message;
  if (isTopic ? !MESSAGES.test(last) : typeof body.TempUnit !== 'string' && typeof body.PressureUnit !== 'string') {
    return null;
  }
  const device = isTopic ? levels.slice(prefixAt === 0 ? 1 : 0, prefixAt === 0 ? -1 : -2).join('/') : null;
  return { devices: [{ ids: idsOf(device), readings: [readingOf(body)] }], isNamed: isTopic };
};

interface Value {
  readonly sensor: string;
  readonly quantity: string;
  readonly value: unknown;
}

/** A quantity of one sensor only has its own name, such as `Temperature`; otherwise the name of the sensor precedes it. */
function readingOf(body: Record<string, unknown>): SentReading {
  const values = valuesOf(body);
  const count = new Map<string, number>();
  for (const { quantity } of values) count.set(quantity, (count.get(quantity) ?? 0) + 1);
  const reading: SentReading = body.Time === undefined ? {} : { timestamp: body.Time };
  for (const { sensor, quantity, value } of values) {
    const isPrefixed = sensor !== '' && (PREFIXED.test(sensor) || (count.get(quantity) as number) > 1);
    const field = isPrefixed ? `${sensor}_${quantity}` : quantity;
    const before = new Set(Object.keys(reading));
    flattenInto(reading, { [field]: value });
    const unit = unitOf(quantity, body);
    if (unit === undefined) continue;
    for (const each of Object.keys(reading)) if (!before.has(each)) reading[`${each}_unit`] = unit;
  }
  return reading;
}

function valuesOf(body: Record<string, unknown>): Value[] {
  return Object.entries(body).flatMap(([sensor, value]): Value[] => {
    if (IGNORED.has(sensor)) return [];
    if (!isRecord(value)) return [{ sensor: '', quantity: sensor, value }];
    return Object.entries(value)
      .filter(([quantity]) => !IGNORED.has(quantity) && !(sensor === 'Wifi' && IGNORED_WIFI.has(quantity)))
      .map(([quantity, each]) => ({ sensor, quantity, value: each }));
  });
}

function unitOf(quantity: string, body: Record<string, unknown>): string | undefined {
  if (TEMPERATURES.has(quantity)) return body.TempUnit === 'F' ? '°F' : '°C';
  if (PRESSURES.has(quantity)) return typeof body.PressureUnit === 'string' ? body.PressureUnit : 'hPa';
  return UNITS[quantity];
}
