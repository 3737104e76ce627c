// A client of the embedded broker, as its connection and the broker tell each other of it.

import type { GatewayRecord } from '../../../gateways/gateway-repository.ts';
import type { RejectionReason } from '../../dead-letters/rejection-reason.ts';
import type { IncomingSender } from '../../incoming/incoming-message.ts';
import type { ConnectPacket } from './client-packets.ts';
import type { Qos2Session } from './qos2-sessions.ts';

/** Whose credentials a client has; null for an anonymous client. */
export interface SignedIn {
  readonly gateway: GatewayRecord | null;
}

/** The publisher of a message. */
export interface Publisher extends SignedIn {
  readonly sender: IncomingSender;
}

/** Of every message of an external broker, which tells nobody who sent it. */
export const EXTERNAL_BROKER: Publisher = { gateway: null, sender: { gatewayId: null, client: null, address: null } };

export interface PublishedMessage {
  readonly topic: string;
  /** A view of the receive buffer, valid only during the call. */
  readonly payload: Buffer;
}

/** What the broker knows of a client that may publish. */
export interface Admission {
  readonly publisher: Publisher;
  readonly session: Qos2Session;
  readonly isSessionPresent: boolean;
  /** null where the client chose its own. */
  readonly assignedClientId: string | null;
}

/** Why a client may not publish: a reason code of MQTT 5, and a sentence. */
export interface Refusal {
  readonly reasonCode: number;
  readonly reason: string;
}

/** Why a connection was closed, other than by the client. `connect` is null where the client was never known. */
export interface ClosedByBroker extends Refusal {
  readonly connect: ConnectPacket | null;
  /** The protocol level that the client asked for; null where it is not known. */
  readonly version: number | null;
}

/** `Connection` is `MqttConnection`. */
export interface MqttConnectionHandlers<Connection> {
  onConnect(connection: Connection, connect: ConnectPacket): Admission | Refusal;
  /** `acknowledge` must be called once, when the client may discard the message; with the reason where nothing of it is stored. */
  onPublish(
    connection: Connection,
    message: PublishedMessage,
    acknowledge: (refusedFor?: RejectionReason) => void,
  ): void;
  /** The client has subscribed, and was answered. */
  onSubscribed(connection: Connection): void;
  /** A packet over the limit was skipped. `topic` is empty where it is not known. */
  onTooLarge(connection: Connection, topic: string): void;
  /** The connection is closed because the client may not connect, or broke the protocol. */
  onRefused(connection: Connection, closed: ClosedByBroker): void;
  /** `isOrderly`: the client sent DISCONNECT. Called once. */
  onClose(connection: Connection, isOrderly: boolean): void;
}
