// The connection of one MQTT client. Messages of QoS 0 and 1 are processed here; all other packets are passed to aedes.

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { GatewayRecord } from '../../../gateways/gateway-repository.ts';
import { type ClientCertificate, readClientCertificate } from './client-certificate.ts';
import { PacketFramer } from './packet-framer.ts';
import { PacketRate } from './packet-rate.ts';

/** The publisher of a message; `gateway` is null for an anonymous client. */
export interface Publisher {
  readonly gateway: GatewayRecord | null;
}

export interface PublishedMessage {
  readonly topic: string;
  /** A view of the receive buffer, valid only during the call. */
  readonly payload: Buffer;
}

export interface MqttConnectionHandlers {
  /** `acknowledge` must be called once, when the client may discard the message. */
  onPublish(connection: MqttConnection, message: PublishedMessage, acknowledge: () => void): void;
  /** The connection is closed because of an invalid packet. */
  onRefused(reason: 'too_large' | 'malformed'): void;
}

/** Bytes that are processed in one turn of the event loop, so that all clients get their share. */
const BYTES_PER_TURN = 16_384;
/** Messages of one client without acknowledgement. Past this number the client is not read. */
const MAX_IN_FLIGHT = 1000;
/** Bytes of acknowledgements that the client does not receive. Past this number the client is not read. */
const MAX_UNSENT_BYTES = 65_536;
const PUBLISH = 3;
const DISCONNECT = 14;
const PUBACK = 0x40;

export class MqttConnection extends Duplex {
  /** null until the client is authenticated. */
  publisher: Publisher | null = null;
  readonly remoteAddress: string;
  /** null without TLS, where none is asked for, and where the client has none. */
  readonly certificate: ClientCertificate | null;
  readonly #socket: Socket;
  readonly #framer: PacketFramer;
  readonly #rate = new PacketRate();
  readonly #handlers: MqttConnectionHandlers;
  /** `connecting`: aedes processes the CONNECT. `closed`: nothing more is read. */
  #state: 'new' | 'connecting' | 'open' | 'closed' = 'new';
  #isStreamReady = true;
  #isPaused = false;
  #hasEnded = false;
  #isScheduled = false;
  #inFlight = 0;
  #acknowledged: number[] = [];
  #throttle: NodeJS.Timeout | null = null;
  #keepAlive: NodeJS.Timeout | null = null;

  constructor(socket: Socket, maxPacketBytes: number, handlers: MqttConnectionHandlers) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#framer = new PacketFramer(maxPacketBytes);
    this.#handlers = handlers;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.certificate = readClientCertificate(socket);
    socket.on('data', (chunk: Buffer) => {
      this.#keepAlive?.refresh();
      this.#framer.feed(chunk);
      if (!this.#isScheduled) this.#process();
    });
    socket.on('drain', () => this.#process());
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#process();
    });
    socket.on('error', () => this.destroy());
    socket.on('close', () => {
      // Data that arrived before a clean end is still processed.
      if (!this.#hasEnded) this.destroy();
    });
  }

  /** To be called when the client is authenticated and CONNACK was sent. */
  open(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#process();
  }

  /** [MQTT-3.1.2-24], except that a client is not disconnected while it is not read. */
  keepAlive(seconds: number): void {
    if (seconds === 0) return;
    this.#keepAlive = setTimeout(() => {
      if (this.#socket.isPaused()) this.#keepAlive?.refresh();
      else this.destroy();
    }, seconds * 1500);
    this.#keepAlive.unref();
  }

  /** While paused, nothing is read from the network, so that TCP slows the client down. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#process();
  }

  override _read(): void {
    if (this.#isStreamReady) return;
    this.#isStreamReady = true;
    this.#process();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(chunk, done);
    else done();
  }

  /** mqtt-packet writes a packet in corked pieces. They are written at once, so that no acknowledgement comes between them. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
    else done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.#state = 'closed';
    if (this.#throttle !== null) clearTimeout(this.#throttle);
    if (this.#keepAlive !== null) clearTimeout(this.#keepAlive);
    this.#socket.destroy();
    done();
  }

  #mayProcess(): boolean {
    return (
      (this.#state === 'new' || this.#state === 'open') &&
      this.#isStreamReady &&
      !this.#isPaused &&
      this.#throttle === null &&
      this.#inFlight < MAX_IN_FLIGHT &&
      this.#socket.writableLength < MAX_UNSENT_BYTES
    );
  }

  #process(): void {
    let bytes = 0;
    let packets = 0;
    let isDrained = false;
    while (this.#mayProcess() && bytes < BYTES_PER_TURN) {
      const result = this.#framer.next();
      if (result === 'partial') {
        isDrained = true;
        break;
      }
      if (result !== 'packet') {
        this.#handlers.onRefused(result);
        this.destroy();
        return;
      }
      packets++;
      bytes += this.#framer.end - this.#framer.start;
      this.#handlePacket();
    }
    const waitMs = packets > 0 ? this.#rate.spend(packets) : 0;
    if (waitMs > 0) this.#pauseFor(waitMs);
    else if (!isDrained && this.#mayProcess()) this.#processLater();
    this.#resumeOrPause(isDrained);
  }

  #handlePacket(): void {
    const { buffer, start, bodyStart, end } = this.#framer;
    const head = buffer[start] as number;
    if (this.#state === 'open' && head >> 4 === PUBLISH && this.#publish(buffer, head, bodyStart, end)) return;
    if (this.#state === 'new') this.#state = 'connecting';
    if (head >> 4 === DISCONNECT) this.#state = 'closed';
    this.#isStreamReady = this.push(buffer.subarray(start, end));
  }

  /** @returns false for packets that aedes must handle: QoS 2, and everything that is invalid */
  #publish(buffer: Buffer, head: number, bodyStart: number, end: number): boolean {
    const qos = (head >> 1) & 3;
    if (qos > 1 || bodyStart + 2 > end) return false;
    const topicStart = bodyStart + 2;
    const topicEnd = topicStart + buffer.readUInt16BE(bodyStart);
    const payloadStart = topicEnd + 2 * qos;
    if (topicEnd === topicStart || payloadStart > end) return false;
    const topic = buffer.toString('utf8', topicStart, topicEnd);
    if (/[#+\0\ufffd]/.test(topic)) return false;
    const id = qos === 0 ? 0 : buffer.readUInt16BE(topicEnd);
    if (qos === 1 && id === 0) return false;
    this.#inFlight++;
    const message = { topic, payload: buffer.subarray(payloadStart, end) };
    this.#handlers.onPublish(this, message, () => this.#acknowledge(id));
    return true;
  }

  /** Acknowledgements of the same turn are sent in one write. */
  #acknowledge(id: number): void {
    if (this.#acknowledged.length === 0) queueMicrotask(() => this.#writeAcknowledged());
    this.#acknowledged.push(id);
  }

  #writeAcknowledged(): void {
    const ids = this.#acknowledged;
    this.#acknowledged = [];
    this.#inFlight -= ids.length;
    if (this.destroyed) return;
    const bytes = Buffer.allocUnsafe(4 * ids.length);
    let at = 0;
    for (const id of ids) {
      // QoS 0 has no identifier and no acknowledgement.
      if (id === 0) continue;
      bytes[at] = PUBACK;
      bytes[at + 1] = 2;
      bytes[at + 2] = id >> 8;
      bytes[at + 3] = id & 0xff;
      at += 4;
    }
    if (at > 0 && this.#socket.writable) this.#socket.write(bytes.subarray(0, at));
    if (!this.#isScheduled) this.#process();
  }

  #pauseFor(ms: number): void {
    this.#throttle = setTimeout(() => {
      this.#throttle = null;
      this.#process();
    }, ms);
    this.#throttle.unref();
  }

  #processLater(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#process();
    });
  }

  /** Reads from the network only while everything received before has been processed. */
  #resumeOrPause(isDrained: boolean): void {
    if (this.#hasEnded) {
      if ((isDrained || this.#state === 'closed') && !this.readableEnded) this.push(null);
      return;
    }
    const mayResume = isDrained && this.#mayProcess();
    if (mayResume !== this.#socket.isPaused()) return;
    if (mayResume) this.#socket.resume();
    else this.#socket.pause();
  }
}
