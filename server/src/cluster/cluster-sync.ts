// Brings what other nodes did to this one: first to what it keeps in memory, then to its own subscribers, in order.

import type { DomainEvent } from '../events/domain-events.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { BusListener, RedisEventBus } from '../events/redis-event-bus.ts';
import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { resync } from './resync.ts';
import type { SyncedServices } from './synced-services.ts';

/** Past it all of them are dropped, and the database is asked instead. */
const MAX_WAITING = 10_000;
/** Machines that are looked up in one query. */
const MACHINES_AT_ONCE = 500;
/** How often the database is asked while events do not come in, or those of some node do not. */
const RESYNC_EVERY_MS = 10_000;
/** How often the watching node then looks for readings that others stored. */
const REPLAY_EVERY_MS = 2000;
const RETRY_MS = 1000;
const SHARE_EVERY_MS = 500;
const STOP_WITHIN_MS = 500;

export class ClusterSync implements BusListener {
  readonly #bus: RedisEventBus;
  readonly #local: EventBus;
  readonly #services: SyncedServices;
  readonly #log: Logger;
  #waiting: DomainEvent[] = [];
  #isResyncDue = false;
  #working: Promise<void> | null = null;
  #timers: NodeJS.Timeout[] = [];
  #stopped = false;

  /** `local` has this node's own subscribers. */
  constructor(parts: { bus: RedisEventBus; local: EventBus; services: SyncedServices; log: Logger }) {
    this.#bus = parts.bus;
    this.#local = parts.local;
    this.#services = parts.services;
    this.#log = parts.log;
  }

  /** After everything has been loaded; with the first connection it is loaded again. */
  start(): void {
    this.#bus.listen(this);
    this.#timers = [
      setInterval(() => {
        if (!this.#bus.isComplete) this.missed();
      }, RESYNC_EVERY_MS),
      setInterval(() => void this.#replayWhenIsolated(), REPLAY_EVERY_MS),
      setInterval(() => this.#share(), SHARE_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#waiting = [];
    // It only reads: a database that does not answer holds nothing up.
    await withTimeout(this.#working, STOP_WITHIN_MS);
  }

  event(event: DomainEvent): void {
    if (this.#stopped || this.#isForNodesOnly(event)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting = [];
      this.#isResyncDue = true;
    }
    this.#run();
  }

  missed(): void {
    this.#isResyncDue = true;
    this.#run();
  }

  #isForNodesOnly(event: DomainEvent): boolean {
    const { backoff, deadLetters, provisioning } = this.#services;
    if (event.kind === 'sign_in') backoff.heard(event);
    else if (event.kind === 'rejected') deadLetters.takeOver(event.share);
    else if (event.kind === 'unknown_machines') provisioning.takeOver(event.share);
    else return false;
    return true;
  }

  /** What was rejected here, and who waits here to be accepted: for the other nodes. */
  #share(): void {
    if (!this.#bus.isConnected) return;
    const { deadLetters, provisioning } = this.#services;
    const rejected = deadLetters.takeShare();
    if (rejected !== null) this.#bus.publish({ kind: 'rejected', share: rejected });
    const waiting = provisioning.takeShare();
    if (waiting !== null) this.#bus.publish({ kind: 'unknown_machines', share: waiting });
  }

  #run(): void {
    if (this.#working !== null || this.#stopped) return;
    this.#working = this.#work().finally(() => {
      this.#working = null;
      if (this.#isResyncDue || this.#waiting.length > 0) this.#run();
    });
  }

  async #work(): Promise<void> {
    while (!this.#stopped && (this.#isResyncDue || this.#waiting.length > 0)) {
      if (this.#isResyncDue) await this.#resync();
      const events = this.#waiting;
      this.#waiting = [];
      for (let at = 0; at < events.length && !this.#stopped; ) at += await this.#bring(events, at);
    }
  }

  /** @returns how many events were worked off */
  async #bring(events: readonly DomainEvent[], at: number): Promise<number> {
    const event = events[at] as DomainEvent;
    const count = event.kind === 'machine' ? machineRun(events, at) : 1;
    try {
      const { alerts, settings, gateways, machines, clockGuard } = this.#services;
      if (event.kind === 'readings') {
        clockGuard.noteTimes(event.readings);
        alerts.evaluate(event.readings);
        machines.observe(event.readings);
      } else if (event.kind === 'alerts') {
        const untold = await alerts.replica.newOf(event.alerts);
        const after = alerts.replica.lastSeq;
        if (untold.length > 0) this.#local.publish({ kind: 'alerts', alerts: untold, after });
        return count;
      } else if (event.kind === 'machine') {
        const run = events.slice(at, at + count) as Extract<DomainEvent, { kind: 'machine' }>[];
        await machines.reload(run.map((each) => each.machineId));
      } else if (event.kind === 'config') await settings.reload();
      else if (event.kind === 'gateways') await gateways.reload();
      else if (event.kind === 'limits') await machines.reloadLimits();
      for (const each of events.slice(at, at + count)) this.#local.publish(each);
    } catch (error) {
      this.#log.warn({ err: error, event: event.kind }, 'What another node changed cannot be read yet');
      this.#retry();
    }
    return count;
  }

  async #resync(): Promise<void> {
    this.#isResyncDue = false;
    const { alerts } = this.#services;
    try {
      const isIsolated = !this.#bus.isConnected;
      alerts.leader.setIsolated(isIsolated);
      await resync(this.#services, this.#local);
      if (!isIsolated) await alerts.leader.replay();
    } catch (error) {
      this.#log.warn({ err: error }, 'What other nodes changed cannot be read yet');
      this.#retry();
    }
  }

  async #replayWhenIsolated(): Promise<void> {
    if (this.#bus.isConnected) return;
    this.#services.alerts.leader.setIsolated(true);
    try {
      await this.#services.alerts.leader.replay();
    } catch (error) {
      this.#log.warn({ err: error }, 'What other nodes stored cannot be evaluated yet');
    }
  }

  #retry(): void {
    setTimeout(() => this.missed(), RETRY_MS).unref();
  }
}

/** How many events about machines stand in a row: an import makes thousands. */
function machineRun(events: readonly DomainEvent[], at: number): number {
  let count = 1;
  while (count < MACHINES_AT_ONCE && events[at + count]?.kind === 'machine') count++;
  return count;
}
