// Whether this node keeps watch, and the desk that it works at while it does.

import type { LeaderDuty, LeaderTerm } from '../../cluster/leadership.ts';
import type { LiveEvent } from '../../events/event-bus.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';
import type { AlertServiceDeps } from '../alert-service-deps.ts';
import { AlertEngine } from '../engine/alert-engine.ts';
import type { AlertReplica } from './alert-replica.ts';
import { Watermarks } from './watermarks.ts';

const RETRY_MS = 1000;

export class AlertLeader implements LeaderDuty {
  readonly #parts: AlertServiceDeps;
  readonly #mirror: AlertReplica;
  readonly #positions = new Watermarks();
  #observedSinceMs = 0;
  #term: LeaderTerm | null = null;
  /** Until it has taken up what is stored: it keeps what comes in, and nothing may be asked of it. */
  #opening: AlertEngine | null = null;
  #desk: AlertEngine | null = null;
  #beginning: Promise<void> = Promise.resolve();
  #isCutOff = false;

  constructor(parts: AlertServiceDeps, mirror: AlertReplica) {
    this.#parts = parts;
    this.#mirror = mirror;
  }

  /** This node sees what is stored from now on. */
  start(): void {
    this.#observedSinceMs = this.#parts.clock.nowMs();
  }

  /** null while this node does not keep watch. */
  get desk(): AlertEngine | null {
    return this.#desk;
  }

  /** Resolves when the alerts are taken up; what was stored meanwhile is evaluated after that. */
  async becomeLeader(term: LeaderTerm): Promise<void> {
    this.#term = term;
    // Stored by who kept watch before, who then died before telling.
    const missed = await this.#mirror.missed();
    if (this.#term !== term) return;
    if (missed.length > 0) this.#parts.bus.publish({ kind: 'alerts', alerts: missed, after: this.#mirror.lastSeq });
    const observedSinceMs = this.#observedSinceMs;
    const desk = new AlertEngine({ ...this.#parts, term, positions: this.#positions, observedSinceMs });
    this.#opening = desk;
    await desk.open();
    if (this.#term !== term) return;
    this.#opening = null;
    this.#use(desk);
    desk.cutOff(this.#isCutOff);
    this.#beginning = this.#begin(desk);
  }

  async loseLeadership(): Promise<void> {
    this.#term = null;
    for (const desk of [this.#opening, this.#desk]) desk?.abandon();
    this.#opening = null;
    this.#use(null);
  }

  /** Waits until every change is stored, or until a few tries have failed. */
  async resign(): Promise<void> {
    this.#term = null;
    this.#opening?.abandon();
    this.#opening = null;
    const desk = this.#desk;
    await desk?.finish();
    if (this.#desk === desk) this.#use(null);
  }

  get isUpToDate(): boolean {
    return this.#desk?.isUpToDate ?? false;
  }

  advanceWatermarks(): void {
    this.#positions.kept(this.#parts.machines.entries(), this.#parts.clock.nowMs());
  }

  /** While other nodes' readings do not come in, the desk reads all of them from the store: see `replay`. */
  cutOff(isCutOff: boolean): void {
    this.#isCutOff = isCutOff;
    this.#desk?.cutOff(isCutOff);
  }

  /** On the node that keeps watch: evaluates what other nodes stored and could not tell. Rejects as the store does. */
  async replay(): Promise<void> {
    await this.#desk?.replay();
  }

  /** Hot path, synchronous. */
  evaluate(stored: ReadingColumns): void {
    (this.#desk ?? this.#opening)?.evaluate(stored);
  }

  heed(event: LiveEvent): void {
    this.#desk?.heed(event);
  }

  async settled(): Promise<void> {
    await this.#beginning;
    await this.#desk?.settled();
  }

  /** Until the store of readings lets it. */
  async #begin(desk: AlertEngine): Promise<void> {
    while (this.#desk === desk) {
      try {
        await desk.begin();
        return;
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'What was stored while nobody kept watch cannot be read yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  #use(desk: AlertEngine | null): void {
    this.#desk = desk;
    this.#parts.metrics.keepsWatch.set(desk === null ? 0 : 1);
  }
}
