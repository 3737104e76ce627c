// From a message of Sparkplug B to the host application, and from there to the store.

import { rightOf } from '../../gateways/gateway-rights.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { SparkplugLink } from '../sparkplug/node-session.ts';
import { decodePayload } from '../sparkplug/payload.ts';
import { payloadText } from '../sparkplug/payload-text.ts';
import type { SparkplugHost } from '../sparkplug/sparkplug-host.ts';
import { EXTERNAL_BROKER, type Publisher } from './embedded/mqtt-client.ts';
import type { BrokerMessage } from './external/mqtt-session.ts';
import type { ReceivedMessage } from './message-decoder.ts';

/** Publishes to the client, or the broker, that the message came from. */
export type Send = (topic: string, payload: Buffer) => void;

export interface SparkplugSink {
  store(message: Omit<ReceivedMessage, 'arrivedMs'>, done: () => void): void;
  reject(topic: string, reason: RejectionReason, payload: Buffer | string, publisher: Publisher): void;
}

export class SparkplugIntake {
  readonly #host: SparkplugHost | null;
  readonly #machines: MachineService;
  readonly #sink: SparkplugSink;

  constructor(deps: { sparkplug: SparkplugHost | null; machines: MachineService }, sink: SparkplugSink) {
    this.#host = deps.sparkplug;
    this.#machines = deps.machines;
    this.#sink = sink;
  }

  /** `done` is called as for every message; with a reason where Sparkplug is switched off. */
  accept(
    { topic, payload, isRetained }: BrokerMessage,
    publisher: Publisher,
    send: Send,
    done: (refusedFor?: RejectionReason) => void,
  ): void {
    if (this.#host === null) {
      this.#sink.reject(topic, 'sparkplug_off', readable(payload), publisher);
      done('sparkplug_off');
      return;
    }
    // The host may keep the message until earlier ones are there, and the connection reuses its buffer.
    const kept = Buffer.from(payload);
    const route = { factoryId: null, machineId: null, levels: topic.split('/') };
    const received = { topic, route, payload: kept, publisher, withoutTime: 'arrival', isRetained } as const;
    const text = () => readable(kept);
    const link: SparkplugLink = {
      store: (machines, unknownAliases, stored) =>
        this.#sink.store({ ...received, decoded: { machines, unknownAliases, text } }, stored),
      refuse: (reason) => this.#sink.reject(topic, reason, text(), publisher),
      machineOf: (ids) => this.#machineOf(ids, publisher),
      send,
    };
    const sender = publisher.gateway?.id ?? '';
    this.#host.receive({ topic, payload: kept, isRetained, sender, link }, done);
  }

  /** A message that came by another subscription than that of the host. */
  acceptElsewhere({ topic, payload }: BrokerMessage, done: () => void): void {
    // The connection of the host receives it as well, in the order in which the node sent it.
    if (this.#host === null) this.#sink.reject(topic, 'sparkplug_off', readable(payload), EXTERNAL_BROKER);
    done();
  }

  #machineOf(ids: readonly string[], { gateway }: Publisher): string | null {
    const known = ids.map((id) => this.#machines.resolve(id)?.record).find((record) => record !== undefined);
    return known !== undefined && rightOf(gateway, known, null) === 'allowed' ? known.id : null;
  }
}

/** Of what is no payload of Sparkplug B, the bytes. */
function readable(payload: Buffer): string {
  const decoded = decodePayload(payload);
  return decoded === null ? payload.toString('hex') : payloadText(decoded);
}
