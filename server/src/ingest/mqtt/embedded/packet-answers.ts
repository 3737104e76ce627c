// What a signed-in client is answered to packets other than PUBLISH and DISCONNECT.

import {
  isValidFilter,
  type MqttVersion,
  readAcknowledgement,
  readSubscribe,
  readUnsubscribe,
} from './client-packets.ts';
import { PacketFault, type PacketReader, REASON } from './packet-reader.ts';
import type { Qos2Session } from './qos2-sessions.ts';
import { PINGRESP, pubcomp, suback, unsuback } from './server-packets.ts';
import type { Subscriptions } from './subscriptions.ts';

const TYPE = { puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7, subscribe: 8, unsubscribe: 10, pingreq: 12 } as const;
/** Types of packets with the flags that they must have. */
const FLAGS: ReadonlyMap<number, number> = new Map([
  ...[TYPE.puback, TYPE.pubrec, TYPE.pubcomp, TYPE.pingreq].map((type) => [type, 0] as const),
  ...[TYPE.pubrel, TYPE.subscribe, TYPE.unsubscribe].map((type) => [type, 2] as const),
]);
/** QoS 2 is received; what is sent to a client has QoS 0. */
const MAX_GRANTED_QOS = 1;
const NOTHING = Buffer.alloc(0);

export interface Answering {
  readonly version: MqttVersion;
  readonly session: Qos2Session | null;
  readonly subscriptions: Subscriptions;
}

/** @throws PacketFault for what a client may not send */
export function answerTo(
  type: number,
  flags: number,
  reader: PacketReader,
  { version, session, subscriptions }: Answering,
): Buffer {
  if (FLAGS.get(type) !== flags) throw new PacketFault(REASON.malformed, 'a client does not send such a packet');
  switch (type) {
    case TYPE.pubrel: {
      const id = readAcknowledgement(reader, version);
      return pubcomp(version, id, session?.release(id) ?? false);
    }
    case TYPE.subscribe: {
      const { id, filters } = readSubscribe(reader, version);
      // Every subscription is granted: some devices do not work without. Only what is for this client is sent to it.
      const notValid = version === 5 ? REASON.filterNotValid : 0x80;
      const codes = filters.map(({ filter, qos }) => {
        if (!isValidFilter(filter)) return notValid;
        subscriptions.add(filter);
        return Math.min(qos, MAX_GRANTED_QOS);
      });
      return suback(version, id, codes);
    }
    case TYPE.unsubscribe: {
      const { id, filters } = readUnsubscribe(reader, version);
      for (const filter of filters) subscriptions.remove(filter);
      return unsuback(version, id, filters.length);
    }
    case TYPE.pingreq:
      reader.expectEnd();
      return PINGRESP;
    default:
      // Of messages that the broker never sent.
      readAcknowledgement(reader, version);
      return NOTHING;
  }
}
