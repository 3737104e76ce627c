// The embedded broker: takes what gateways publish, and gives nothing to anybody.

import type { Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import type { ProcessMetrics } from '../../../process-metrics.ts';
import type { MqttIngest } from '../mqtt-ingest.ts';
import { CONNECT_REFUSED, type ConnectRefusal, type MqttAccess } from './mqtt-access.ts';
import { MqttConnection, type PublishedMessage } from './mqtt-connection.ts';
import { Qos2Sessions } from './qos2-sessions.ts';

/** Whoever connects must say CONNECT within this time. */
const CONNECT_WITHIN_MS = 10_000;
/** QoS 2 messages that a client has not released; only their identifiers are kept. Past it, it is disconnected. */
const MAX_UNRELEASED = 10_000;

type Published = (error?: Error | null) => void;

/** aedes without its fan-out: nobody may subscribe, so a message ends where it has been stored. */
class PublishOnlyAedes extends Aedes {
  override publish(_packet: PublishPacket, client: unknown, done?: Published): void {
    const callback = typeof client === 'function' ? (client as Published) : done;
    if (callback === undefined) return;
    // Called back within the parsing of a chunk, aedes would begin the next one in the middle of it.
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
  readonly #holders = new Map<string, MqttConnection>();
  readonly #aedes: Aedes;
  #isHeld = false;

  constructor(parts: { access: MqttAccess; mqttIngest: MqttIngest; metrics: ProcessMetrics; maxPacketBytes: number }) {
    this.#access = parts.access;
    this.#mqttIngest = parts.mqttIngest;
    this.#metrics = parts.metrics;
    this.#maxPacketBytes = parts.maxPacketBytes;
    this.#aedes = new PublishOnlyAedes({
      connectTimeout: CONNECT_WITHIN_MS,
      maxInflightInbound: MAX_UNRELEASED,
      persistence: this.#sessions,
      preConnect: (client, packet, done) => {
        // A will would be published when the gateway dies: nobody could hear it, and it is no reading of that moment.
        delete packet.will;
        // aedes hears only of some packets: the connection itself knows whether the client is alive.
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
    if (this.#isHeld) connection.hold(true);
    this.#aedes.handle(connection);
  }

  /** While held, no socket is read. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) {
      for (const connection of this.#connections) connection.hold(true);
      return;
    }
    for (const connection of [...this.#connections]) {
      // One that is read now may bring the pressure back at once: the others go on waiting, and are the first next time.
      if (this.#isHeld) return;
      if (!this.#connections.delete(connection)) continue;
      this.#connections.add(connection);
      connection.hold(false);
    }
  }

  /** Gateways have changed: who may no longer be connected is disconnected at once. */
  renewAccess(): void {
    for (const connection of this.#connections) {
      if (connection.publisher === null) continue;
      connection.publisher = this.#access.renew(connection.publisher, connection.remoteAddress);
      if (connection.publisher === null) connection.destroy();
    }
  }

  /** Lets acknowledgements that are written go out, then closes every connection. */
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
    const publisher = this.#access.signIn(username, password, connection.remoteAddress);
    if (typeof publisher === 'number') return publisher;
    // [MQTT-3.1.4-2] lets the newcomer take over; here only from itself.
    const holder = this.#holders.get(client.id);
    if (holder?.publisher && holder.publisher.gateway?.id !== publisher.gateway?.id) return CONNECT_REFUSED.identifier;
    connection.publisher = publisher;
    this.#holders.set(client.id, connection);
    connection.once('close', () => {
      if (this.#holders.get(client.id) === connection) this.#holders.delete(client.id);
    });
    return null;
  }

  #receive(connection: MqttConnection, message: PublishedMessage, acknowledge: () => void): void {
    const { topic, payload } = message;
    const { publisher } = connection;
    // Whoever has lost its access in this turn is being disconnected, and gets no acknowledgement.
    if (publisher === null) return;
    // The retain flag says nothing here: nobody subscribes, and what is published is of now.
    this.#mqttIngest.accept(topic, payload, publisher, acknowledge);
  }

  /**
   * QoS 2, and what the connection would not judge: aedes acknowledges when `done` is called. It is never called with
   * an error, which would disconnect.
   */
  #receiveOnce(client: Client | null, packet: PublishPacket, done: Published): void {
    if (client === null) {
      done(null);
      return;
    }
    // A message that is sent again was stored the first time.
    if (packet.qos === 2 && this.#sessions.has(client, packet.messageId)) {
      done(null);
      return;
    }
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    this.#receive(client.conn as MqttConnection, { topic: packet.topic, payload }, () => done(null));
  }
}

function refused(returnCode: ConnectRefusal): AuthenticateError {
  return Object.assign(new Error('The client was not let in'), { returnCode });
}
