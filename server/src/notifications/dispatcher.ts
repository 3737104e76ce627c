// Decides who is told of the changes in the outbox, folds what waits into messages, and sends them. Only the leader runs it.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { Channel, Outcome } from './channels/channel.ts';
import { foldWaiting } from './flood-rules.ts';
import type { MessageComposer } from './message-composer.ts';
import { type ClaimedMessage, contactKey, type Recipient } from './notification-types.ts';
import { planItems } from './plan-items.ts';
import { CircuitBreaker, retryDelayMs } from './retry-times.ts';
import type { ExpiredMessages } from './store/expired-messages.ts';
import type { MessageQueue } from './store/message-queue.ts';
import type { Outbox } from './store/outbox.ts';
import type { WaitingItems } from './store/waiting-items.ts';

const CHANGES_PER_BATCH = 100;
const EXPIRED_PER_BATCH = 100;
/** Messages of one channel that are being sent at the same time. */
const SENDS_AT_ONCE = 4;
/** Longer than an attempt can take; after it another node may take the message. */
const LEASE_MS = 45_000;
const GIVE_UP_AFTER_MS = 86_400_000;
const LOOK_EVERY_MS = 5_000;
const SHORTEST_PAUSE_MS = 100;
const STOP_WITHIN_MS = 2_000;

/** The tables, by what is done with them. */
export interface NotificationStore {
  outbox: Outbox;
  waiting: WaitingItems;
  queue: MessageQueue;
  expired: ExpiredMessages;
}

export interface DispatcherDeps {
  store: NotificationStore;
  composer: MessageComposer;
  /** The channel of a name; null where there is none any more. */
  channel: (name: string) => Channel | null;
  /** Where a contact is reached; null where it was removed. */
  addressOf: (contact: string) => Promise<string | null>;
  /** Reads the channels again, which people may have changed. */
  refreshChannels: () => Promise<void>;
  /** Who is told by the default route at present. */
  recipients: () => readonly Recipient[];
  /** Whether an alert is about this channel, so that it cannot be told by it. */
  isAbout: (event: AlertEvent, channel: string) => boolean;
  bus: Pick<EventBus, 'subscribe'>;
  clock: Clock;
  log: Logger;
  /** No other node sends: what this one was sending when it ended is sent again at once. */
  isAlone: boolean;
  random?: () => number;
}

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  /** Names this process in the leases. */
  readonly #run = randomUUID();
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #sending = new Set<Promise<void>>();
  /** By channel. */
  readonly #counts = new Map<string, number>();
  #stopped = true;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #passing: Promise<void> | null = null;
  #isPassDue = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#unsubscribe = this.#deps.bus.subscribe((event) => {
      if (event.kind === 'alerts' || event.kind === 'config') this.#wake();
    });
    const ready = this.#deps.isAlone ? this.#deps.store.queue.endLeases(this.#deps.clock.nowMs()) : Promise.resolve();
    void ready.catch((err: unknown) => this.#complain(err)).then(() => this.#wake());
  }

  /** Waits a short time for messages that are being sent. What is not confirmed by then is sent again with the same id. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await Promise.race([
      Promise.all([this.#passing, ...this.#sending]),
      sleep(STOP_WITHIN_MS, undefined, { ref: false }),
    ]);
  }

  /** Does what is due by the clock now, and waits for its outcome. */
  async settle(): Promise<void> {
    do {
      this.#wake();
      while (this.#passing !== null) await this.#passing;
      await Promise.all(this.#sending);
    } while (this.#passing !== null || this.#sending.size > 0);
  }

  /** Looks now whether something is due. Does nothing on a node that does not send. */
  wake(): void {
    this.#wake();
  }

  #wake(): void {
    if (this.#stopped) return;
    if (this.#passing !== null) {
      this.#isPassDue = true;
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#passing = this.#pass()
      .catch((err: unknown) => {
        this.#complain(err);
        return LOOK_EVERY_MS;
      })
      .then((pauseMs) => {
        this.#passing = null;
        if (this.#isPassDue) {
          this.#isPassDue = false;
          this.#wake();
        } else if (!this.#stopped) {
          this.#timer = setTimeout(() => this.#wake(), pauseMs);
          this.#timer.unref();
        }
      });
  }

  /** @returns the ms after which to look again */
  async #pass(): Promise<number> {
    const { store, clock } = this.#deps;
    await this.#deps.refreshChannels();
    await this.#plan();
    const nowMs = clock.nowMs();
    await store.outbox.dropSettledFollowUps(nowMs);
    await this.#giveUp(nowMs);
    const nextFoldMs = await this.#fold(nowMs);
    for (const channel of await store.queue.channelsWithMessages()) await this.#send(channel, nowMs);
    const nextMs = Math.min(
      nextFoldMs ?? Number.POSITIVE_INFINITY,
      (await store.queue.nextDueMs(nowMs)) ?? Number.POSITIVE_INFINITY,
    );
    return Math.min(LOOK_EVERY_MS, Math.max(SHORTEST_PAUSE_MS, nextMs - nowMs));
  }

  async #plan(): Promise<void> {
    const { store, recipients, clock } = this.#deps;
    for (;;) {
      const changes = await store.outbox.changes(CHANGES_PER_BATCH);
      if (changes.length === 0 || this.#stopped) return;
      const told = await store.outbox.told(changes.map(({ alertId }) => alertId));
      const items = [];
      for (const change of changes) {
        const others = recipients().filter(({ channel }) => !this.#deps.isAbout(change.event, channel));
        const planned = planItems(change, others, told.get(change.alertId) ?? new Set(), clock.nowMs());
        for (const { alertId, channel, contact } of planned) {
          told.set(alertId, (told.get(alertId) ?? new Set<string>()).add(contactKey({ channel, contact })));
        }
        items.push(...planned);
      }
      await store.outbox.plan(changes, items);
      if (changes.length < CHANGES_PER_BATCH) return;
    }
  }

  /** @returns when something that waits may be folded */
  async #fold(nowMs: number): Promise<number | null> {
    const { store, channel: channelOf } = this.#deps;
    let next: number | null = null;
    for (const { recipient, items } of (await store.waiting.byContact(nowMs)).values()) {
      const { channel, contact } = recipient;
      // While a channel is dead, what waits is folded once it works again.
      if (channelOf(channel) !== null && this.#breaker(channel).allowed(nowMs, 1) === 0) continue;
      const history = await store.waiting.history(recipient, nowMs);
      const { folds, nextMs } = foldWaiting({ ...history, waiting: items }, nowMs);
      for (const { kind, isCritical, group, itemIds } of folds) {
        const message = { id: randomUUID(), channel, contact, kind, group_key: group, isCritical };
        await store.waiting.fold(message, itemIds, nowMs);
      }
      if (nextMs !== null) next = Math.min(next ?? nextMs, nextMs);
    }
    return next;
  }

  async #giveUp(nowMs: number): Promise<void> {
    const { store } = this.#deps;
    const { messages, items } = await store.expired.find(nowMs - GIVE_UP_AFTER_MS, EXPIRED_PER_BATCH);
    const unsent = new Map<string, { channel: string; contact: string; ids: string[] }>();
    for (const { id, channel, contact } of items) {
      const entry = unsent.get(contactKey({ channel, contact })) ?? { channel, contact, ids: [] };
      entry.ids.push(id);
      unsent.set(contactKey({ channel, contact }), entry);
    }
    const given = messages.map(({ response, ...message }) => ({
      ...message,
      reason: `Given up after 24 hours. The last answer was: ${response ?? 'none'}`,
    }));
    for (const { channel, contact, ids } of unsent.values()) {
      const id = randomUUID();
      const reason = 'Not sent, because the channel did not work for 24 hours';
      const message = { id, channel, contact, kind: 'others' as const, group_key: '', isCritical: false };
      await store.waiting.fold({ ...message, failed: reason }, ids, nowMs);
      given.push({ id, channel, contact, reason });
    }
    for (const message of given) await store.expired.giveUp(message, randomUUID(), randomUUID, nowMs);
  }

  async #send(channelName: string, nowMs: number): Promise<void> {
    const { store } = this.#deps;
    const breaker = this.#breaker(channelName);
    const most = Math.min(SENDS_AT_ONCE, breaker.allowed(nowMs, SENDS_AT_ONCE)) - this.#sendingOn(channelName);
    if (most <= 0 || this.#stopped) return;
    for (const message of await store.queue.claim(channelName, most, nowMs, this.#run, LEASE_MS)) {
      breaker.started();
      this.#counts.set(channelName, this.#sendingOn(channelName) + 1);
      const sending = this.#attempt(message, breaker)
        .catch((err: unknown) => this.#complain(err))
        .finally(() => {
          this.#counts.set(channelName, this.#sendingOn(channelName) - 1);
          this.#sending.delete(sending);
          this.#wake();
        });
      this.#sending.add(sending);
    }
  }

  async #attempt(message: ClaimedMessage, breaker: CircuitBreaker): Promise<void> {
    const { store, clock, log, random = Math.random } = this.#deps;
    const outcome = await this.#outcomeOf(message, breaker);
    if (outcome.kind !== 'accepted') {
      const about = { message: message.id, channel: message.channel, answer: outcome.response };
      if (outcome.kind === 'retry') log.warn(about, 'A message could not be sent; it is tried again');
      else log.error(about, 'A message cannot be sent');
    }
    const nowMs = clock.nowMs();
    const wishedMs = outcome.kind === 'retry' ? outcome.afterMs : null;
    await store.queue.finish(message.id, this.#run, {
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

  #complain(err: unknown): void {
    this.#deps.log.error({ err }, 'The notifications cannot be read or stored; this is retried');
  }
}

const never = (response: string): Outcome => ({ kind: 'never', response });
