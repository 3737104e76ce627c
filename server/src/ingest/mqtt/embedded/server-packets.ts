// Writes the packets that the broker sends.

import type { MqttVersion } from './client-packets.ts';
import { REASON } from './packet-reader.ts';

export const PINGRESP = Buffer.from([0xd0, 0]);
/** Unacknowledged messages of QoS 1 and 2 that a client may send. */
export const RECEIVE_MAXIMUM = 1000;
/** Topics that a client may abbreviate. */
export const TOPIC_ALIAS_MAXIMUM = 100;

/** Reason codes with the return codes of MQTT 3.1.1, section 3.2.2.3; for others the connection is closed without an answer. */
const RETURN_CODES: ReadonlyMap<number, number> = new Map([
  [REASON.success, 0],
  [REASON.unsupportedVersion, 1],
  [REASON.clientIdNotValid, 2],
  [REASON.badCredentials, 4],
  [REASON.notAuthorized, 5],
]);

export interface Accepted {
  readonly isSessionPresent: boolean;
  readonly maxPacketBytes: number;
  /** null where the client chose its own. */
  readonly assignedClientId: string | null;
}

export function connackAccepted(version: MqttVersion, accepted: Accepted): Buffer {
  const flags = accepted.isSessionPresent && version !== 3 ? 1 : 0;
  if (version !== 5) return Buffer.from([0x20, 2, flags, 0]);
  const properties = Buffer.concat([
    Buffer.from([33, ...uint16(RECEIVE_MAXIMUM), 34, ...uint16(TOPIC_ALIAS_MAXIMUM)]),
    // The fixed header counts here as well: MQTT 5, section 3.2.2.3.6.
    Buffer.from([39, ...uint32(accepted.maxPacketBytes)]),
    ...(accepted.assignedClientId === null ? [] : [Buffer.from([18]), text(accepted.assignedClientId)]),
  ]);
  return packet(0x20, Buffer.from([flags, REASON.success]), withLength(properties));
}

/** @returns null where MQTT 3.1.1 has no return code for it */
export function connackRefused(version: number, reasonCode: number, reason: string): Buffer | null {
  if (version >= 5) return packet(0x20, Buffer.from([0, reasonCode]), withLength(reasonString(reason)));
  const returnCode = RETURN_CODES.get(reasonCode);
  return returnCode === undefined ? null : Buffer.from([0x20, 2, 0, returnCode]);
}

/** Only MQTT 5 has it from the broker. `reason` is a sentence, or empty. */
export function disconnect(reasonCode: number, reason: string): Buffer {
  return packet(0xe0, Buffer.from([reasonCode]), withLength(reasonString(reason)));
}

/** Of QoS 0. */
export function publish(version: MqttVersion, topic: string, payload: Buffer, isRetained: boolean): Buffer {
  return packet(isRetained ? 0x31 : 0x30, text(topic), Buffer.from(version === 5 ? [0] : []), payload);
}

export function suback(version: MqttVersion, id: number, codes: readonly number[]): Buffer {
  return packet(0x90, Buffer.from([...uint16(id), ...(version === 5 ? [0] : [])]), Buffer.from(codes));
}

export function unsuback(version: MqttVersion, id: number, filters: number): Buffer {
  if (version !== 5) return Buffer.from([0xb0, 2, ...uint16(id)]);
  return packet(0xb0, Buffer.from([...uint16(id), 0]), Buffer.alloc(filters));
}

export function pubcomp(version: MqttVersion, id: number, isKnown: boolean): Buffer {
  if (isKnown || version !== 5) return Buffer.from([0x70, 2, ...uint16(id)]);
  return Buffer.from([0x70, 3, ...uint16(id), REASON.unknownIdentifier]);
}

function packet(head: number, ...parts: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([head]), withLength(Buffer.concat(parts))]);
}

function withLength(bytes: Buffer): Buffer {
  const length: number[] = [];
  let left = bytes.length;
  do {
    length.push(left > 0x7f ? (left & 0x7f) | 0x80 : left);
    left >>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.from(length), bytes]);
}

function reasonString(reason: string): Buffer {
  return reason === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from([31]), text(reason)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from(uint16(bytes.length)), bytes]);
}

const uint16 = (value: number) => [value >> 8, value & 0xff];
const uint32 = (value: number) => [value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
