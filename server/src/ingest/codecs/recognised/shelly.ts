// Shelly: `NotifyStatus` and `NotifyFullStatus` of the second generation and later, and the status of single components.

import { isRecord } from '../reading-path.ts';
import { idsOf, NO_READINGS, type PayloadFormat, type SentReading } from './device-readings.ts';
import { flattenInto } from './flatten.ts';

/** `switch:0`, `em:0`, `temperature:100`. */
const COMPONENT =
  /^(switch|cover|light|input|em|em1|emdata|em1data|pm1|temperature|humidity|voltmeter|illuminance|flood|smoke|devicepower|rgbw?|cct):(\d+)$/;
/** What the device says about itself and its connections. */
const SYSTEM = new Set([
  'sys',
  'wifi',
  'cloud',
  'mqtt',
  'ble',
  'ws',
  'eth',
  'script',
  'ht_ui',
  'ui',
  'modbus',
  'bthome',
  'knx',
  'matter',
]);
/** Repeated in another unit, an id, or the last minute of a counter. */
const IGNORED = new Set(['id', 'source', 'tF', 'by_minute', 'minute_ts', 'errors', 'counters']);
const UNITS: Record<string, string> = {
  apower: 'W',
  voltage: 'V',
  current: 'A',
  freq: 'Hz',
  act_power: 'W',
  aprt_power: 'VA',
  aenergy_total: 'Wh',
  ret_aenergy_total: 'Wh',
  tC: '°C',
  rh: '%',
  lux: 'lx',
};

export const shelly: PayloadFormat = (message, levels) => {
  if (!isRecord(message)) return null;
  const { src, method, params } = message;
  if (typeof src === 'string' && typeof method === 'string' && isRecord(params)) {
    if (!method.startsWith('Notify')) return null;
    if (method === 'NotifyEvent') return NO_READINGS;
    const { ts, ...components } = params;
    const device = levels.at(-1) === 'rpc' && levels.at(-2) === 'events' ? levels.slice(0, -2).join('/') : null;
    return fromComponents(idsOf(device, src, macOf(src)), components, ts);
  }
  const component = levels.at(-1) as string;
  if (
    levels.at(-2) === 'status' &&
    (COMPONENT.test(component) || (SYSTEM.has(component) && levels[0]?.startsWith('shelly')))
  ) {
    const device = levels.slice(0, -2).join('/');
    return fromComponents(idsOf(device, macOf(device)), { [component]: message }, undefined);
  }
  if (!Object.keys(message).some((field) => COMPONENT.test(field))) return null;
  const { ts, ...components } = message;
  const { sys } = components;
  const ids = isRecord(sys) ? idsOf(sys.mac) : [];
  return { devices: [{ ids, readings: [readingOf(components, ts ?? (isRecord(sys) ? sys.unixtime : undefined))] }] };
};

/** The id ends with the address of the network interface. */
const macOf = (device: string) => /-([0-9a-f]{12})$/i.exec(device)?.[1];

function fromComponents(ids: string[], components: Record<string, unknown>, ts: unknown) {
  const reading = readingOf(components, ts);
  const isEmpty = Object.keys(reading).every((field) => field === 'timestamp');
  return isEmpty ? NO_READINGS : { devices: [{ ids, readings: [reading] }], isNamed: true };
}

function readingOf(components: Record<string, unknown>, ts: unknown): SentReading {
  const reading: SentReading = ts === undefined ? {} : { timestamp: ts };
  const names = Object.keys(components);
  for (const name of names) {
    const component = components[name];
    if (!isRecord(component) || SYSTEM.has(name)) continue;
    const [kind = name, number = ''] = name.split(':');
    // A thermometer of its own, where it is the only one, is the temperature of the machine.
    const isOnly = names.filter((each) => each.startsWith(`${kind}:`)).length === 1;
    addComponent(reading, kind, number, component, isOnly);
  }
  return reading;
}

function addComponent(
  reading: SentReading,
  kind: string,
  number: string,
  component: Record<string, unknown>,
  isOnly: boolean,
): void {
  const prefix = number === '' ? kind : `${kind}_${number}`;
  for (const [field, value] of Object.entries(component)) {
    if (IGNORED.has(field)) continue;
    const flat: SentReading = {};
    flattenInto(flat, { [field]: isRecord(value) ? without(value) : value });
    for (const [name, each] of Object.entries(flat)) {
      const target = nameOf(kind, prefix, name, isOnly);
      reading[target] = each;
      const unit = UNITS[name] ?? UNITS[name.replace(/^[abcn]_|^total_|^temperature_/, '')];
      if (unit !== undefined) reading[`${target}_unit`] = unit;
    }
  }
}

const without = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).filter(([field]) => !IGNORED.has(field)));

/** `temperature:0 {tC}` is `temperature`, `switch:0 {temperature: {tC}}` is `switch_0_temperature`. */
function nameOf(kind: string, prefix: string, field: string, isOnly: boolean): string {
  if ((kind === 'temperature' && field === 'tC') || (kind === 'humidity' && field === 'rh'))
    return isOnly ? kind : prefix;
  return `${prefix}_${field.replace(/_tC$/, '')}`;
}
