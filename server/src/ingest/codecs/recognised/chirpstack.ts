// ChirpStack v4: LoRaWAN uplinks. The decoded payload is in `object`.

import { isRecord } from '../reading-path.ts';
import { idsOf, NO_READINGS, type PayloadFormat } from './device-readings.ts';
import { readingsOf } from './plain-object.ts';

/** `application/{id}/device/{devEui}/event/{event}`, behind a prefix of the region where one is configured. */
export const chirpstack: PayloadFormat = (message, levels) => {
  const [application, , device, devEui, event, kind] = levels.slice(-6);
  const isTopic = application === 'application' && device === 'device' && event === 'event';
  if (!isRecord(message)) return null;
  const { deviceInfo } = message;
  if (!isRecord(deviceInfo) || (typeof deviceInfo.devEui !== 'string' && typeof deviceInfo.deviceName !== 'string')) {
    return null;
  }
  if (isTopic && kind !== 'up') return NO_READINGS;
  if (message.object === undefined && message.data === undefined) return NO_READINGS;
  const ids = idsOf(isTopic ? devEui : null, deviceInfo.devEui, deviceInfo.deviceName);
  // Without a codec in its device profile there is no `object`: then no value can be named.
  const values = isRecord(message.object) ? message.object : {};
  return { devices: [{ ids, readings: readingsOf(values, message.time) }], isNamed: true };
};
