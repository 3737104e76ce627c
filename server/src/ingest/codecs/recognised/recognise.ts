// The table of payloads that are recognised without any configuration. docs/gateways.md describes each of them.

import { isRecord } from '../reading-path.ts';
import { aveva } from './aveva.ts';
import { chirpstack } from './chirpstack.ts';
import type { PayloadFormat, RecognisedPayload } from './device-readings.ts';
import { timeFieldOf } from './field-names.ts';
import { plainObject } from './plain-object.ts';
import { senml } from './senml.ts';
import { shelly } from './shelly.ts';
import { tagList } from './tag-list.ts';
import { tasmota } from './tasmota.ts';
import { teltonika } from './teltonika.ts';
import { thingsboard } from './thingsboard.ts';
import { umhHistorian } from './umh-historian.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

/** By their kind, in order: formats that a topic or a field gives away come before those that only have a shape. */
const FORMATS: readonly (readonly [kind: string, format: PayloadFormat])[] = [
  ['thingsboard', thingsboard],
  ['umh_historian', umhHistorian],
  ['zigbee2mqtt', zigbee2mqtt],
  ['tasmota', tasmota],
  ['shelly', shelly],
  ['chirpstack', chirpstack],
  ['senml', senml],
  ['teltonika', teltonika],
  ['aveva', aveva],
  ['tag_list', tagList],
  ['plain_object', plainObject],
];

/** @returns null where no format fits: the payload is no object and no list of objects */
export function recognise(message: unknown, levels: readonly string[], isNamed: boolean): RecognisedPayload | null {
  for (const [, format] of FORMATS) {
    const recognised = format(message, levels, isNamed);
    if (recognised !== null) return recognised;
  }
  return null;
}

/** The kind of the format as which `recognise` reads the message; null where no format fits. */
export function formatOf(message: unknown, levels: readonly string[]): string | null {
  return FORMATS.find(([, format]) => format(message, levels, false) !== null)?.[0] ?? null;
}

/**
 * Whether the message is in our own form, which is decoded without recognising anything: it is flat and its time, if it has one, is
 * called `timestamp`. Runs for every message.
 *
 * @param needsId the topic does not name the machine
 */
export function isOwnForm(message: unknown, needsId: boolean): boolean {
  if (!Array.isArray(message)) return isOwnItem(message, needsId);
  for (let i = 0; i < message.length; i++) if (!isOwnItem(message[i], needsId)) return false;
  return true;
}

function isOwnItem(item: unknown, needsId: boolean): boolean {
  if (!isRecord(item)) return true;
  if (item.batch !== undefined) return needsId;
  if (needsId && typeof item.machine_id !== 'string') return false;
  if (item.linkquality !== undefined || item.TempUnit !== undefined) return false;
  if ((item.value !== undefined || item.v !== undefined) && (item.name ?? item.id ?? item.n) !== undefined)
    return false;
  for (const field in item) {
    const value = item[field];
    if (typeof value === 'object' && value !== null && field !== 'quality') return false;
  }
  return item.timestamp !== undefined || timeFieldOf(item, true) === undefined;
}
