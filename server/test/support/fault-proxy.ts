// A TCP proxy with faults: the server behind it appears slow, silent, disconnected or down for as long as a test needs.

import { once, setMaxListeners } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  /** Everything is forwarded at once. */
  | { kind: 'none' }
  /** Each chunk is delayed, in both directions. */
  | { kind: 'delay'; ms: number }
  | { kind: 'throttle'; bytesPerSecond: number }
  /**
   * Half open: connections are accepted and stay open, and nothing is forwarded. Bytes that were sent meanwhile arrive afterwards,
   * as over a network that was interrupted.
   */
  | { kind: 'silent' }
  /** All connections are reset, new ones as well. */
  | { kind: 'reset' }
  /** All connections are reset, and nothing listens on the port. */
  | { kind: 'refuse' }
  /** Each connection is reset after this many bytes of replies, in the middle of one. */
  | { kind: 'cut'; afterBytes: number };

/** The share of the bytes per second that a throttled connection forwards at a time. */
const THROTTLE_PARTS = 20;
const NOTHING = Buffer.alloc(0);

interface Pair {
  readonly client: Socket;
  server: Socket | null;
  /** Bytes of replies since the fault began. */
  answered: number;
}

export class FaultProxy {
  readonly host = '127.0.0.1';
  readonly #target: { host: string; port: number };
  readonly #pairs = new Set<Pair>();
  #listener: Server | null = null;
  #port = 0;
  #cuts = 0;
  #fault: Fault = { kind: 'none' };
  /** Aborted when the fault changes, so that delays end at once. */
  #changed = newSignal();

  constructor(target: { host?: string; port: number }) {
    this.#target = { host: '127.0.0.1', ...target };
  }

  get port(): number {
    return this.#port;
  }

  /** Open connections of clients. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Connections that were reset in the middle of a reply. */
  get cuts(): number {
    return this.#cuts;
  }

  async start(): Promise<void> {
    await this.#listen();
  }

  /** Takes effect at once, also on open connections. */
  async set(fault: Fault): Promise<void> {
    this.#fault = fault;
    this.#changed.abort();
    this.#changed = newSignal();
    for (const pair of this.#pairs) pair.answered = 0;
    if (fault.kind === 'reset' || fault.kind === 'refuse') this.#resetAll();
    if (fault.kind === 'refuse') await this.#deafen();
    else if (this.#listener === null) await this.#listen();
  }

  /** Closes everything. Safe to call twice. */
  async stop(): Promise<void> {
    this.#fault = { kind: 'refuse' };
    this.#changed.abort();
    this.#resetAll();
    await this.#deafen();
  }

  async #listen(): Promise<void> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#take(client));
    listener.listen(this.#port, this.host);
    await once(listener, 'listening');
    this.#listener = listener;
    this.#port = (listener.address() as AddressInfo).port;
  }

  async #deafen(): Promise<void> {
    if (this.#listener === null) return;
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.#listener = null;
    await closed;
  }

  #resetAll(): void {
    for (const pair of [...this.#pairs]) this.#reset(pair);
  }

  #reset(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const socket of [pair.client, pair.server]) {
      if (socket?.connecting) socket.destroy();
      else socket?.resetAndDestroy();
    }
  }

  #take(client: Socket): void {
    const pair: Pair = { client, server: null, answered: 0 };
    this.#pairs.add(pair);
    client.on('error', () => this.#reset(pair));
    if (this.#fault.kind === 'reset' || this.#fault.kind === 'refuse') this.#reset(pair);
    else void this.#join(pair);
  }

  async #join(pair: Pair): Promise<void> {
    await this.#passable();
    if (!this.#pairs.has(pair)) return;
    const server = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    pair.server = server;
    server.on('error', () => this.#reset(pair));
    const directions = [this.#pump(pair, pair.client, server, false), this.#pump(pair, server, pair.client, true)];
    await Promise.all(directions);
    this.#pairs.delete(pair);
  }

  async #pump(pair: Pair, from: Socket, to: Socket, isAnswer: boolean): Promise<void> {
    try {
      // The other direction of the socket stays open.
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        for (let rest: Buffer = chunk; rest.length > 0; ) rest = await this.#pass(pair, rest, to, isAnswer);
      }
      await this.#passable();
      to.end();
    } catch {
      this.#reset(pair);
    }
  }

  /** @returns the bytes that are still to be forwarded */
  async #pass(pair: Pair, bytes: Buffer, to: Socket, isAnswer: boolean): Promise<Buffer> {
    await this.#passable();
    const fault = this.#fault;
    let size = bytes.length;
    if (fault.kind === 'delay') await this.#wait(fault.ms);
    if (fault.kind === 'throttle') {
      size = Math.min(size, Math.ceil(fault.bytesPerSecond / THROTTLE_PARTS));
      await this.#wait((size * 1000) / fault.bytesPerSecond);
    }
    if (fault.kind === 'cut' && isAnswer) size = Math.min(size, fault.afterBytes - pair.answered);
    if (!this.#pairs.has(pair)) return NOTHING;
    if (this.#fault !== fault) return bytes;
    if (isAnswer) pair.answered += size;
    if (size > 0 && !to.write(bytes.subarray(0, size))) await drained(to);
    if (fault.kind !== 'cut' || pair.answered < fault.afterBytes) return bytes.subarray(size);
    this.#cuts++;
    this.#reset(pair);
    return NOTHING;
  }

  async #passable(): Promise<void> {
    while (this.#fault.kind === 'silent') {
      const { signal } = this.#changed;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#changed.signal }).catch(() => {});
  }
}

function newSignal(): AbortController {
  const controller = new AbortController();
  // Every connection waits for it.
  setMaxListeners(0, controller.signal);
  return controller;
}

const drained = (socket: Socket) =>
  new Promise<void>((resolve) => socket.once('drain', resolve).once('close', () => resolve()));

export async function startFaultProxy(target: { host?: string; port: number }): Promise<FaultProxy> {
  const proxy = new FaultProxy(target);
  await proxy.start();
  return proxy;
}
