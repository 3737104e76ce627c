// What the broker remembers of clients that only publish: the identifiers of QoS 2 messages under way, nothing else.

import { Readable } from 'node:stream';
import type { Client } from 'aedes';
import { MqttConnection } from './mqtt-connection.ts';

interface Identified {
  messageId?: number;
}

/** A client that never comes back must not be remembered for ever: the least recently used session goes first. */
const KEPT_SESSIONS = 10_000;

/**
 * The persistence that aedes asks for, without what its default one keeps: no payloads, no wills, no retained
 * messages, no subscriptions, no queues for absent clients.
 */
export class Qos2Sessions {
  readonly #received = new Map<string, Set<number>>();

  /** Whether this QoS 2 message has been stored, and the client has not released it yet. */
  has(client: Client, messageId: number | undefined): boolean {
    return messageId !== undefined && (this.#received.get(sessionOf(client))?.has(messageId) ?? false);
  }

  async setup(): Promise<void> {}

  async incomingStorePacket(client: Client, packet: Identified): Promise<void> {
    const session = sessionOf(client);
    const received = this.#received.get(session) ?? new Set<number>();
    received.add(packet.messageId as number);
    this.#received.delete(session);
    this.#received.set(session, received);
    if (this.#received.size > KEPT_SESSIONS) this.#received.delete(this.#received.keys().next().value as string);
  }

  /** Rejects where it is not known, as aedes expects. */
  async incomingGetPacket(client: Client, packet: Identified): Promise<Identified> {
    if (!this.has(client, packet.messageId)) throw new Error('no such packet');
    return packet;
  }

  async incomingDelPacket(client: Client, packet: Identified): Promise<void> {
    const session = sessionOf(client);
    const received = this.#received.get(session);
    received?.delete(packet.messageId as number);
    if (received?.size === 0) this.#received.delete(session);
  }

  async cleanIncoming(client: Client): Promise<void> {
    this.#received.delete(sessionOf(client));
  }

  async subscriptionsByClient(): Promise<never[]> {
    return [];
  }

  async cleanSubscriptions(): Promise<void> {}
  async removeSubscriptions(): Promise<void> {}
  async putWill(): Promise<void> {}
  async delWill(): Promise<void> {}
  async outgoingUpdate(): Promise<void> {}
  async outgoingClearMessageId(): Promise<void> {}

  outgoingStream(): Readable {
    return Readable.from([]);
  }

  streamWill(): Readable {
    return Readable.from([]);
  }
}

/** A client id belongs to whoever signed in with it: another gateway's session of the same name is another one. */
function sessionOf(client: Client): string {
  const gateway = client.conn instanceof MqttConnection ? client.conn.publisher?.gateway : null;
  return `${gateway?.id ?? ''}/${client.id}`;
}
