// Parses the packets that clients send, except PUBLISH: MQTT 3.1, 3.1.1 and 5.

import { isSparkplugTopic } from '../../sparkplug/topic.ts';
import { type Properties, readProperties } from './packet-properties.ts';
import { PacketFault, type PacketReader, REASON } from './packet-reader.ts';

/** 3 is MQTT 3.1, 4 is 3.1.1. */
export type MqttVersion = 3 | 4 | 5;

export interface ConnectPacket {
  readonly version: MqttVersion;
  readonly clientId: string;
  readonly isClean: boolean;
  readonly keepAliveSeconds: number;
  /** How long the session outlives the connection, in seconds; Infinity: until it is evicted. */
  readonly sessionExpirySeconds: number;
  /** Larger packets must not be sent to the client. */
  readonly maximumPacketSize: number;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  /** The death of a Sparkplug node, for when its connection breaks. Nobody receives another will. */
  readonly will: { readonly topic: string; readonly payload: Buffer } | null;
}

export interface SubscribePacket {
  readonly id: number;
  readonly filters: readonly { readonly filter: string; readonly qos: number }[];
}

/** The protocol level is none of those that the broker knows. */
export class UnsupportedVersion extends PacketFault {
  readonly version: number;

  constructor(version: number) {
    super(REASON.unsupportedVersion, `the protocol level ${version} is not supported`);
    this.version = version;
  }
}

/** The level of a bridge, as Mosquitto sends it. */
const BRIDGE = 0x80;
const FOREVER = 0xffff_ffff;
const MAX_QOS = 2;

/** @throws PacketFault; UnsupportedVersion where only the version is wrong */
export function readConnect(reader: PacketReader): ConnectPacket {
  const version = readVersion(reader);
  const flags = reader.byte();
  const [hasName, hasPassword, hasWill] = [flags & 0x80, flags & 0x40, flags & 0x04].map((bit) => bit !== 0);
  const isClean = (flags & 0x02) !== 0;
  const willQos = (flags >> 3) & 3;
  if ((flags & 1) !== 0) throw new PacketFault(REASON.malformed, 'a reserved flag of CONNECT is set');
  if (willQos > MAX_QOS || (!hasWill && (flags & 0x38) !== 0))
    throw new PacketFault(REASON.malformed, 'the flags of the will are not valid');
  // [MQTT-3.1.2-22] of 3.1.1; MQTT 5 allows a password without a user name.
  if (version === 4 && hasPassword && !hasName)
    throw new PacketFault(REASON.malformed, 'a password without a user name');
  const keepAliveSeconds = reader.uint16();
  const properties = version === 5 ? readProperties(reader, 'connect') : {};
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined)
    throw new PacketFault(REASON.protocolError, 'authentication data without a method');
  const clientId = reader.text();
  const will = hasWill ? readWill(reader, version) : null;
  const username = hasName ? reader.text() : undefined;
  const password = hasPassword ? Buffer.from(reader.binary()) : undefined;
  reader.expectEnd();
  if (properties.authenticationMethod !== undefined)
    throw new PacketFault(REASON.badAuthenticationMethod, 'enhanced authentication is not supported');
  return {
    ...{ version, clientId, isClean, keepAliveSeconds, username, password, will },
    sessionExpirySeconds: version === 5 ? expiryOf(properties) : isClean ? 0 : Number.POSITIVE_INFINITY,
    maximumPacketSize: properties.maximumPacketSize ?? Number.POSITIVE_INFINITY,
  };
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP. @returns the identifier */
export function readAcknowledgement(reader: PacketReader, version: MqttVersion): number {
  const id = reader.identifier();
  if (version === 5 && reader.hasMore) {
    reader.byte();
    if (reader.hasMore) readProperties(reader, 'acknowledgement');
  }
  reader.expectEnd();
  return id;
}

export function readSubscribe(reader: PacketReader, version: MqttVersion): SubscribePacket {
  const id = reader.identifier();
  if (version === 5) readProperties(reader, 'subscribe');
  const filters: { filter: string; qos: number }[] = [];
  do {
    const filter = reader.text();
    const options = reader.byte();
    const qos = options & 3;
    const isValid = version === 5 ? (options & 0xc0) === 0 && (options & 0x30) !== 0x30 : (options & 0xfc) === 0;
    if (qos > MAX_QOS || !isValid)
      throw new PacketFault(REASON.malformed, 'the options of a subscription are not valid');
    filters.push({ filter, qos });
  } while (reader.hasMore);
  return { id, filters };
}

export function readUnsubscribe(reader: PacketReader, version: MqttVersion): { id: number; filters: string[] } {
  const id = reader.identifier();
  if (version === 5) readProperties(reader, 'unsubscribe');
  const filters: string[] = [];
  do filters.push(reader.text());
  while (reader.hasMore);
  return { id, filters };
}

/** `isOrderly`: false where the client asks for its will. `sessionExpirySeconds`: null where it stays as it is. */
export function readDisconnect(
  reader: PacketReader,
  version: MqttVersion,
): { isOrderly: boolean; sessionExpirySeconds: number | null } {
  let reasonCode = 0;
  let properties: Properties = {};
  if (version === 5 && reader.hasMore) {
    reasonCode = reader.byte();
    if (reader.hasMore) properties = readProperties(reader, 'disconnect');
  }
  reader.expectEnd();
  const sessionExpirySeconds = properties.sessionExpiry === undefined ? null : expiryOf(properties);
  return { isOrderly: reasonCode === REASON.success, sessionExpirySeconds };
}

/** Whether the wildcards of a topic filter stand where they may: MQTT 5, section 4.7.1. */
export function isValidFilter(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter !== '' &&
    levels.every((level, i) => {
      if (level === '#') return i === levels.length - 1;
      return level === '+' || !/[#+]/.test(level);
    })
  );
}

function readVersion(reader: PacketReader): MqttVersion {
  const name = reader.text();
  if (name !== 'MQTT' && name !== 'MQIsdp') throw new PacketFault(REASON.malformed, 'the protocol is not MQTT');
  const level = reader.byte();
  const version = level & ~BRIDGE;
  if (version === 3 || version === 4 || (version === 5 && name === 'MQTT')) return version;
  throw new UnsupportedVersion(level);
}

function readWill(reader: PacketReader, version: MqttVersion): ConnectPacket['will'] {
  if (version === 5) readProperties(reader, 'will');
  const topic = reader.text();
  if (topic === '' || /[#+]/.test(topic))
    throw new PacketFault(REASON.topicNotValid, 'the topic of the will is not valid');
  const payload = reader.binary();
  return isSparkplugTopic(topic) ? { topic, payload: Buffer.from(payload) } : null;
}

const expiryOf = ({ sessionExpiry = 0 }: Properties): number =>
  sessionExpiry === FOREVER ? Number.POSITIVE_INFINITY : sessionExpiry;
