// The bus of several nodes, over Redis: what one publishes reaches its own subscribers at once, and all the others'.

import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import type { DomainEvent } from './domain-events.ts';
import type { EventBus } from './event-bus.ts';
import { type BusContent, decodeMessage, encodeMessage, isReadingsOf } from './event-message.ts';
import { GapDetector } from './gap-detector.ts';
import { nobodyAnswers, PendingRequests } from './pending-requests.ts';
import type { RequestChannel } from './request-channel.ts';

/** What happens elsewhere. Both are called synchronously and must not throw. */
export interface BusListener {
  /** Another node's event, in the order in which that node published. */
  event(event: DomainEvent): void;
  /** Events may have been missed. */
  missed(): void;
}

const PULSE_MS = 1000;
/** Without an own pulse for so long the connection is taken for broken, whatever TCP says. */
const SILENCE_MS = 3500;
const CONNECT_WITHIN_MS = 3000;
const GOODBYE_MS = 1000;
const MAX_RETRY_MS = 1000;
/** On their way to Redis; past it events are dropped, which the others see by their numbers. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

export class RedisEventBus implements EventBus, RequestChannel {
  readonly #local: EventBus;
  readonly #channel: string;
  readonly #log: Logger;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #sender: string;
  readonly #numbers = new GapDetector();
  readonly #questions = new PendingRequests();
  #listener: BusListener;
  #answer: ((question: unknown) => Promise<unknown>) | null = null;
  #number = 0;
  #pendingBytes = 0;
  #isUp = false;
  /** It is tried each second: said once, and in full only to who looks for it. */
  #isAwayTold = false;
  #heardMs = 0;
  #timer: NodeJS.Timeout | null = null;

  /**
   * `local` has this node's subscribers; `channel` is the plant's own, since several may share a Redis; `nodeId` has 12
   * hexadecimal digits.
   */
  constructor(deps: { url: string; channel: string; local: EventBus; log: Logger; nodeId?: string }) {
    // New with every start, and others know of which node.
    this.#sender = ((deps.nodeId ?? '') + randomBytes(8).toString('hex')).slice(0, 16);
    this.#local = deps.local;
    this.#channel = deps.channel;
    this.#log = deps.log;
    this.#listener = { event: (event) => deps.local.publish(event), missed: () => {} };
    this.#commands = connection(deps.url);
    this.#subscriber = connection(deps.url);
  }

  /** Hears pulses of its own: what is published now reaches others, and what they publish comes in. */
  get isConnected(): boolean {
    return this.#isUp;
  }

  /** Connected, and every other node is heard. One that is not may be cut off, and do what nobody hears of. */
  get isComplete(): boolean {
    return this.#isUp && !this.#numbers.isAnySilent(performance.now());
  }

  /** Whether another node, of the same version as this one, was heard lately. */
  hears(nodeId: string): boolean {
    return this.#isUp && this.#numbers.isHeard(nodeId, performance.now());
  }

  /** For what else a node keeps in Redis. Commands fail at once while it is away. */
  get commands(): Redis {
    return this.#commands;
  }

  /** Before `start`. Without it, others' events go straight to the local subscribers. */
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

  answer(handler: (question: unknown) => Promise<unknown>): void {
    this.#answer = handler;
  }

  ask(question: unknown, withinMs: number): Promise<unknown> {
    if (!this.#isUp) return Promise.reject(nobodyAnswers());
    return this.#questions.ask((id) => this.#send({ kind: 'ask', id, question }), withinMs);
  }

  /** Does not wait for Redis: where it is not there, it is tried for ever. */
  async start(): Promise<void> {
    await this.#local.start();
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#beat(), PULSE_MS);
    this.#timer.unref();
    this.#heardMs = performance.now();
    for (const client of [this.#commands, this.#subscriber]) {
      client.on('error', (error) => this.#tell(error));
      client.on('close', () => this.#lost());
      client.connect().catch(() => {});
    }
    this.#subscriber.on('messageBuffer', (_channel, bytes: Buffer) => this.#hear(bytes));
    this.#subscriber.on('ready', () => {
      this.#subscriber.subscribe(this.#channel).then(
        () => this.#pulse(),
        () => {},
      );
    });
    this.#commands.on('ready', () => this.#pulse());
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#isUp) this.#send({ kind: 'goodbye' });
    this.#isUp = false;
    this.#subscriber.disconnect();
    // What was published last still leaves.
    await Promise.race([
      this.#commands.quit().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref()),
    ]);
    this.#commands.disconnect();
    await this.#local.stop();
  }

  #beat(): void {
    if (performance.now() - this.#heardMs > SILENCE_MS) {
      this.#heardMs = performance.now();
      this.#lost();
      // Half-open: only a new connection helps.
      for (const client of [this.#commands, this.#subscriber]) {
        if (client.status === 'ready') client.disconnect(true);
      }
    }
    this.#pulse();
  }

  #pulse(): void {
    this.#write(encodeMessage({ sender: this.#sender, number: this.#number, content: { kind: 'pulse' } }));
  }

  #send(content: BusContent): void {
    // Counted also where it cannot be sent: so the others learn that it was lost.
    this.#number++;
    if (this.#commands.status !== 'ready' || this.#pendingBytes > MAX_PENDING_BYTES) return;
    this.#write(encodeMessage({ sender: this.#sender, number: this.#number, content }));
  }

  #write(bytes: Buffer): void {
    if (this.#commands.status !== 'ready') return;
    this.#pendingBytes += bytes.length;
    const done = () => {
      this.#pendingBytes -= bytes.length;
    };
    this.#commands.publish(this.#channel, bytes).then(done, done);
  }

  #hear(bytes: Buffer): void {
    if (isReadingsOf(bytes, this.#sender)) return;
    const message = decodeMessage(bytes);
    if (message === null) return;
    const { sender, number, content } = message;
    if (sender === this.#sender) {
      if (content.kind === 'pulse') this.#found();
      return;
    }
    if (content.kind === 'goodbye') {
      this.#numbers.forget(sender);
      return;
    }
    if (!this.#numbers.note(sender, number, content.kind === 'pulse', performance.now())) this.#listener.missed();
    if (content.kind === 'event') this.#listener.event(content.event);
    else if (content.kind === 'ask') void this.#reply(sender, content.id, content.question);
    else if (content.kind === 'answer' && content.to === this.#sender)
      this.#questions.settle(content.id, content.answer);
  }

  async #reply(to: string, id: string, question: unknown): Promise<void> {
    const answer = await this.#answer?.(question);
    if (answer !== undefined) this.#send({ kind: 'answer', id, to, answer });
  }

  #found(): void {
    this.#heardMs = performance.now();
    if (this.#isUp) return;
    this.#isUp = true;
    this.#isAwayTold = false;
    this.#log.info('Connected to the other nodes');
    this.#listener.missed();
  }

  #tell(error: Error): void {
    if (this.#isAwayTold) this.#log.debug({ err: error }, 'Redis still cannot be reached');
    else this.#log.warn({ err: error }, 'Redis cannot be reached; it is tried again each second');
    this.#isAwayTold = true;
  }

  #lost(): void {
    this.#numbers.clear();
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#log.warn('Redis is gone: this node works on, and asks the database what the others change');
    this.#listener.missed();
  }
}

function connection(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    retryStrategy: (tries) => Math.min(100 * tries, MAX_RETRY_MS),
    // What cannot be sent now is lost, and made good by asking the database.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
  });
}
