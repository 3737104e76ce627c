// One connection to an external broker under a name that the broker knows: what it gives out is acknowledged only when that is said.

import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import type { BrokerAddress } from '../../../server-addresses.ts';

/**
 * The library works on one message of a connection at a time, and each waits for a commit: so many connections are so
 * many messages in one commit.
 */
export const CONNECTIONS = 16;
/** Nodes that name the same group share what the broker gives out (MQTT 5, 4.8.2; brokers offer it with 3.1.1 as well). */
export const SHARE = '$share/gonsters/';
const CONNECT_WITHIN_MS = 10_000;
const ACCEPTED = 0;

/** What the names of a node's sessions begin with. */
export const clientIdOf = (externalBroker: BrokerAddress, nodeId: string) =>
  externalBroker.clientId ?? `gonsters-${nodeId}`;

export const sessionName = (clientId: string, number: number) => `${clientId}-${number}`;

export interface GivenMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Handed out because of a subscription; what a device publishes meanwhile comes without the flag (MQTT 3.1.1, 3.3.1.3). */
  readonly isRetained: boolean;
}

export interface SessionHandlers {
  /** `acknowledge` must be called when the broker may forget the message; it does nothing on another connection. */
  take(message: GivenMessage, acknowledge: () => void): void;
  /** Of QoS 0: nothing more is read until `goOn` is called. */
  takeUnpromised(message: GivenMessage, goOn: () => void): void;
}

/** Begins to connect. Nothing is ever unsubscribed by itself, so the session stays until it is ended by name. */
export function openSession(
  externalBroker: BrokerAddress,
  options: Required<Pick<IClientOptions, 'clientId' | 'clean' | 'reconnectPeriod'>> & Pick<IClientOptions, 'will'>,
  handlers: SessionHandlers,
): MqttClient {
  const { host, port, tls, username, password, keepAliveSeconds } = externalBroker;
  let connection = 0;
  const client = connect({
    host,
    port,
    protocol: tls ? 'mqtts' : 'mqtt',
    protocolVersion: 4,
    resubscribe: false,
    connectTimeout: CONNECT_WITHIN_MS,
    keepalive: keepAliveSeconds,
    queueQoSZero: false,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...options,
  });
  // The constructor takes it for MQTT 5 only; where it is called, the version makes no difference.
  client.options.customHandleAcks = (
    _topic: string,
    _message: Buffer,
    packet: IPublishPacket,
    done: (code: number) => void,
  ) => {
    const of = connection;
    handlers.take(given(packet), () => {
      // On another connection the broker gives the message out again: this one's number means nothing there.
      if (of === connection) done(ACCEPTED);
    });
  };
  const acknowledged = client.handleMessage.bind(client);
  client.handleMessage = (packet, done) => {
    if (packet.qos > 0) acknowledged(packet, done);
    else handlers.takeUnpromised(given(packet), () => acknowledged(packet, done));
  };
  for (const change of ['connect', 'close'] as const) client.on(change, () => void connection++);
  return client;
}

const given = ({ topic, payload, retain }: IPublishPacket): GivenMessage => ({
  topic,
  payload: payload as Buffer,
  isRetained: retain,
});
