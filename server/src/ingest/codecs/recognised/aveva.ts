// AVEVA Communication Drivers, JSON-VTQ1: one item for each topic, `{"d": value, "dt": type, "ts": time, "q": quality}` on
// `Group/ItemName`. JSON-VTQ2 is a list of tags.

import { isRecord } from '../reading-path.ts';
import { idsOf, type PayloadFormat } from './device-readings.ts';
import { tagOf } from './tag.ts';
import { devicesOf } from './tag-list.ts';

export const aveva: PayloadFormat = (message, levels, isNamed) => {
  if (!isRecord(message) || typeof message.dt !== 'number' || message.d === undefined) return null;
  const tag = tagOf(levels.at(-1) as string, message);
  if (tag === null || tag.name === '') return null;
  const [device] = devicesOf([tag], undefined, [], isNamed);
  // Without a path, the group may be the machine.
  const ids = device?.ids.length ? device.ids : idsOf(levels.slice(0, -1).join('/'));
  return { devices: [{ ids, readings: device?.readings ?? [] }] };
};
