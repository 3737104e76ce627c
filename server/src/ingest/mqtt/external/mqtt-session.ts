// A persistent session at an external MQTT broker: a message is acknowledged only when the handler says so.

import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import type { BrokerAddress } from '../../../server-addresses.ts';

/**
 * The MQTT library processes one message of a connection at a time, and each waits for a commit. The number of connections is
 * therefore the number of messages in one commit.
 */
export const CONNECTIONS = 16;
/** The prefix of a shared subscription: the broker distributes messages among the nodes (MQTT 5, 4.8.2; also offered with 3.1.1). */
export const SHARED_PREFIX = '$share/gonsters/';
const CONNECT_WITHIN_MS = 10_000;
const ACCEPTED = 0;

/** The client ids of a node's sessions begin with this. */
export const clientIdOf = (externalBroker: BrokerAddress, nodeId: string) =>
  externalBroker.clientId ?? `gonsters-${nodeId}`;

export const sessionName = (clientId: string, number: number) => `${clientId}-${number}`;

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Sent because of the subscription. What a device publishes while the session exists has no such flag (MQTT 3.1.1, 3.3.1.3). */
  readonly isRetained: boolean;
}

export interface SessionHandlers {
  /** QoS 1 and 2. `acknowledge` must be called when the broker may discard the message. It does nothing after a reconnect. */
  onMessage(message: BrokerMessage, acknowledge: () => void): void;
  /** QoS 0. No further message is read until `readNext` is called. */
  onQos0Message(message: BrokerMessage, readNext: () => void): void;
}

/** Starts to connect. The session stays at the broker until another connection with the same client id ends it. */
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
  // The constructor accepts this option for MQTT 5 only, but the library calls it with every version.
  client.options.customHandleAcks = (
    _topic: string,
    _message: Buffer,
    packet: IPublishPacket,
    done: (code: number) => void,
  ) => {
    const receivedOn = connection;
    handlers.onMessage(messageOf(packet), () => {
      // After a reconnect the broker sends the message again, with another packet identifier.
      if (receivedOn === connection) done(ACCEPTED);
    });
  };
  const acknowledged = client.handleMessage.bind(client);
  client.handleMessage = (packet, done) => {
    if (packet.qos > 0) acknowledged(packet, done);
    else handlers.onQos0Message(messageOf(packet), () => acknowledged(packet, done));
  };
  for (const change of ['connect', 'close'] as const) client.on(change, () => void connection++);
  return client;
}

const messageOf = ({ topic, payload, retain }: IPublishPacket): BrokerMessage => ({
  topic,
  payload: payload as Buffer,
  isRetained: retain,
});
