// The session state of clients that only publish: the identifiers of QoS 2 messages that are not released yet.

import { Readable } from 'node:stream';
import type { Client } from 'aedes';
import { MqttConnection } from './mqtt-connection.ts';

interface Identified {
  messageId?: number;
}

/** Past this number the least recently used session is removed: a client may never come back. */
const MAX_SESSIONS = 10_000;

/**
 * Implements the persistence of aedes, without payloads, wills, retained messages, subscriptions and queues for clients that are not
 * connected.
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
    if (this.#received.size > MAX_SESSIONS) this.#received.delete(this.#received.keys().next().value as string);
  }

  /** Rejects where the identifier is unknown, as aedes expects. */
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

/** Sessions of different gateways with the same client id are different sessions. */
function sessionOf(client: Client): string {
  const gateway = client.conn instanceof MqttConnection ? client.conn.publisher?.gateway : null;
  return `${gateway?.id ?? ''}/${client.id}`;
}
