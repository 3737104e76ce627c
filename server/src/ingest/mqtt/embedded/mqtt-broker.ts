// The embedded broker: gateways publish to it; a subscriber is sent nothing but the messages of the Sparkplug host.

import type { Socket } from 'node:net';
import type { Clock } from '../../../clock.ts';
import type { GatewayConnections } from '../../../gateways/gateway-connections.ts';
import type { ProcessMetrics } from '../../../process-metrics.ts';
import { statePayload } from '../../sparkplug/host-messages.ts';
import type { SparkplugHost } from '../../sparkplug/sparkplug-host.ts';
import { stateTopic } from '../../sparkplug/topic.ts';
import type { MqttIngest } from '../mqtt-ingest.ts';
import type { ConnectPacket } from './client-packets.ts';
import type { MqttAccess } from './mqtt-access.ts';
import type { Admission, Publisher, Refusal } from './mqtt-client.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { REASON } from './packet-reader.ts';
import { Qos2Sessions } from './qos2-sessions.ts';

/** A new connection must send CONNECT within this time. */
const CONNECT_WITHIN_MS = 10_000;
const STOP_WITHIN_MS = 1_000;
/** Of a packet that was skipped. */
const NO_PAYLOAD = Buffer.alloc(0);

export class MqttBroker {
  readonly #access: MqttAccess;
  readonly #mqttIngest: MqttIngest;
  readonly #clients: GatewayConnections;
  readonly #metrics: ProcessMetrics;
  readonly #maxPacketBytes: number;
  readonly #sessions: Qos2Sessions;
  readonly #connections = new Set<MqttConnection>();
  readonly #connectionsByClientId = new Map<string, MqttConnection>();
  readonly #sparkplug: SparkplugHost | null;
  readonly #startedMs: number;
  #isPaused = false;
  #onEmpty: () => void = () => {};

  constructor(deps: {
    access: MqttAccess;
    mqttIngest: MqttIngest;
    connections: GatewayConnections;
    sparkplug: SparkplugHost | null;
    clock: Clock;
    metrics: ProcessMetrics;
    maxPacketBytes: number;
  }) {
    this.#access = deps.access;
    this.#mqttIngest = deps.mqttIngest;
    this.#clients = deps.connections;
    this.#metrics = deps.metrics;
    this.#maxPacketBytes = deps.maxPacketBytes;
    this.#sessions = new Qos2Sessions(deps.clock);
    this.#sparkplug = deps.sparkplug;
    this.#startedMs = deps.clock.nowMs();
  }

  /** Takes over a new socket. */
  connect(socket: Socket): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const connection = new MqttConnection(socket, this.#maxPacketBytes, {
      onConnect: (connecting, connect) => this.#admit(connecting, connect),
      onPublish: (publishing, { topic, payload }, acknowledge) => {
        // A client whose access was just revoked is being disconnected, and gets no acknowledgement.
        if (publishing.publisher === null || publishing.isEnding) return;
        this.#mqttIngest.accept(topic, payload, publishing.publisher, acknowledge, publishing.send);
      },
      onSubscribed: (subscribing) => this.#sendState(subscribing, true),
      onTooLarge: ({ publisher }, topic) => this.#mqttIngest.reject(topic, 'too_large', NO_PAYLOAD, publisher),
      onRefused: (refused, closed) => {
        const { connect, version, reasonCode, reason } = closed;
        this.#clients.refused.add({
          clientId: connect?.clientId ?? null,
          username: connect?.username ?? null,
          protocolVersion: version === null ? null : versionText(version),
          address: refused.remoteAddress,
          reasonCode,
          reason,
        });
        if (closed.reasonCode === REASON.packetTooLarge)
          this.#mqttIngest.reject('', 'too_large', NO_PAYLOAD, refused.publisher);
        else if (closed.reasonCode === REASON.malformed)
          this.#mqttIngest.reject('', 'not_mqtt', NO_PAYLOAD, refused.publisher);
      },
      onClose: (closed, isOrderly) => {
        clearTimeout(timeout);
        this.#leave(closed, isOrderly);
      },
    });
    const timeout = setTimeout(() => {
      if (connection.publisher === null) connection.destroy();
    }, CONNECT_WITHIN_MS);
    timeout.unref();
    this.#connections.add(connection);
    this.#metrics.mqttConnections.set(this.#connections.size);
    if (this.#isPaused) connection.setPaused(true);
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
      const publisher = this.#access.renew(connection.publisher, connection.remoteAddress);
      if (publisher === null) connection.disconnect(REASON.notAuthorized, 'The gateway may not connect any more.');
      else connection.publisher = publisher;
    }
  }

  /** Closes every connection after the written acknowledgements are sent. */
  async stop(): Promise<void> {
    for (const connection of this.#connections) {
      this.#sendState(connection, false);
      connection.disconnect(REASON.shuttingDown, 'The server stops.');
    }
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
        setTimeout(resolve, STOP_WITHIN_MS).unref();
      });
    }
    for (const connection of this.#connections) connection.destroy();
  }

  /** The STATE of the Sparkplug host is retained at this broker as long as it runs: its connection to itself never breaks. */
  #sendState(connection: MqttConnection, isOnline: boolean): void {
    if (this.#sparkplug === null) return;
    const topic = stateTopic(this.#sparkplug.hostId);
    const payload = Buffer.from(statePayload(isOnline, this.#startedMs));
    if (isOnline) connection.sendRetained(topic, payload);
    else connection.send(topic, payload);
  }

  #admit(connection: MqttConnection, connect: ConnectPacket): Admission | Refusal {
    const signedIn = this.#access.signIn(connect.username, connect.password, connection);
    if ('reasonCode' in signedIn) return signedIn;
    // A session that is to outlive the connection needs a name by which the client can come back [MQTT-3.1.3-8].
    if (connect.clientId === '' && connect.version !== 5 && !connect.isClean)
      return { reasonCode: REASON.clientIdNotValid, reason: 'A client without an id must begin a clean session.' };
    const assignedClientId = connect.clientId === '' ? `auto-${crypto.randomUUID()}` : null;
    const clientId = assignedClientId ?? connect.clientId;
    const address = connection.remoteAddress;
    const gatewayId = signedIn.gateway?.id ?? null;
    const publisher: Publisher = { ...signedIn, sender: { gatewayId, client: clientId, address } };
    // [MQTT-3.1.4-2] lets a new connection replace one with the same client id; here only one of the same gateway.
    const previous = this.#connectionsByClientId.get(clientId);
    if (previous?.publisher) {
      if (previous.publisher.sender.gatewayId !== gatewayId)
        return { reasonCode: REASON.clientIdNotValid, reason: 'Another gateway uses this client id.' };
      this.#clients.takenOver(previous, address);
      this.#leave(previous, true);
      previous.disconnect(REASON.sessionTakenOver, 'Another connection uses this client id.');
    }
    this.#connectionsByClientId.set(clientId, connection);
    const { session, isPresent } = this.#sessions.open(sessionKey(publisher, clientId), connect.isClean);
    const protocolVersion = versionText(connect.version);
    this.#clients.connected(connection, { gatewayId, clientId, protocolVersion, address });
    return { publisher, session, isSessionPresent: isPresent, assignedClientId };
  }

  /** Safe to call twice. */
  #leave(connection: MqttConnection, isOrderly: boolean): void {
    const wasThere = this.#connections.delete(connection);
    this.#metrics.mqttConnections.set(this.#connections.size);
    if (this.#connections.size === 0) this.#onEmpty();
    const { connect, publisher, session } = connection;
    if (!wasThere || connect === null || publisher === null || session === null) return;
    if (this.#connectionsByClientId.get(connect.clientId) === connection)
      this.#connectionsByClientId.delete(connect.clientId);
    this.#sessions.close(sessionKey(publisher, connect.clientId), session, connection.sessionExpirySeconds);
    this.#clients.disconnected(connection, isOrderly);
    if (!isOrderly && connect.will !== null && this.#sparkplug !== null) {
      const { topic, payload } = connect.will;
      this.#mqttIngest.accept(topic, payload, publisher, () => {}, connection.send);
    }
  }
}

/** The protocol level of CONNECT as people write it. */
function versionText(level: number): string {
  if (level === 3) return '3.1';
  return level === 4 ? '3.1.1' : String(level);
}

/** Sessions of different gateways with the same client id are different sessions. */
const sessionKey = (publisher: Publisher, clientId: string) => `${publisher.gateway?.id ?? ''}/${clientId}`;
