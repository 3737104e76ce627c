// The id under which readings of an unknown machine are stored until, and after, the machine is created.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { idKey } from '../../name-key.ts';

/** Namespace of our name-based ids (RFC 9562, version 5). Never changed, because readings are stored under the ids. */
const NAMESPACE = Buffer.from('5b0f3c4e9a0e4f0b8d6a3f2c1e7d9b64', 'hex');
const isUuid = z.uuid();

/**
 * A UUID is kept. Every other id gets a UUID that depends on nothing but the id, so that all nodes store its readings under the
 * same one, also after a restart. `isTaken` says whether a machine has a UUID: that machine is known by another alias now.
 */
export function plannedMachineId(id: string, isTaken: (machineId: string) => boolean): string {
  const key = idKey(id);
  if (isUuid.safeParse(key).success) return key;
  for (let attempt = 0; ; attempt++) {
    const machineId = nameBasedUuid(attempt === 0 ? key : `${key}\n${attempt}`);
    if (!isTaken(machineId)) return machineId;
  }
}

function nameBasedUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
