// Properties of the packets that an MQTT 5 client sends: MQTT 5, section 2.2.2.

import { PacketFault, type PacketReader, REASON } from './packet-reader.ts';

export type PacketWithProperties =
  | 'connect'
  | 'will'
  | 'publish'
  | 'acknowledgement'
  | 'subscribe'
  | 'unsubscribe'
  | 'disconnect';

/** Numbers of the properties that the broker acts on, and 1 for each other one that is present. */
export type Properties = Partial<Record<PropertyName, number>>;
type PropertyName = (typeof PROPERTIES)[number]['name'];
type ValueKind = 'flag' | 'uint16' | 'uint32' | 'variable' | 'text' | 'binary' | 'pair';

const PROPERTIES = [
  { code: 1, name: 'payloadFormat', kind: 'flag', packets: ['publish', 'will'] },
  { code: 2, name: 'messageExpiry', kind: 'uint32', packets: ['publish', 'will'] },
  { code: 3, name: 'contentType', kind: 'text', packets: ['publish', 'will'] },
  { code: 8, name: 'responseTopic', kind: 'text', packets: ['publish', 'will'] },
  { code: 9, name: 'correlationData', kind: 'binary', packets: ['publish', 'will'] },
  { code: 11, name: 'subscriptionIdentifier', kind: 'variable', packets: ['subscribe'] },
  { code: 17, name: 'sessionExpiry', kind: 'uint32', packets: ['connect', 'disconnect'] },
  { code: 21, name: 'authenticationMethod', kind: 'text', packets: ['connect'] },
  { code: 22, name: 'authenticationData', kind: 'binary', packets: ['connect'] },
  { code: 23, name: 'requestProblemInformation', kind: 'flag', packets: ['connect'] },
  { code: 24, name: 'willDelay', kind: 'uint32', packets: ['will'] },
  { code: 25, name: 'requestResponseInformation', kind: 'flag', packets: ['connect'] },
  { code: 31, name: 'reasonString', kind: 'text', packets: ['acknowledgement', 'disconnect'] },
  { code: 33, name: 'receiveMaximum', kind: 'uint16', packets: ['connect'] },
  { code: 34, name: 'topicAliasMaximum', kind: 'uint16', packets: ['connect'] },
  { code: 35, name: 'topicAlias', kind: 'uint16', packets: ['publish'] },
  {
    code: 38,
    name: 'userProperty',
    kind: 'pair',
    packets: ['connect', 'will', 'publish', 'acknowledgement', 'subscribe', 'unsubscribe', 'disconnect'],
  },
  { code: 39, name: 'maximumPacketSize', kind: 'uint32', packets: ['connect'] },
] as const satisfies readonly {
  code: number;
  name: string;
  kind: ValueKind;
  packets: readonly PacketWithProperties[];
}[];

interface Property {
  readonly name: PropertyName;
  readonly kind: ValueKind;
  readonly packets: readonly PacketWithProperties[];
}

const BY_CODE: ReadonlyMap<number, Property> = new Map(PROPERTIES.map((each) => [each.code, each]));
/** A value of 0 is a protocol error. */
const NEVER_ZERO: ReadonlySet<PropertyName> = new Set([
  'receiveMaximum',
  'maximumPacketSize',
  'subscriptionIdentifier',
]);

/** @throws PacketFault for what the specification does not allow in this packet */
export function readProperties(reader: PacketReader, packet: PacketWithProperties): Properties {
  const properties: Properties = {};
  const part = reader.part(reader.variable());
  while (part.hasMore) {
    const property = BY_CODE.get(part.byte());
    if (property === undefined || !property.packets.includes(packet))
      throw new PacketFault(REASON.malformed, `the ${packet} has a property that it cannot have`);
    const { name, kind } = property;
    if (properties[name] !== undefined && kind !== 'pair')
      throw new PacketFault(REASON.protocolError, `the property ${name} is repeated`);
    const value = readValue(part, kind);
    if (value === 0 && NEVER_ZERO.has(name)) throw new PacketFault(REASON.protocolError, `the property ${name} is 0`);
    properties[name] = value;
  }
  return properties;
}

function readValue(reader: PacketReader, kind: ValueKind): number {
  switch (kind) {
    case 'flag': {
      const value = reader.byte();
      if (value > 1) throw new PacketFault(REASON.protocolError, 'a flag is neither 0 nor 1');
      return value;
    }
    case 'uint16':
      return reader.uint16();
    case 'uint32':
      return reader.uint32();
    case 'variable':
      return reader.variable();
    case 'text':
      reader.text();
      return 1;
    case 'binary':
      reader.binary();
      return 1;
    case 'pair':
      reader.text();
      reader.text();
      return 1;
  }
}
