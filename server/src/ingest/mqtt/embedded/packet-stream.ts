// Reads packets from the socket of one client, no faster than they can be processed, and in turn with those of other clients.

import type { Socket } from 'node:net';
import { PacketFramer } from './packet-framer.ts';
import { PacketRate } from './packet-rate.ts';

export interface PacketStreamHandlers {
  /** Whether more packets may be processed now; asked again at `resume`. */
  mayProcess(): boolean;
  /** `isTooLarge`: only the beginning of the packet is there. */
  onPacket(framer: PacketFramer, isTooLarge: boolean): void;
  onMalformed(): void;
  /** The client sent nothing for one and a half times its keep-alive. */
  onSilence(): void;
  /** Called once, when the socket is closed and everything that arrived before is processed. */
  onClose(): void;
}

/** Bytes that are processed in one turn of the event loop, so that all clients get their share. */
const BYTES_PER_TURN = 16_384;
/** Bytes that the client does not receive. Past this number it is not read. */
const MAX_UNSENT_BYTES = 65_536;
/** How long a client may take to close the connection that the broker has ended. */
const CLOSE_WITHIN_MS = 1_000;

export class PacketStream {
  readonly #socket: Socket;
  readonly #framer: PacketFramer;
  readonly #handlers: PacketStreamHandlers;
  readonly #rate = new PacketRate();
  #isClosed = false;
  #isEnding = false;
  #hasEnded = false;
  #isScheduled = false;
  #throttle: NodeJS.Timeout | null = null;
  #keepAlive: NodeJS.Timeout | null = null;

  constructor(socket: Socket, maxPacketBytes: number, handlers: PacketStreamHandlers) {
    this.#socket = socket;
    this.#framer = new PacketFramer(maxPacketBytes);
    this.#handlers = handlers;
    socket.on('data', (chunk: Buffer) => {
      if (this.#isEnding) return;
      this.#keepAlive?.refresh();
      this.#framer.feed(chunk);
      if (!this.#isScheduled) this.#process();
    });
    socket.on('drain', () => this.resume());
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#process();
    });
    socket.on('error', () => this.close());
    socket.on('close', () => {
      // Data that arrived before a clean end is still processed.
      if (!this.#hasEnded) this.close();
    });
  }

  /** [MQTT-3.1.2-24], except that a client is not disconnected while it is not read. 0 switches it off. */
  keepAlive(seconds: number): void {
    if (seconds === 0) return;
    this.#keepAlive = setTimeout(() => {
      if (this.#socket.isPaused()) this.#keepAlive?.refresh();
      else this.#handlers.onSilence();
    }, seconds * 1500);
    this.#keepAlive.unref();
  }

  /** To be called when `mayProcess` may have changed. */
  resume(): void {
    if (!this.#isScheduled) this.#process();
  }

  write(bytes: Buffer): void {
    if (bytes.length > 0 && !this.#isClosed && this.#socket.writable) this.#socket.write(bytes);
  }

  /** Closes the connection after sending `bytes`. Nothing more is read. */
  end(bytes: Buffer | null): void {
    if (this.#isClosed || this.#isEnding) return;
    if (bytes === null || !this.#socket.writable) {
      this.close();
      return;
    }
    this.#isEnding = true;
    // The client closes its side when it has received everything. Closing earlier could take back what it did not read yet.
    const timeout = setTimeout(() => this.close(), CLOSE_WITHIN_MS);
    timeout.unref();
    this.#socket.once('close', () => {
      clearTimeout(timeout);
      this.close();
    });
    this.#socket.end(bytes);
    this.#socket.resume();
  }

  /** Closes the connection at once. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#throttle !== null) clearTimeout(this.#throttle);
    if (this.#keepAlive !== null) clearTimeout(this.#keepAlive);
    this.#socket.destroy();
    this.#handlers.onClose();
  }

  #mayProcess(): boolean {
    return (
      !this.#isClosed &&
      !this.#isEnding &&
      this.#throttle === null &&
      this.#socket.writableLength < MAX_UNSENT_BYTES &&
      this.#handlers.mayProcess()
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
      if (result === 'malformed') {
        this.#handlers.onMalformed();
        break;
      }
      packets++;
      bytes += this.#framer.end - this.#framer.start;
      this.#handlers.onPacket(this.#framer, result === 'too_large');
    }
    const waitMs = packets > 0 ? this.#rate.spend(packets) : 0;
    if (waitMs > 0) this.#pauseFor(waitMs);
    else if (!isDrained && this.#mayProcess()) this.#processLater();
    this.#resumeOrPause(isDrained);
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
    if (this.#isClosed || this.#isEnding) return;
    if (this.#hasEnded) {
      if (isDrained) this.close();
      return;
    }
    const mayResume = isDrained && this.#mayProcess();
    if (mayResume !== this.#socket.isPaused()) return;
    if (mayResume) this.#socket.resume();
    else this.#socket.pause();
  }
}
