// Devices and gateways that are programmed for ThingsBoard publish to its topics.

import { isRecord } from '../reading-path.ts';
import { type DeviceReadings, idsOf, NO_READINGS, type PayloadFormat } from './device-readings.ts';
import { devicesOf, plainObject } from './plain-object.ts';

const OF_SENDER = new Set(['v1/devices/me/telemetry', 'v2/telemetry', 'v2/t', 'v2/t/j']);
const OF_GATEWAY = new Set(['v1/gateway/telemetry', 'v2/gateway/telemetry']);

export const thingsboard: PayloadFormat = (message, levels) => {
  if (levels[0] !== 'v1' && levels[0] !== 'v2') return null;
  const topic = levels.join('/');
  if (OF_GATEWAY.has(topic)) return isRecord(message) ? { devices: byName(message), isNamed: true } : null;
  if (OF_SENDER.has(topic)) {
    const plain = plainObject(message, levels, true);
    // The connection names the device; a field of the payload may as well.
    return plain && { ...plain, isNamed: true, isSender: true };
  }
  return /^v[12]\/(devices|gateway)\//.test(topic) ? NO_READINGS : null;
};

/** `{"Device A": [{ts, values}, …], …}` */
function byName(message: Record<string, unknown>): DeviceReadings[] {
  return Object.entries(message).map(([name, sent]) => {
    const list = (Array.isArray(sent) ? sent : [sent]).filter(isRecord);
    return { ids: idsOf(name), readings: list.flatMap((each) => devicesOf(each).flatMap(({ readings }) => readings)) };
  });
}
