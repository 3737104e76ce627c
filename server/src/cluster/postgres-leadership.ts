// Leader election among several nodes: the holder of the lease in PostgreSQL is the leader, and steps down before its lease
// can have expired.

import type { LeaderDuty, Leadership } from '../alerts/leader/leadership.ts';
import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { LEASE_MS, type LeaderLease } from './leader-lease.ts';

/** Short enough that the lease survives two lost answers. */
const EVERY_MS = 400;
/** How long a stop waits for a database that does not answer; the lease expires by itself soon after. */
const ATTEMPT_WITHIN_MS = 1000;
const RELEASE_WITHIN_MS = 500;

export class PostgresLeadership implements Leadership {
  readonly #lease: LeaderLease;
  readonly #nodeId: string;
  readonly #log: Logger;
  #duty: LeaderDuty | null = null;
  /** null while this node is not the leader. */
  #epoch: number | null = null;
  /** The last watermark that another leader stored. */
  #watermarkMs = 0;
  /** Calls of the duty, one after the other. */
  #dutyCalls: Promise<unknown> = Promise.resolve();
  #attempt: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Fires when the lease may have expired, by the clock of this process: a frozen process notices as soon as it wakes. */
  #expiry: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(deps: { lease: LeaderLease; nodeId: string; log: Logger }) {
    this.#lease = deps.lease;
    this.#nodeId = deps.nodeId;
    this.#log = deps.log;
  }

  get isLeader(): boolean {
    return this.#epoch !== null;
  }

  async start(duty: LeaderDuty): Promise<void> {
    this.#duty = duty;
    await this.#acquireOrRenew();
    await this.#dutyCalls;
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await withTimeout(this.#attempt, ATTEMPT_WITHIN_MS);
    // The lease is not renewed from here on: pending changes must be stored before it expires.
    await this.#duty?.resign();
    await this.#dutyCalls;
    const epoch = this.#endTerm();
    if (epoch !== null) await withTimeout(this.#release(epoch), RELEASE_WITHIN_MS);
    await this.#lease.close();
  }

  async #acquireOrRenew(): Promise<void> {
    this.#attempt = this.#tryOnce();
    await this.#attempt;
    this.#attempt = null;
    if (this.#stopping) return;
    this.#timer = setTimeout(() => void this.#acquireOrRenew(), EVERY_MS);
    this.#timer.unref();
  }

  async #tryOnce(): Promise<void> {
    const epoch = this.#epoch;
    try {
      if (epoch === null) await this.#tryAcquire();
      else await this.#renew(epoch);
    } catch (error) {
      this.#log.debug({ err: error }, 'The leader lease could not be read or renewed');
    }
  }

  async #tryAcquire(): Promise<void> {
    const { isFree, watermarkMs } = await this.#lease.read();
    if (!isFree) {
      // A leader that is up to date stores a new watermark with each renewal; one that is replaying does not.
      if (watermarkMs !== this.#watermarkMs) this.#duty?.advanceWatermarks();
      this.#watermarkMs = watermarkMs;
      return;
    }
    const requestedMs = performance.now();
    const acquired = await this.#lease.acquire(this.#nodeId);
    if (acquired === null) return;
    // A stop may have begun without waiting for the answer.
    if (this.#stopping) await this.#release(acquired.epoch);
    else this.#beginTerm(acquired, requestedMs);
  }

  async #renew(epoch: number): Promise<void> {
    const requestedMs = performance.now();
    // Both are of the moment of the request, which the database may execute much later.
    const isUpToDate = this.#duty?.isUpToDate ?? false;
    const isHeld = await this.#lease.renew(epoch, isUpToDate ? this.#lease.databaseNowMs : null);
    if (!isHeld) this.#stepDown(epoch, 'No longer alert leader: the lease expired, or another node acquired it');
    if (this.#epoch !== epoch) return;
    this.#setExpiry(epoch, requestedMs);
    if (isUpToDate) this.#duty?.advanceWatermarks();
  }

  #beginTerm({ epoch, watermarkMs }: { epoch: number; watermarkMs: number | null }, requestedMs: number): void {
    this.#epoch = epoch;
    this.#log.info({ epoch }, 'This node is the alert leader now');
    this.#setExpiry(epoch, requestedMs);
    const deposed = () => this.#stepDown(epoch, 'No longer alert leader: a write was refused, another node is leader');
    this.#dutyCalls = this.#dutyCalls
      .then(() => (this.#epoch === epoch ? this.#duty?.becomeLeader({ epoch, watermarkMs, deposed }) : undefined))
      .catch((error: unknown) => {
        this.#log.error({ err: error }, 'Could not become alert leader');
        this.#stepDown(epoch, 'Leadership is left to other nodes');
        return this.#release(epoch);
      });
  }

  #setExpiry(epoch: number, renewedMs: number): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    const leftMs = renewedMs + LEASE_MS - performance.now();
    const stepDown = () => this.#stepDown(epoch, 'No longer alert leader: the lease could not be renewed in time');
    this.#expiry = setTimeout(stepDown, leftMs);
    this.#expiry.unref();
  }

  #stepDown(epoch: number, reason: string): void {
    if (this.#epoch !== epoch) return;
    this.#endTerm();
    this.#log.warn({ epoch }, reason);
    const stopped = this.#duty?.loseLeadership();
    this.#dutyCalls = Promise.all([this.#dutyCalls, stopped]).catch((error: unknown) => {
      this.#log.error({ err: error }, 'The duties of the alert leader did not stop cleanly');
    });
  }

  #release(epoch: number): Promise<void> {
    return this.#lease.release(epoch).catch(() => {});
  }

  #endTerm(): number | null {
    const epoch = this.#epoch;
    this.#epoch = null;
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.#expiry = null;
    return epoch;
  }
}
