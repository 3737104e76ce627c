// The embedded broker: gateways publish to it; clients cannot subscribe.

import type { Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import type { ProcessMetrics } from '../../../process-metrics.ts';
import type { MqttIngest } from '../mqtt-ingest.ts';
import { CONNECT_REFUSED, type ConnectRefusal, type MqttAccess } from './mqtt-access.ts';
import { MqttConnection, type PublishedMessage } from './mqtt-connection.ts';
import { Qos2Sessions } from './qos2-sessions.ts';

/** A new connection must send CONNECT within this time. */
const CONNECT_WITHIN_MS = 10_000;
/** QoS 2 messages that a client has not released; only their identifiers are kept. Past this number the client is disconnected. */
const MAX_UNRELEASED = 10_000;

type Published = (error?: Error | null) => void;

/** aedes without distribution to subscribers, because there are none. */
class PublishOnlyAedes extends Aedes {
  override publish(_packet: PublishPacket, client: unknown, done?: Published): void {
    const callback = typeof client === 'function' ? (client as Published) : done;
    if (callback === undefined) return;
    // A synchronous callback during parsing would make aedes start the next chunk in the middle of this one.
    queueMicrotask(() => callback(null));
  }
}

export class MqttBroker {
  readonly #access: MqttAccess;
  readonly #mqttIngest: MqttIngest;
  readonly #metrics: ProcessMetrics;
  readonly #maxPacketBytes: number;
  readonly #sessions = new Qos2Sessions();
  readonly #connections = new Set<MqttConnection>();
  readonly #connectionsByClientId = new Map<string, MqttConnection>();
  readonly #aedes: Aedes;
  #isPaused = false;

  constructor(deps: { access: MqttAccess; mqttIngest: MqttIngest; metrics: ProcessMetrics; maxPacketBytes: number }) {
    this.#access = deps.access;
    this.#mqttIngest = deps.mqttIngest;
    this.#metrics = deps.metrics;
    this.#maxPacketBytes = deps.maxPacketBytes;
    this.#aedes = new PublishOnlyAedes({
      connectTimeout: CONNECT_WITHIN_MS,
      maxInflightInbound: MAX_UNRELEASED,
      persistence: this.#sessions,
      preConnect: (client, packet, done) => {
        // A will is published when the gateway dies: there are no subscribers, and it is not a reading of that moment.
        delete packet.will;
        // aedes sees only some of the packets, so the connection itself supervises the keep-alive.
        (client.conn as MqttConnection).keepAlive(packet.keepalive ?? 0);
        packet.keepalive = 0;
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        const refusal = this.#signIn(client, username, password);
        done(refusal === null ? null : refused(refusal), refusal === null);
      },
      authorizePublish: (client, packet, done) => this.#receiveOnce(client, packet, done),
      authorizeSubscribe: (_client, _subscription, done) => done(null, null),
    });
    this.#aedes.on('clientReady', (client) => (client.conn as MqttConnection).open());
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
  }

  /** Takes over a new socket. */
  connect(socket: Socket): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const connection = new MqttConnection(socket, this.#maxPacketBytes, {
      onPublish: (publishing, message, acknowledge) => this.#receive(publishing, message, acknowledge),
      onRefused: (reason) => this.#mqttIngest.reject('', reason === 'too_large' ? 'too_large' : 'not_mqtt', ''),
    });
    this.#connections.add(connection);
    this.#metrics.mqttConnections.set(this.#connections.size);
    connection.on('close', () => {
      this.#connections.delete(connection);
      this.#metrics.mqttConnections.set(this.#connections.size);
    });
    if (this.#isPaused) connection.setPaused(true);
    this.#aedes.handle(connection);
  }

  /** While paused, no socket is read, so that TCP slows the clients down. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) {
      for (const connection of this.#connections) connection.setPaused(true);
      return;
    }
    for (const connection of [...this.#connections]) {
      // Reading one connection may fill the queue again. The others keep waiting and are first the next time.
      if (this.#isPaused) return;
      if (!this.#connections.delete(connection)) continue;
      this.#connections.add(connection);
      connection.setPaused(false);
    }
  }

  /** To be called after a change of gateways: clients whose access was revoked are disconnected at once. */
  renewAccess(): void {
    for (const connection of this.#connections) {
      if (connection.publisher === null) continue;
      connection.publisher = this.#access.renew(connection.publisher, connection.remoteAddress);
      if (connection.publisher === null) connection.destroy();
    }
  }

  /** Closes every connection after the written acknowledgements are sent. */
  async stop(): Promise<void> {
    const closed = [...this.#connections].map(
      (connection) =>
        new Promise<void>((resolve) => {
          connection.once('close', resolve);
          connection.end(() => connection.destroy());
        }),
    );
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, 1000).unref());
    await Promise.race([Promise.all(closed), timeout]);
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const connection of this.#connections) connection.destroy();
  }

  #signIn(client: Client, username: string | undefined, password: Buffer | undefined): ConnectRefusal | null {
    const connection = client.conn as MqttConnection;
    const publisher = this.#access.signIn(username, password, connection);
    if (typeof publisher === 'number') return publisher;
    // [MQTT-3.1.4-2] lets a new connection replace one with the same client id; here only one of the same gateway.
    const previous = this.#connectionsByClientId.get(client.id);
    if (previous?.publisher && previous.publisher.gateway?.id !== publisher.gateway?.id)
      return CONNECT_REFUSED.identifier;
    connection.publisher = publisher;
    this.#connectionsByClientId.set(client.id, connection);
    connection.once('close', () => {
      if (this.#connectionsByClientId.get(client.id) === connection) this.#connectionsByClientId.delete(client.id);
    });
    return null;
  }

  #receive(connection: MqttConnection, message: PublishedMessage, acknowledge: () => void): void {
    const { topic, payload } = message;
    const { publisher } = connection;
    // A client whose access was just revoked is being disconnected, and gets no acknowledgement.
    if (publisher === null) return;
    // The retain flag has no meaning without subscribers.
    this.#mqttIngest.accept(topic, payload, publisher, acknowledge);
  }

  /**
   * Handles QoS 2 and packets that the connection did not process itself. aedes acknowledges when `done` is called. It is never
   * called with an error, which would disconnect the client.
   */
  #receiveOnce(client: Client | null, packet: PublishPacket, done: Published): void {
    if (client === null) {
      done(null);
      return;
    }
    // A repeated message was stored the first time.
    if (packet.qos === 2 && this.#sessions.has(client, packet.messageId)) {
      done(null);
      return;
    }
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    this.#receive(client.conn as MqttConnection, { topic: packet.topic, payload }, () => done(null));
  }
}

function refused(returnCode: ConnectRefusal): AuthenticateError {
  return Object.assign(new Error('The client is not authorized'), { returnCode });
}
