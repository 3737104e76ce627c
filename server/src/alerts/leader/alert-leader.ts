// Starts an alert engine when this node becomes leader, and ends it when another one does.

import { AlertEngine } from '../engine/alert-engine.ts';
import type { AlertEngineDeps } from '../engine/alert-engine-deps.ts';
import type { AlertReplica } from './alert-replica.ts';
import type { LeaderDuty, LeaderTerm } from './leadership.ts';
import { Watermarks } from './watermarks.ts';

const RETRY_MS = 1000;

export type AlertLeaderDeps = Omit<AlertEngineDeps, 'term' | 'watermarks' | 'observedSinceMs' | 'open'>;

export class AlertLeader implements LeaderDuty {
  readonly #deps: AlertLeaderDeps;
  readonly #replica: AlertReplica;
  readonly #watermarks = new Watermarks();
  #observedSinceMs = 0;
  #term: LeaderTerm | null = null;
  /** While it loads. */
  #loading: AlertEngine | null = null;
  #engine: AlertEngine | null = null;
  #starting: Promise<void> = Promise.resolve();
  #isIsolated = false;

  constructor(deps: AlertLeaderDeps, replica: AlertReplica) {
    this.#deps = deps;
    this.#replica = replica;
  }

  /** This node observes readings from now on. */
  start(): void {
    this.#observedSinceMs = this.#deps.clock.nowMs();
  }

  /** The engine that knows the alerts and executes commands; null while this node is not leader. */
  get engine(): AlertEngine | null {
    return this.#engine;
  }

  /** The engine that is given what arrives: also one that is still loading, which buffers it. */
  get receiver(): AlertEngine | null {
    return this.#engine ?? this.#loading;
  }

  /** Resolves when the alerts are loaded. Readings that were stored before are evaluated after that. */
  async becomeLeader(term: LeaderTerm): Promise<void> {
    this.#term = term;
    // The leader before may have died after it stored changes and before it announced them.
    const missed = await this.#replica.missed();
    if (this.#term !== term) return;
    if (missed.length > 0) this.#deps.bus.publish({ kind: 'alerts', alerts: missed, after: this.#replica.lastSeq });
    const engine = new AlertEngine({
      ...this.#deps,
      term,
      watermarks: this.#watermarks,
      observedSinceMs: this.#observedSinceMs,
      // Of a server that runs alone, the replica has just read them.
      open: term.epoch === null ? [...this.#replica.open.all()] : null,
    });
    this.#loading = engine;
    await engine.load();
    if (this.#term !== term) return;
    this.#loading = null;
    this.#setEngine(engine);
    engine.setIsolated(this.#isIsolated);
    this.#starting = this.#start(engine);
  }

  async loseLeadership(): Promise<void> {
    this.#term = null;
    for (const engine of [this.#loading, this.#engine]) engine?.abandon();
    this.#loading = null;
    this.#setEngine(null);
  }

  /** Waits until every change is stored, or until a few attempts have failed. */
  async resign(): Promise<void> {
    this.#term = null;
    this.#loading?.abandon();
    this.#loading = null;
    const engine = this.#engine;
    await engine?.stop();
    if (this.#engine === engine) this.#setEngine(null);
  }

  get isUpToDate(): boolean {
    return this.#engine?.isUpToDate ?? false;
  }

  advanceWatermarks(): void {
    this.#watermarks.advance(this.#deps.machines.entries(), this.#deps.clock.nowMs());
  }

  /** Isolated: readings of other nodes do not arrive. See `AlertEngine`. */
  setIsolated(isIsolated: boolean): void {
    this.#isIsolated = isIsolated;
    this.#engine?.setIsolated(isIsolated);
  }

  /** On the leader, evaluates readings that other nodes stored and could not announce. Rejects as the store does. */
  async replay(): Promise<void> {
    await this.#engine?.replay();
  }

  async whenIdle(): Promise<void> {
    await this.#starting;
    await this.#engine?.whenIdle();
  }

  /** Tries until the store of readings answers. */
  async #start(engine: AlertEngine): Promise<void> {
    while (this.#engine === engine) {
      try {
        await engine.start();
        return;
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'Readings stored before this node became leader cannot be read yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  #setEngine(engine: AlertEngine | null): void {
    this.#engine = engine;
    this.#deps.metrics.isLeader.set(engine === null ? 0 : 1);
  }
}
