// The watch among several nodes: whoever holds the lease in PostgreSQL has it, and steps down before it could be over.

import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { LEASE_MS, type LeaderLease } from './leader-lease.ts';
import type { LeaderDuty, Leadership } from './leadership.ts';

/** Often enough that two answers may be lost. */
const EVERY_MS = 400;
/** What a stop waits for a database that may have fallen silent; the lease is over by itself soon after. */
const ROUND_WITHIN_MS = 1000;
const RELEASE_WITHIN_MS = 500;

export class PostgresLeadership implements Leadership {
  readonly #lease: LeaderLease;
  readonly #nodeId: string;
  readonly #log: Logger;
  #duty: LeaderDuty | null = null;
  #epoch: number | null = null;
  /** As seen last, of the node that has the watch. */
  #keptUntilMs = 0;
  /** What the duty is doing, one after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #round: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Goes off when the lease may be over, by the clock of this process: a frozen one notices as soon as it wakes. */
  #over: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(parts: { lease: LeaderLease; nodeId: string; log: Logger }) {
    this.#lease = parts.lease;
    this.#nodeId = parts.nodeId;
    this.#log = parts.log;
  }

  get leads(): boolean {
    return this.#epoch !== null;
  }

  /** Resolves after the first try, and what follows from it. */
  async start(duty: LeaderDuty): Promise<void> {
    this.#duty = duty;
    await this.#turn();
    await this.#work;
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await withTimeout(this.#round, ROUND_WITHIN_MS);
    // The lease is renewed no more: what is under way must be stored while it lasts.
    await this.#duty?.finish();
    await this.#work;
    const epoch = this.#end();
    if (epoch !== null) await withTimeout(this.#release(epoch), RELEASE_WITHIN_MS);
    await this.#lease.close();
  }

  async #turn(): Promise<void> {
    this.#round = this.#try();
    await this.#round;
    this.#round = null;
    if (this.#stopping) return;
    this.#timer = setTimeout(() => void this.#turn(), EVERY_MS);
    this.#timer.unref();
  }

  async #try(): Promise<void> {
    const epoch = this.#epoch;
    try {
      if (epoch === null) await this.#tryTake();
      else await this.#renew(epoch);
    } catch (error) {
      this.#log.debug({ err: error }, 'The lease of the watch could not be asked for');
    }
  }

  async #tryTake(): Promise<void> {
    const { isFree, keptUntilMs } = await this.#lease.look();
    if (!isFree) {
      // Who has it says so, and says less where it has not caught up yet.
      if (keptUntilMs !== this.#keptUntilMs) this.#duty?.kept();
      this.#keptUntilMs = keptUntilMs;
      return;
    }
    const askedMs = performance.now();
    const taken = await this.#lease.take(this.#nodeId);
    if (taken === null) return;
    // Of a stop that did not wait for the answer.
    if (this.#stopping) await this.#release(taken.epoch);
    else this.#take(taken, askedMs);
  }

  async #renew(epoch: number): Promise<void> {
    const askedMs = performance.now();
    // Of the moment of asking: the request may be executed much later.
    const isUpToDate = this.#duty?.isUpToDate ?? false;
    const isHeld = await this.#lease.renew(epoch, isUpToDate ? this.#lease.databaseNowMs : null);
    if (!isHeld) this.#leave(epoch, 'The lease of the watch is over, or another node has taken it');
    if (this.#epoch !== epoch) return;
    this.#mind(epoch, askedMs);
    if (isUpToDate) this.#duty?.kept();
  }

  #take({ epoch, keptUntilMs }: { epoch: number; keptUntilMs: number | null }, askedMs: number): void {
    this.#epoch = epoch;
    this.#log.info({ epoch }, 'This node keeps watch now');
    this.#mind(epoch, askedMs);
    const term = { epoch, keptUntilMs, lost: () => this.#leave(epoch, 'A write came too late: another keeps watch') };
    this.#work = this.#work
      .then(() => (this.#epoch === epoch ? this.#duty?.take(term) : undefined))
      .catch((error: unknown) => {
        this.#log.error({ err: error }, 'The watch could not be taken up');
        this.#leave(epoch, 'The watch is left to others');
        return this.#release(epoch);
      });
  }

  #mind(epoch: number, renewedMs: number): void {
    if (this.#over !== null) clearTimeout(this.#over);
    const leftMs = renewedMs + LEASE_MS - performance.now();
    this.#over = setTimeout(() => this.#leave(epoch, 'The lease of the watch could not be renewed'), leftMs);
    this.#over.unref();
  }

  #leave(epoch: number, reason: string): void {
    if (this.#epoch !== epoch) return;
    this.#end();
    this.#log.warn({ epoch }, reason);
    const left = this.#duty?.leave();
    this.#work = Promise.all([this.#work, left]).catch((error: unknown) => {
      this.#log.error({ err: error }, 'The watch was not left cleanly');
    });
  }

  #release(epoch: number): Promise<void> {
    return this.#lease.release(epoch).catch(() => {});
  }

  #end(): number | null {
    const epoch = this.#epoch;
    this.#epoch = null;
    if (this.#over !== null) clearTimeout(this.#over);
    this.#over = null;
    return epoch;
  }
}
