// One MQTT client's socket: guards the size of packets, limits their rate, and can be made to wait.

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import { type GuardVerdict, PacketGuard } from './packet-guard.ts';

/** Who publishes; `gateway` is null for an anonymous client. */
export interface Publisher {
  readonly gateway: GatewayRecord | null;
}

/** What the broker gets at a time: small, so that one client with a lot to say shares the event loop with the others. */
const SLICE_BYTES = 16_384;
/** Packets a second and at once; a faster client is read more slowly, nothing of it is dropped. */
const PACKETS_PER_SECOND = 10_000;
const BURST_PACKETS = 10_000;

export class MqttConnection extends Duplex {
  /** Null until it has signed in. */
  publisher: Publisher | null = null;
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #guard: PacketGuard;
  readonly #onRefused: (verdict: Exclude<GuardVerdict, 'ok'>) => void;
  #waiting: Buffer | null = null;
  #isWanted = false;
  #isEnded = false;
  #isHeld = false;
  #tokens = BURST_PACKETS;
  #refilledAtMs = performance.now();
  #throttle: NodeJS.Timeout | null = null;

  constructor(socket: Socket, maxPacketBytes: number, onRefused: (verdict: Exclude<GuardVerdict, 'ok'>) => void) {
    super({ highWaterMark: SLICE_BYTES, allowHalfOpen: false });
    this.#socket = socket;
    this.#guard = new PacketGuard(maxPacketBytes);
    this.#onRefused = onRefused;
    this.remoteAddress = socket.remoteAddress ?? '';
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => {
      this.#isEnded = true;
      this.#deliver();
    });
    socket.on('error', () => this.destroy());
    socket.on('close', () => {
      // What came before an orderly end is still read.
      if (!this.#isEnded) this.destroy();
    });
  }

  /** While held, nothing more is read from the network: TCP pushes back. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#deliver();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#deliver();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(chunk, done);
    else done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer' as BufferEncoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#throttle !== null) clearTimeout(this.#throttle);
    this.#throttle = null;
    this.#waiting = null;
    this.#socket.destroy();
    done();
  }

  #receive(chunk: Buffer): void {
    const before = this.#guard.packets;
    const verdict = this.#guard.check(chunk);
    if (verdict !== 'ok') {
      this.#onRefused(verdict);
      this.destroy();
      return;
    }
    this.#spend(this.#guard.packets - before);
    this.#waiting = this.#waiting === null ? chunk : Buffer.concat([this.#waiting, chunk]);
    this.#deliver();
  }

  #deliver(): void {
    while (this.#isWanted && this.#waiting !== null && !this.#isStopped()) {
      const waiting = this.#waiting;
      this.#waiting = waiting.length > SLICE_BYTES ? waiting.subarray(SLICE_BYTES) : null;
      this.#isWanted = this.push(waiting.length > SLICE_BYTES ? waiting.subarray(0, SLICE_BYTES) : waiting);
    }
    if (this.#isEnded) {
      if (this.#waiting === null && !this.readableEnded) this.push(null);
      return;
    }
    // Reads from the network only while what came before has been taken.
    const isFree = this.#waiting === null && this.#isWanted && !this.#isStopped();
    if (isFree !== this.#socket.isPaused()) return;
    if (isFree) this.#socket.resume();
    else this.#socket.pause();
  }

  #isStopped(): boolean {
    return this.#isHeld || this.#throttle !== null;
  }

  #spend(packets: number): void {
    const nowMs = performance.now();
    const refill = ((nowMs - this.#refilledAtMs) * PACKETS_PER_SECOND) / 1000;
    this.#refilledAtMs = nowMs;
    this.#tokens = Math.min(BURST_PACKETS, this.#tokens + refill) - packets;
    if (this.#tokens >= 0 || this.#throttle !== null) return;
    this.#throttle = setTimeout(
      () => {
        this.#throttle = null;
        this.#deliver();
      },
      (-this.#tokens / PACKETS_PER_SECOND) * 1000,
    );
    this.#throttle.unref();
  }
}
