// One MQTT client's socket. What it publishes with QoS 0 and 1 is read here; every other packet goes to the broker.

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { GatewayRecord } from '../../../gateways/gateway-repository.ts';
import { PacketFramer } from './packet-framer.ts';
import { PacketRate } from './packet-rate.ts';

/** Who publishes; `gateway` is null for an anonymous client. */
export interface Publisher {
  readonly gateway: GatewayRecord | null;
}

export interface PublishedMessage {
  readonly topic: string;
  /** A view of what was received: valid during the call. */
  readonly payload: Buffer;
}

export interface MqttConnectionHandlers {
  /** `acknowledge` must be called once, when the client may forget the message. */
  onPublish(connection: MqttConnection, message: PublishedMessage, acknowledge: () => void): void;
  /** The connection is closed because of what came. */
  onRefused(reason: 'too_large' | 'malformed'): void;
}

/** What is read in one turn of the event loop, so that one client with a lot to say shares it with the others. */
const BYTES_PER_TURN = 16_384;
/** Messages of one client that wait for their acknowledgement; past it, it is not read. */
const MAX_IN_FLIGHT = 1000;
/** Acknowledgements that a client does not fetch; past it, it is not read. */
const MAX_UNREAD_BYTES = 65_536;
const PUBLISH = 3;
const DISCONNECT = 14;
const PUBACK = 0x40;

export class MqttConnection extends Duplex {
  /** Null until it has signed in. */
  publisher: Publisher | null = null;
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #splitter: PacketFramer;
  readonly #rate = new PacketRate();
  readonly #handlers: MqttConnectionHandlers;
  /** `waiting`: the CONNECT is with the broker. `over`: nothing more is read. */
  #state: 'new' | 'waiting' | 'open' | 'over' = 'new';
  #isWanted = true;
  #isHeld = false;
  #hasEnded = false;
  #isScheduled = false;
  #inFlight = 0;
  #acknowledged: number[] = [];
  #throttle: NodeJS.Timeout | null = null;
  #keepAlive: NodeJS.Timeout | null = null;

  constructor(socket: Socket, maxPacketBytes: number, handlers: MqttConnectionHandlers) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#splitter = new PacketFramer(maxPacketBytes);
    this.#handlers = handlers;
    this.remoteAddress = socket.remoteAddress ?? '';
    socket.on('data', (chunk: Buffer) => {
      this.#keepAlive?.refresh();
      this.#splitter.feed(chunk);
      if (!this.#isScheduled) this.#process();
    });
    socket.on('drain', () => this.#process());
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#process();
    });
    socket.on('error', () => this.destroy());
    socket.on('close', () => {
      // What came before an orderly end is still read.
      if (!this.#hasEnded) this.destroy();
    });
  }

  /** The client has signed in, and the broker has said so. */
  open(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'open';
    this.#process();
  }

  /** [MQTT-3.1.2-24]; but a client that is not being read cannot be heard, and stays. */
  keepAlive(seconds: number): void {
    if (seconds === 0) return;
    this.#keepAlive = setTimeout(() => {
      if (this.#socket.isPaused()) this.#keepAlive?.refresh();
      else this.destroy();
    }, seconds * 1500);
    this.#keepAlive.unref();
  }

  /** While held, nothing more is read from the network: TCP pushes back. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#process();
  }

  override _read(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#process();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(chunk, done);
    else done();
  }

  /** mqtt-packet writes a packet in pieces, corked: they must go out together, acknowledgements go between packets. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
    else done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.#state = 'over';
    if (this.#throttle !== null) clearTimeout(this.#throttle);
    if (this.#keepAlive !== null) clearTimeout(this.#keepAlive);
    this.#socket.destroy();
    done();
  }

  #mayRead(): boolean {
    return (
      (this.#state === 'new' || this.#state === 'open') &&
      this.#isWanted &&
      !this.#isHeld &&
      this.#throttle === null &&
      this.#inFlight < MAX_IN_FLIGHT &&
      this.#socket.writableLength < MAX_UNREAD_BYTES
    );
  }

  #process(): void {
    let bytes = 0;
    let packets = 0;
    let isDrained = false;
    while (this.#mayRead() && bytes < BYTES_PER_TURN) {
      const result = this.#splitter.next();
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
      bytes += this.#splitter.end - this.#splitter.start;
      this.#take();
    }
    const waitMs = packets > 0 ? this.#rate.spend(packets) : 0;
    if (waitMs > 0) this.#pauseFor(waitMs);
    else if (!isDrained && this.#mayRead()) this.#processLater();
    this.#readOrWait(isDrained);
  }

  #take(): void {
    const { buffer, start, bodyStart, end } = this.#splitter;
    const head = buffer[start] as number;
    if (this.#state === 'open' && head >> 4 === PUBLISH && this.#publish(buffer, head, bodyStart, end)) return;
    if (this.#state === 'new') this.#state = 'waiting';
    if (head >> 4 === DISCONNECT) this.#state = 'over';
    this.#isWanted = this.push(buffer.subarray(start, end));
  }

  /** @returns false for what the broker has to judge: QoS 2, and everything that looks wrong */
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

  /** What is acknowledged in the same turn goes out in one write. */
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
      // QoS 0 has no identifier, and nothing to say.
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

  /** Reads from the network only while what came before has been taken. */
  #readOrWait(isDrained: boolean): void {
    if (this.#hasEnded) {
      if ((isDrained || this.#state === 'over') && !this.readableEnded) this.push(null);
      return;
    }
    const isFree = isDrained && this.#mayRead();
    if (isFree !== this.#socket.isPaused()) return;
    if (isFree) this.#socket.resume();
    else this.#socket.pause();
  }
}
