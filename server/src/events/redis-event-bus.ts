// The event bus of several nodes, over Redis: an event reaches the subscribers of its own node at once, and those of the
// other nodes through a Redis channel.

import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import type { DomainEvent } from './domain-events.ts';
import type { EventBus } from './event-bus.ts';
import { type BusContent, decodeMessage, encodeMessage, isReadingsOf } from './event-message.ts';
import { GapDetector } from './gap-detector.ts';
import { redisConnection } from './redis-connection.ts';
import {
  noReply,
  PendingRequests,
  type RequestChannel,
  type RequestHandler,
  type RequestTopic,
} from './request-channel.ts';

/** Receives what other nodes publish. Both methods are called synchronously and must not throw. */
export interface BusListener {
  /** An event of another node, in the order in which that node published. */
  onEvent(event: DomainEvent): void;
  /** Events of other nodes may have been lost. */
  onGap(): void;
}

const HEARTBEAT_MS = 1000;
/** Without one of its own heartbeats for this long the connection counts as broken, even where TCP reports no error. */
const SILENT_AFTER_MS = 3500;
const QUIT_WITHIN_MS = 1000;
/** While a node of another version runs, its changes are read from the database this often. */
const READ_OTHER_VERSION_EVERY_MS = 5000;
/** Bytes that Redis has not confirmed; past it events are dropped, which other nodes detect by the sequence numbers. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

export class RedisEventBus implements EventBus, RequestChannel {
  readonly #local: EventBus;
  readonly #channel: string;
  readonly #log: Logger;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #sender: string;
  readonly #gaps = new GapDetector();
  readonly #pendingRequests = new PendingRequests();
  #listener: BusListener;
  readonly #requestHandlers = new Map<RequestTopic, RequestHandler>();
  #sequence = 0;
  #pendingBytes = 0;
  #isConnected = false;
  /** The connection is tried every second: the first failure is a warning, later ones are logged at debug level. */
  #isOutageLogged = false;
  #lastHeartbeatMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #otherVersionTimer: NodeJS.Timeout | null = null;

  /**
   * `local` delivers to this node's subscribers. `channel` is unique to the plant, since several plants may share a Redis.
   * `nodeId` has 12 hexadecimal digits.
   */
  constructor(deps: { url: string; channel: string; local: EventBus; log: Logger; nodeId?: string }) {
    // New with every start; its first 12 digits name the node.
    this.#sender = ((deps.nodeId ?? '') + randomBytes(8).toString('hex')).slice(0, 16);
    this.#local = deps.local;
    this.#channel = deps.channel;
    this.#log = deps.log;
    this.#listener = { onEvent: (event) => deps.local.publish(event), onGap: () => {} };
    this.#commands = redisConnection(deps.url);
    this.#subscriber = redisConnection(deps.url);
  }

  /** The node receives its own heartbeats: it can publish to other nodes, and receives what they publish. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Connected, and no other node is silent. A silent node may be disconnected from Redis and still make changes. */
  get isFullyConnected(): boolean {
    return this.#isConnected && !this.#gaps.isAnySilent(performance.now());
  }

  /** Whether another node, of the same version of the message format, has sent something recently. */
  isNodeAlive(nodeId: string): boolean {
    return this.#isConnected && this.#gaps.isAlive(nodeId, performance.now());
  }

  /** For other data that a node stores in Redis. Commands fail at once while Redis is unavailable. */
  get commands(): Redis {
    return this.#commands;
  }

  /** To be called before `start`. Without it, events of other nodes go straight to the local subscribers. */
  listen(listener: BusListener): void {
    this.#listener = listener;
  }

  publish(event: DomainEvent): void {
    this.#local.publish(event);
    this.#send({ kind: 'event', event });
  }

  subscribe(handler: (event: DomainEvent) => void): () => void {
    return this.#local.subscribe(handler);
  }

  onRequest(handler: RequestHandler, topic: RequestTopic = 'command'): void {
    this.#requestHandlers.set(topic, handler);
  }

  request(payload: unknown, withinMs: number, topic: RequestTopic = 'command'): Promise<unknown> {
    if (!this.#isConnected) return Promise.reject(noReply());
    return this.#pendingRequests.add((id) => this.#send({ kind: 'ask', id, topic, question: payload }), withinMs);
  }

  /** Does not wait for Redis; connecting is retried until `stop`. */
  async start(): Promise<void> {
    await this.#local.start();
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#onTimer(), HEARTBEAT_MS);
    this.#timer.unref();
    this.#lastHeartbeatMs = performance.now();
    for (const client of [this.#commands, this.#subscriber]) {
      client.on('error', (error) => this.#onError(error));
      client.on('close', () => this.#onDisconnected());
      client.connect().catch(() => {});
    }
    this.#subscriber.on('messageBuffer', (_channel, bytes: Buffer) => this.#onMessage(bytes));
    this.#subscriber.on('ready', () => {
      this.#subscriber.subscribe(this.#channel).then(
        () => this.#sendHeartbeat(),
        () => {},
      );
    });
    this.#commands.on('ready', () => this.#sendHeartbeat());
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#otherVersionTimer !== null) clearTimeout(this.#otherVersionTimer);
    this.#otherVersionTimer = null;
    if (this.#isConnected) this.#send({ kind: 'goodbye' });
    this.#isConnected = false;
    this.#subscriber.disconnect();
    // QUIT lets the events that were published last leave first.
    await Promise.race([
      this.#commands.quit().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, QUIT_WITHIN_MS).unref()),
    ]);
    this.#commands.disconnect();
    await this.#local.stop();
  }

  #onTimer(): void {
    if (performance.now() - this.#lastHeartbeatMs > SILENT_AFTER_MS) {
      this.#lastHeartbeatMs = performance.now();
      this.#onDisconnected();
      // The connection may be half-open: only a new one helps.
      for (const client of [this.#commands, this.#subscriber]) {
        if (client.status === 'ready') client.disconnect(true);
      }
    }
    this.#sendHeartbeat();
  }

  #sendHeartbeat(): void {
    this.#write(encodeMessage({ sender: this.#sender, sequence: this.#sequence, content: { kind: 'pulse' } }));
  }

  #send(content: BusContent): void {
    // A message that cannot be sent is counted too: the gap tells the other nodes that it was lost.
    this.#sequence++;
    if (this.#commands.status !== 'ready' || this.#pendingBytes > MAX_PENDING_BYTES) return;
    this.#write(encodeMessage({ sender: this.#sender, sequence: this.#sequence, content }));
  }

  #write(bytes: Buffer): void {
    if (this.#commands.status !== 'ready') return;
    this.#pendingBytes += bytes.length;
    const done = () => {
      this.#pendingBytes -= bytes.length;
    };
    this.#commands.publish(this.#channel, bytes).then(done, done);
  }

  #onMessage(bytes: Buffer): void {
    if (isReadingsOf(bytes, this.#sender)) return;
    const message = decodeMessage(bytes);
    if (message === null) {
      this.#onOtherVersion();
      return;
    }
    const { sender, sequence, content } = message;
    if (sender === this.#sender) {
      if (content.kind === 'pulse') this.#onConnected();
      return;
    }
    if (content.kind === 'goodbye') {
      this.#gaps.remove(sender);
      return;
    }
    if (!this.#gaps.record(sender, sequence, content.kind === 'pulse', performance.now())) this.#listener.onGap();
    if (content.kind === 'event') this.#listener.onEvent(content.event);
    else if (content.kind === 'ask') void this.#reply(sender, content);
    else if (content.kind === 'answer' && content.to === this.#sender)
      this.#pendingRequests.resolve(content.id, content.answer);
  }

  /** A node of another version has sent something, which may be readings or changes: while nodes are replaced one by one. */
  #onOtherVersion(): void {
    this.#otherVersionTimer ??= setTimeout(() => {
      this.#otherVersionTimer = null;
      this.#listener.onGap();
    }, READ_OTHER_VERSION_EVERY_MS);
    this.#otherVersionTimer.unref();
  }

  async #reply(to: string, { id, topic = 'command', question }: Extract<BusContent, { kind: 'ask' }>): Promise<void> {
    const answer = await this.#requestHandlers.get(topic)?.(question);
    if (answer !== undefined) this.#send({ kind: 'answer', id, to, answer });
  }

  #onConnected(): void {
    this.#lastHeartbeatMs = performance.now();
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#isOutageLogged = false;
    this.#log.info('Connected to Redis and through it to the other nodes');
    this.#listener.onGap();
  }

  #onError(error: Error): void {
    if (this.#isOutageLogged) this.#log.debug({ err: error }, 'Redis still cannot be reached');
    else this.#log.warn({ err: error }, 'Redis cannot be reached; connecting is retried every second');
    this.#isOutageLogged = true;
  }

  #onDisconnected(): void {
    this.#gaps.clear();
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#log.warn(
      'The connection to Redis is lost; until it is back, changes of other nodes are read from the database',
    );
    this.#listener.onGap();
  }
}
