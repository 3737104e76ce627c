// The connection of one MQTT client, of version 3.1, 3.1.1 or 5: from its packets to messages, and to what it is answered.

import type { Socket } from 'node:net';
import { AcknowledgementWriter, reasonCodeOf } from './acknowledgements.ts';
import { type ClientCertificate, readClientCertificate } from './client-certificate.ts';
import {
  type ConnectPacket,
  type MqttVersion,
  readConnect,
  readDisconnect,
  UnsupportedVersion,
} from './client-packets.ts';
import type { ClosedByBroker, MqttConnectionHandlers, PublishedMessage, Publisher } from './mqtt-client.ts';
import { answerTo } from './packet-answers.ts';
import type { PacketFramer } from './packet-framer.ts';
import { PacketFault, PacketReader, REASON } from './packet-reader.ts';
import { PacketStream } from './packet-stream.ts';
import { PublishPacket } from './publish-packet.ts';
import type { Qos2Session } from './qos2-sessions.ts';
import { connackAccepted, connackRefused, disconnect, publish, RECEIVE_MAXIMUM } from './server-packets.ts';
import { Subscriptions } from './subscriptions.ts';

const CONNECT = 1;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const DISCONNECT = 14;
/** The client did nothing wrong and is not out of order. */
const ENDED_BY_PLANT: ReadonlySet<number> = new Set([
  REASON.notAuthorized,
  REASON.shuttingDown,
  REASON.sessionTakenOver,
]);
/** A client that accepts no larger packets gets no sentences. */
const ROOM_FOR_REASONS = 256;

export class MqttConnection {
  /** null until the client is authenticated, and after its access was revoked. */
  publisher: Publisher | null = null;
  readonly remoteAddress: string;
  /** null without TLS, where none is asked for, and where the client has none. */
  readonly certificate: ClientCertificate | null;
  readonly #stream: PacketStream;
  readonly #handlers: MqttConnectionHandlers<MqttConnection>;
  readonly #maxPacketBytes: number;
  readonly #publish = new PublishPacket();
  readonly #acknowledgements: AcknowledgementWriter;
  readonly #subscriptions = new Subscriptions();
  #connect: ConnectPacket | null = null;
  #session: Qos2Session | null = null;
  #sessionExpirySeconds = 0;
  #version: MqttVersion = 4;
  #isPaused = false;
  #isEnding = false;
  #isOrderly = false;

  constructor(socket: Socket, maxPacketBytes: number, handlers: MqttConnectionHandlers<MqttConnection>) {
    this.#handlers = handlers;
    this.#maxPacketBytes = maxPacketBytes;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.certificate = readClientCertificate(socket);
    this.#stream = new PacketStream(socket, maxPacketBytes, {
      mayProcess: () => !this.#isPaused && !this.#isEnding && this.#acknowledgements.inFlight < RECEIVE_MAXIMUM,
      onPacket: (framer, isTooLarge) => this.#handlePacket(framer, isTooLarge),
      onMalformed: () => this.#close(new PacketFault(REASON.malformed, 'the packet is not one of MQTT')),
      onSilence: () =>
        this.disconnect(REASON.keepAliveTimeout, 'Nothing came within one and a half times the keep-alive.'),
      onClose: () => this.#handlers.onClose(this, this.#isOrderly),
    });
    this.#acknowledgements = new AcknowledgementWriter(
      (bytes) => this.#stream.write(bytes),
      () => this.#stream.resume(),
    );
  }

  /** What the client said of itself; null until it was accepted. */
  get connect(): ConnectPacket | null {
    return this.publisher === null ? null : this.#connect;
  }

  get session(): Qos2Session | null {
    return this.#session;
  }

  /** For how long the session outlives the connection. */
  get sessionExpirySeconds(): number {
    return this.#sessionExpirySeconds;
  }

  /** Whether the client's access was revoked, or it was replaced, so that nothing it sends counts any more. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** While paused, nothing is read from the network, so that TCP slows the client down. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#stream.resume();
  }

  /** Closes the connection after what was written is sent; a client of MQTT 5 is told why. */
  disconnect(reasonCode: number, reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#isOrderly = ENDED_BY_PLANT.has(reasonCode);
    const isTold = this.#connect !== null && this.#version === 5;
    this.#stream.end(isTold ? disconnect(reasonCode, this.#forClient(reason)) : Buffer.alloc(0));
  }

  /** Sends the message where the client has subscribed to its topic. The same function for the life of the connection. */
  readonly send = (topic: string, payload: Buffer): void => {
    if (this.#subscriptions.covers(topic)) this.#sendPublish(topic, payload, false);
  };

  /** As `send`, once after each subscription to the topic. */
  sendRetained(topic: string, payload: Buffer): void {
    if (this.#subscriptions.takeNew(topic)) this.#sendPublish(topic, payload, true);
  }

  destroy(): void {
    this.#isEnding = true;
    this.#stream.close();
  }

  #handlePacket(framer: PacketFramer, isTooLarge: boolean): void {
    try {
      const { buffer, start, bodyStart, end } = framer;
      const head = buffer[start] as number;
      const type = head >> 4;
      if (this.#connect === null) this.#handleConnect(new PacketReader(buffer, bodyStart, end), isTooLarge);
      else if (isTooLarge) this.#skip(buffer, head, bodyStart, end);
      else if (type === PUBLISH) this.#handlePublish(buffer, head, bodyStart, end);
      else this.#handleOther(type, head & 0xf, new PacketReader(buffer, bodyStart, end));
    } catch (error) {
      if (!(error instanceof PacketFault)) throw error;
      this.#close(error);
    }
  }

  #handleConnect(reader: PacketReader, isTooLarge: boolean): void {
    if (isTooLarge) throw new PacketFault(REASON.packetTooLarge, 'the CONNECT is too large');
    const connect = readConnect(reader);
    this.#version = connect.version;
    const answer = this.#handlers.onConnect(this, connect);
    if (!('session' in answer)) {
      this.#refuse({ ...answer, connect, version: connect.version });
      return;
    }
    this.#connect = answer.assignedClientId === null ? connect : { ...connect, clientId: answer.assignedClientId };
    this.#session = answer.session;
    this.#sessionExpirySeconds = connect.sessionExpirySeconds;
    this.publisher = answer.publisher;
    this.#stream.keepAlive(connect.keepAliveSeconds);
    this.#stream.write(connackAccepted(connect.version, { ...answer, maxPacketBytes: this.#maxPacketBytes }));
  }

  #handlePublish(buffer: Buffer, head: number, start: number, end: number): void {
    const publish = this.#publish;
    publish.read(buffer, head, start, end, this.#version);
    const { id, topic } = publish;
    const message = { topic, payload: buffer.subarray(publish.payloadStart, end) };
    if (publish.qos === 2) {
      this.#handleQos2(id, message);
      return;
    }
    this.#acknowledgements.inFlight++;
    this.#handlers.onPublish(this, message, (refusedFor) =>
      this.#acknowledgements.puback(id, this.#version === 5 ? reasonCodeOf(refusedFor) : REASON.success),
    );
  }

  #handleQos2(id: number, message: PublishedMessage): void {
    const session = this.#session as Qos2Session;
    if (session.isFull) throw new PacketFault(REASON.receiveMaximumExceeded, 'too many messages are not released');
    this.#acknowledgements.inFlight++;
    const isNew = session.begin(id, (reasonCode) => this.#acknowledgements.pubrec(id, reasonCode));
    if (!isNew) return;
    this.#handlers.onPublish(this, message, (refusedFor) =>
      session.settle(id, this.#version === 5 ? reasonCodeOf(refusedFor) : REASON.success),
    );
  }

  /** A client that never learns that a message cannot be stored sends it for ever. */
  #skip(buffer: Buffer, head: number, start: number, end: number): void {
    if (head >> 4 !== PUBLISH) throw new PacketFault(REASON.packetTooLarge, 'the packet is too large');
    const { id, qos, topic } = this.#publish.readBeginning(buffer, head, start, end);
    this.#handlers.onTooLarge(this, topic);
    if (qos === 0) return;
    this.#acknowledgements.inFlight++;
    const reasonCode = this.#version === 5 ? REASON.packetTooLarge : REASON.success;
    if (qos === 1) this.#acknowledgements.puback(id, reasonCode);
    else this.#acknowledgements.pubrec(id, reasonCode);
  }

  #handleOther(type: number, flags: number, reader: PacketReader): void {
    if (type === CONNECT) throw new PacketFault(REASON.protocolError, 'a second CONNECT');
    if (type === DISCONNECT && flags === 0) this.#handleDisconnect(reader);
    else {
      const client = { version: this.#version, session: this.#session, subscriptions: this.#subscriptions };
      this.#stream.write(answerTo(type, flags, reader, client));
      if (type === SUBSCRIBE) this.#handlers.onSubscribed(this);
    }
  }

  #handleDisconnect(reader: PacketReader): void {
    const { isOrderly, sessionExpirySeconds } = readDisconnect(reader, this.#version);
    if (sessionExpirySeconds !== null) {
      if (this.#sessionExpirySeconds === 0 && sessionExpirySeconds > 0)
        throw new PacketFault(REASON.protocolError, 'a session that ends with the connection cannot be prolonged');
      this.#sessionExpirySeconds = sessionExpirySeconds;
    }
    this.#isOrderly = isOrderly;
    this.#isEnding = true;
    this.#stream.end(Buffer.alloc(0));
  }

  #sendPublish(topic: string, payload: Buffer, isRetained: boolean): void {
    const packet = publish(this.#version, topic, payload, isRetained);
    if (!this.#isEnding && packet.length <= (this.#connect?.maximumPacketSize ?? 0)) this.#stream.write(packet);
  }

  #close(fault: PacketFault): void {
    const version = fault instanceof UnsupportedVersion ? fault.version : this.#connect && this.#version;
    const closed = { reasonCode: fault.reasonCode, reason: fault.message, connect: this.#connect, version };
    if (this.#connect === null) {
      this.#refuse(closed);
      return;
    }
    this.#handlers.onRefused(this, closed);
    this.disconnect(fault.reasonCode, fault.message);
  }

  #refuse(closed: ClosedByBroker): void {
    this.#isEnding = true;
    this.#handlers.onRefused(this, closed);
    this.#stream.end(connackRefused(closed.version ?? 0, closed.reasonCode, closed.reason));
  }

  #forClient(reason: string): string {
    return (this.#connect?.maximumPacketSize ?? 0) < ROOM_FOR_REASONS ? '' : reason;
  }
}
