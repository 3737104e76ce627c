// Runs what decides who is told of the changes in the outbox, advances the chains, folds what waits into messages, and sends them.
// Only the leader runs it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { RunSteps } from './chains/run-steps.ts';
import type { ToldAlerts } from './chains/told-alerts.ts';
import { foldWaitingItems, giveUpExpired } from './fold-messages.ts';
import type { MessageSender } from './message-sender.ts';
import type { NextContacts } from './next-contacts.ts';
import type { ChangePlanner } from './plan-changes.ts';
import type { ExpiredMessages } from './store/expired-messages.ts';
import type { MessageQueue } from './store/message-queue.ts';
import type { Outbox } from './store/outbox.ts';
import type { Runs } from './store/runs.ts';
import type { WaitingItems } from './store/waiting-items.ts';

const LOOK_EVERY_MS = 5_000;
const SHORTEST_PAUSE_MS = 100;
const STOP_WITHIN_MS = 2_000;
/** What a node that was leader before may not have finished. */
const UNFINISHED_MS = 86_400_000;
const MOST_UNFINISHED = 5_000;

/** The tables, by what is done with them. */
export interface NotificationStore {
  outbox: Outbox;
  runs: Runs;
  waiting: WaitingItems;
  queue: MessageQueue;
  expired: ExpiredMessages;
}

export interface DispatcherDeps {
  store: NotificationStore;
  planner: ChangePlanner;
  steps: RunSteps;
  nextContacts: NextContacts;
  sender: MessageSender;
  told: ToldAlerts;
  /** Reads the channels again, which people may have changed. */
  refreshChannels: () => Promise<void>;
  bus: Pick<EventBus, 'subscribe'>;
  clock: Clock;
  log: Logger;
  /** No other node sends: what this one was sending when it ended is sent again at once. */
  isAlone: boolean;
}

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  #stopped = true;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #passing: Promise<void> | null = null;
  #isPassDue = false;
  #isLookingSoon = false;
  /** Alerts of which something was said, or became of what was said. */
  readonly #touched = new Set<string>();

  readonly #ended = () => this.wake();
  readonly #mayGoOn = () => !this.#stopped;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#unsubscribe = this.#deps.bus.subscribe((event) => {
      if (event.kind === 'alerts' || event.kind === 'config') this.wake();
    });
    void this.#resume()
      .catch((err: unknown) => this.#complain(err))
      .then(() => this.wake());
  }

  /** Waits a short time for messages that are being sent. What is not confirmed by then is sent again with the same id. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await Promise.race([
      Promise.all([this.#passing, this.#deps.sender.whenSent()]),
      sleep(STOP_WITHIN_MS, undefined, { ref: false }),
    ]);
  }

  /** Does what is due by the clock now, and waits for its outcome. */
  async settle(): Promise<void> {
    const { sender } = this.#deps;
    let isDone = false;
    while (!isDone) {
      this.wake();
      while (this.#passing !== null) await this.#passing;
      isDone = !sender.isSending && this.#passing === null && !this.#isPassDue && !this.#isLookingSoon;
      await sender.whenSent();
    }
  }

  /** Looks now whether something is due. Does nothing on a node that does not send. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#passing !== null) {
      this.#isPassDue = true;
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isLookingSoon = false;
    this.#passing = this.#pass()
      .catch((err: unknown) => {
        this.#complain(err);
        return LOOK_EVERY_MS;
      })
      .then((pauseMs) => {
        this.#passing = null;
        if (this.#isPassDue) {
          this.#isPassDue = false;
          // A flood of changes is looked at together.
          this.#isLookingSoon = true;
          if (!this.#stopped) this.#lookAfter(SHORTEST_PAUSE_MS);
        } else if (!this.#stopped) {
          this.#lookAfter(pauseMs);
        }
      });
  }

  #lookAfter(pauseMs: number): void {
    this.#timer = setTimeout(() => this.wake(), pauseMs);
    this.#timer.unref();
  }

  /** What the node that was leader before has left. */
  async #resume(): Promise<void> {
    const { store, clock, isAlone } = this.#deps;
    const nowMs = clock.nowMs();
    if (isAlone) await store.queue.endLeases(nowMs);
    for (const id of await store.runs.unfinished(nowMs - UNFINISHED_MS, MOST_UNFINISHED)) this.#touched.add(id);
  }

  /** @returns the ms after which to look again */
  async #pass(): Promise<number> {
    const { store, planner, steps, nextContacts, sender, clock } = this.#deps;
    await this.#deps.refreshChannels();
    const nowMs = clock.nowMs();
    this.#touch(await planner.plan(() => this.#stopped));
    this.#touch(await steps.advance());
    await store.outbox.dropSettledFollowUps(nowMs);
    await giveUpExpired(store.expired, store.waiting, nowMs);
    for (const channel of sender.unusable()) await nextContacts.takeFrom(channel, nowMs);
    this.#touch(await nextContacts.handOn(nowMs));
    const nextFoldMs = await foldWaitingItems(store.waiting, (channel) => sender.mayTry(channel, nowMs), nowMs);
    for (const channel of await store.queue.channelsWithMessages()) {
      if (!this.#stopped) await sender.send(channel, nowMs, this.#ended, this.#mayGoOn);
    }
    await this.#noteOutcomes();
    const times = [nextFoldMs, await store.queue.nextDueMs(nowMs), await store.runs.nextDueMs()];
    const nextMs = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    return Math.min(LOOK_EVERY_MS, Math.max(SHORTEST_PAUSE_MS, nextMs - nowMs));
  }

  /** After the messages were handed over, so that these never wait for it. */
  async #noteOutcomes(): Promise<void> {
    const { store, steps, sender, told } = this.#deps;
    this.#touch(await store.queue.alertsOf(sender.takeFinished()));
    if (this.#touched.size === 0 || this.#stopped) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    try {
      await steps.settle(touched);
      await told.note(touched);
    } catch (error) {
      this.#touch(touched);
      throw error;
    }
  }

  #touch(alertIds: readonly string[]): void {
    for (const id of alertIds) this.#touched.add(id);
  }

  #complain(err: unknown): void {
    this.#deps.log.error({ err }, 'The notifications cannot be read or stored; this is retried');
  }
}
