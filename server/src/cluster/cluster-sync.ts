// Applies the events of other nodes to the services of this node, then publishes them to its own subscribers, in order.

import type { DomainEvent } from '../events/domain-events.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { BusListener, RedisEventBus } from '../events/redis-event-bus.ts';
import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { resync, type SyncedServices } from './resync.ts';

/** Past this number all waiting events are dropped, and the database is read instead. */
const MAX_QUEUED = 10_000;
/** Machines that are read in one query. */
const MAX_MACHINES_PER_QUERY = 500;
/** How often the database is read while this node is disconnected from Redis, or another node is silent. */
const RESYNC_EVERY_MS = 10_000;
/** How often the alert leader then reads and evaluates the readings that other nodes stored. */
const REPLAY_EVERY_MS = 2000;
const RETRY_MS = 1000;
const PUBLISH_DELTAS_EVERY_MS = 500;
const STOP_WITHIN_MS = 500;

export class ClusterSync implements BusListener {
  readonly #bus: RedisEventBus;
  readonly #local: EventBus;
  readonly #services: SyncedServices;
  readonly #log: Logger;
  #queue: DomainEvent[] = [];
  #isResyncDue = false;
  #processing: Promise<void> | null = null;
  #timers: NodeJS.Timeout[] = [];
  #stopped = false;

  /** `local` delivers to this node's own subscribers. */
  constructor(deps: { bus: RedisEventBus; local: EventBus; services: SyncedServices; log: Logger }) {
    this.#bus = deps.bus;
    this.#local = deps.local;
    this.#services = deps.services;
    this.#log = deps.log;
  }

  /** To be called after the services have loaded their data. The first connection to Redis causes a resync. */
  start(): void {
    this.#bus.listen(this);
    this.#timers = [
      setInterval(() => {
        if (!this.#bus.isFullyConnected) this.onGap();
      }, RESYNC_EVERY_MS),
      setInterval(() => void this.#replayWhileIsolated(), REPLAY_EVERY_MS),
      setInterval(() => this.#publishDeltas(), PUBLISH_DELTAS_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#queue = [];
    // The work in progress only reads, so it may be abandoned when the database does not answer.
    await withTimeout(this.#processing, STOP_WITHIN_MS);
  }

  onEvent(event: DomainEvent): void {
    if (this.#stopped || this.#merge(event)) return;
    this.#queue.push(event);
    if (this.#queue.length > MAX_QUEUED) {
      this.#queue = [];
      this.#isResyncDue = true;
    }
    this.#process();
  }

  onGap(): void {
    this.#isResyncDue = true;
    this.#process();
  }

  /** Merges an event that is for nodes only. @returns false for events that subscribers receive as well */
  #merge(event: DomainEvent): boolean {
    const { backoff, metricService, deadLetters, provisioning } = this.#services;
    if (event.kind === 'sign_in') backoff.recordRemote(event);
    else if (event.kind === 'rejected') deadLetters.merge(event.share);
    else if (event.kind === 'unknown_machines') provisioning.merge(event.share);
    else if (event.kind === 'send_intervals') this.#services.sendIntervals.merge(event.share);
    else if (event.kind === 'metric_arrivals') metricService.arrivals.merge(event.share);
    else return false;
    return true;
  }

  /** Sends other nodes what was rejected here, which machines wait here for approval, and which metrics were discovered. */
  #publishDeltas(): void {
    if (!this.#bus.isConnected) return;
    const { metricService, deadLetters, provisioning } = this.#services;
    const rejected = deadLetters.takeDelta();
    if (rejected !== null) this.#bus.publish({ kind: 'rejected', share: rejected });
    const waiting = provisioning.takeDelta();
    if (waiting !== null) this.#bus.publish({ kind: 'unknown_machines', share: waiting });
    const intervals = this.#services.sendIntervals.takeDelta();
    if (intervals !== null) this.#bus.publish({ kind: 'send_intervals', share: intervals });
    const arrived = metricService.arrivals.takeDelta();
    if (arrived !== null) this.#bus.publish({ kind: 'metric_arrivals', share: arrived });
  }

  #process(): void {
    if (this.#processing !== null || this.#stopped) return;
    this.#processing = this.#processAll().finally(() => {
      this.#processing = null;
      if (this.#isResyncDue || this.#queue.length > 0) this.#process();
    });
  }

  async #processAll(): Promise<void> {
    while (!this.#stopped && (this.#isResyncDue || this.#queue.length > 0)) {
      if (this.#isResyncDue) await this.#resync();
      const events = this.#queue;
      this.#queue = [];
      for (let at = 0; at < events.length && !this.#stopped; ) at += await this.#apply(events, at);
    }
  }

  /** @returns how many events were processed */
  async #apply(events: readonly DomainEvent[], at: number): Promise<number> {
    const event = events[at] as DomainEvent;
    const count = event.kind === 'machine' ? machineRun(events, at) : 1;
    try {
      const { alerts, settings, metricService, gateways, machines, readings, clockGuard } = this.#services;
      if (event.kind === 'readings') {
        clockGuard.noteTimes(event.readings);
        alerts.evaluate(event.readings);
        machines.observe(event.readings);
      } else if (event.kind === 'alerts') {
        const fresh = await alerts.replica.newOf(event.alerts);
        const after = alerts.replica.lastSeq;
        if (fresh.length > 0) this.#local.publish({ kind: 'alerts', alerts: fresh, after });
        return count;
      } else if (event.kind === 'machine') {
        const run = events.slice(at, at + count) as Extract<DomainEvent, { kind: 'machine' }>[];
        await machines.reload(run.map((each) => each.machineId));
      } else if (event.kind === 'config') await settings.reload();
      else if (event.kind === 'metrics_changed') await metricService.reload();
      else if (event.kind === 'gateways') await gateways.reload();
      else if (event.kind === 'gateway_profiles') await this.#services.profiles.reload();
      else if (event.kind === 'duty') await this.#services.dutyService.reload();
      else if (event.kind === 'access_keys') await this.#services.accessKeys.reload();
      else if (event.kind === 'second_factors') await this.#services.secondFactorGate.reload();
      else if (event.kind === 'people') await this.#services.contacts.reload();
      else if (event.kind === 'conditions') await this.#services.conditions.reload();
      else if (event.kind === 'limits') await machines.limits.reload();
      else if (event.kind === 'machine_history') machines.replaceLatest(event.machineIds, await readings.latest());
      for (const each of events.slice(at, at + count)) this.#local.publish(each);
    } catch (error) {
      this.#log.warn(
        { err: error, event: event.kind },
        'A change of another node cannot be read; reading it is retried',
      );
      this.#resyncLater();
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
      this.#log.warn({ err: error }, 'The changes of other nodes cannot be read; reading them is retried');
      this.#resyncLater();
    }
  }

  async #replayWhileIsolated(): Promise<void> {
    if (this.#bus.isConnected) return;
    this.#services.alerts.leader.setIsolated(true);
    try {
      await this.#services.alerts.leader.replay();
    } catch (error) {
      this.#log.warn({ err: error }, 'The readings that other nodes stored cannot be evaluated; this is retried');
    }
  }

  #resyncLater(): void {
    setTimeout(() => this.onGap(), RETRY_MS).unref();
  }
}

/** How many events about machines follow one another: an import publishes thousands of them. */
function machineRun(events: readonly DomainEvent[], at: number): number {
  let count = 1;
  while (count < MAX_MACHINES_PER_QUERY && events[at + count]?.kind === 'machine') count++;
  return count;
}
