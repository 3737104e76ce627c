// Sends the messages that are due: claims them with a lease, at most a few of one channel at once, and keeps what came of it.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Channel, Outcome } from './channels/channel.ts';
import type { MessageComposer } from './message-composer.ts';
import type { ClaimedMessage } from './notification-types.ts';
import { CircuitBreaker, retryDelayMs } from './retry-times.ts';
import type { MessageQueue } from './store/message-queue.ts';

/** Messages of one channel that are being sent at the same time. */
const SENDS_AT_ONCE = 4;
/** Longer than an attempt can take; after it another node may take the message. */
const LEASE_MS = 45_000;

export interface MessageSenderDeps {
  queue: MessageQueue;
  composer: Pick<MessageComposer, 'compose'>;
  /** The channel of a name; null where there is none any more. */
  channel: (name: string) => Channel | null;
  /** Where a contact is reached; null where it was removed. */
  addressOf: (contact: string) => Promise<string | null>;
  clock: Clock;
  log: Logger;
  random?: (() => number) | undefined;
}

export class MessageSender {
  readonly #deps: MessageSenderDeps;
  /** Names this process in the leases. */
  readonly #run = randomUUID();
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #sending = new Set<Promise<void>>();
  /** By channel. */
  readonly #counts = new Map<string, number>();
  /** Messages of which an attempt has ended, until `takeFinished`. */
  #finished: string[] = [];

  constructor(deps: MessageSenderDeps) {
    this.#deps = deps;
  }

  /** Whether messages get through on a channel at present, as far as is known. */
  isUsable(channel: string): boolean {
    return this.#deps.channel(channel) !== null && !this.#breaker(channel).isOpen;
  }

  /** Channels on which messages do not get through at present. */
  unusable(): string[] {
    return [...this.#breakers].filter(([, breaker]) => breaker.isOpen).map(([channel]) => channel);
  }

  /** Whether a message may be tried on a channel now. */
  mayTry(channel: string, nowMs: number): boolean {
    return this.#deps.channel(channel) === null || this.#breaker(channel).allowed(nowMs, 1) > 0;
  }

  get isSending(): boolean {
    return this.#sending.size > 0;
  }

  async whenSent(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** Messages of which an attempt has ended since the last call. */
  takeFinished(): string[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /**
   * Begins to send what is due on a channel, and goes on until nothing is due any more: the other work of the dispatcher does not
   * hold messages up.
   *
   * @param ended called after each attempt
   * @param mayGoOn whether further messages may be taken
   */
  async send(channelName: string, nowMs: number, ended: () => void, mayGoOn: () => boolean): Promise<void> {
    const most = this.#places(channelName, nowMs);
    if (most <= 0) return;
    const { queue } = this.#deps;
    // The places are taken before the messages are: several may ask at the same time.
    this.#count(channelName, most);
    let claimed: ClaimedMessage[] = [];
    try {
      claimed = await queue.claim(channelName, most, nowMs, this.#run, LEASE_MS);
    } finally {
      this.#count(channelName, claimed.length - most);
    }
    for (const message of claimed) this.#begin(message, ended, mayGoOn);
  }

  #count(channelName: string, change: number): void {
    this.#counts.set(channelName, this.#sendingOn(channelName) + change);
  }

  /** How many more messages may be sent on a channel at the same time. */
  #places(channelName: string, nowMs: number): number {
    const allowed = this.#breaker(channelName).allowed(nowMs, SENDS_AT_ONCE);
    return Math.min(SENDS_AT_ONCE, allowed) - this.#sendingOn(channelName);
  }

  #begin(message: ClaimedMessage, ended: () => void, mayGoOn: () => boolean): void {
    const { channel: channelName } = message;
    const breaker = this.#breaker(channelName);
    breaker.started();
    const sending = this.#attempt(message, breaker)
      .catch((err: unknown) => this.#deps.log.error({ err }, 'The outcome of a message cannot be stored'))
      .then(async () => {
        this.#count(channelName, -1);
        this.#finished.push(message.id);
        ended();
        if (mayGoOn()) await this.send(channelName, this.#deps.clock.nowMs(), ended, mayGoOn);
      })
      .catch((err: unknown) => this.#deps.log.error({ err }, 'The next message cannot be taken; this is retried'))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #attempt(message: ClaimedMessage, breaker: CircuitBreaker): Promise<void> {
    const { queue, clock, log, random = Math.random } = this.#deps;
    const outcome = await this.#outcomeOf(message, breaker);
    if (outcome.kind !== 'accepted') {
      const about = { message: message.id, channel: message.channel, answer: outcome.response };
      if (outcome.kind === 'retry') log.warn(about, 'A message could not be sent; it is tried again');
      else log.error(about, 'A message cannot be sent');
    }
    const nowMs = clock.nowMs();
    const wishedMs = outcome.kind === 'retry' ? outcome.afterMs : null;
    await queue.finish(message.id, this.#run, {
      state: outcome.kind === 'accepted' ? 'sent' : outcome.kind === 'never' ? 'failed' : 'queued',
      response: outcome.response,
      sentAtMs: outcome.kind === 'accepted' ? nowMs : null,
      providerId: outcome.kind === 'accepted' ? outcome.providerId : undefined,
      dueAtMs: nowMs + retryDelayMs(message.attempts, random(), wishedMs),
    });
  }

  async #outcomeOf(message: ClaimedMessage, breaker: CircuitBreaker): Promise<Outcome> {
    const { composer, clock, random = Math.random } = this.#deps;
    const channel = this.#deps.channel(message.channel);
    try {
      if (channel === null) return never('The channel is switched off, or not set up any more');
      const address = await this.#deps.addressOf(message.contact);
      if (address === null) return never('The contact point was removed, or its address cannot be decrypted');
      const content = await composer.compose(message);
      if (content === null) return never('Not sent, because nothing was active any more when the channel worked again');
      const outcome = await channel.send(content, address);
      // A refusal is an answer: the channel works.
      if (outcome.kind === 'retry') breaker.failed(clock.nowMs(), random());
      else breaker.succeeded();
      return outcome;
    } finally {
      breaker.ended();
    }
  }

  #sendingOn(channel: string): number {
    return this.#counts.get(channel) ?? 0;
  }

  #breaker(channel: string): CircuitBreaker {
    const known = this.#breakers.get(channel) ?? new CircuitBreaker();
    this.#breakers.set(channel, known);
    return known;
  }
}

const never = (response: string): Outcome => ({ kind: 'never', response });
