// Checks one part of the server, at most once a second, and answers within a time limit.

import { setTimeout as delay } from 'node:timers/promises';
import { isAppError } from '../errors.ts';

export type PartState = 'up' | 'degraded' | 'down';
export interface PartCondition {
  readonly state: PartState;
  /** A sentence for the operator; null if the state is `up` or nothing more is known. */
  readonly reason: string | null;
}

const CACHE_MS = 1_000;
const SLOW_MS = 500;
/** Less than two seconds, so that a health check gets its answer within that. */
const ANSWER_WITHIN_MS = 1_500;
const UP: PartCondition = { state: 'up', reason: null };
const SLOW: PartCondition = { state: 'degraded', reason: 'It answers slowly.' };
const UNANSWERED: PartCondition = { state: 'down', reason: `No answer within ${ANSWER_WITHIN_MS / 1000} seconds.` };

export class PartProbe {
  readonly #check: () => Promise<unknown>;
  #newest: { startedMs: number; isDone: boolean; condition: Promise<PartCondition> } | null = null;

  /** `check` rejects if the part does not work. The message of an AppError becomes the reason; others are not shown. */
  constructor(check: () => Promise<unknown>) {
    this.#check = check;
  }

  /** The newest condition, checked again if it is older than a second. Never rejects. */
  async condition(): Promise<PartCondition> {
    const nowMs = performance.now();
    const known = this.#newest;
    const isGood = known !== null && (!known.isDone || nowMs - known.startedMs < CACHE_MS);
    const { startedMs, condition } = isGood ? known : this.#begin(nowMs);
    const giveUp = new AbortController();
    const leftMs = Math.max(0, startedMs + ANSWER_WITHIN_MS - nowMs);
    const late = delay(leftMs, UNANSWERED, { signal: giveUp.signal, ref: false });
    try {
      return await Promise.race([condition, late]);
    } finally {
      giveUp.abort();
      late.catch(() => undefined);
    }
  }

  #begin(startedMs: number): { startedMs: number; condition: Promise<PartCondition> } {
    const begun = { startedMs, isDone: false, condition: this.#conditionAfterCheck(startedMs) };
    void begun.condition.then(() => {
      begun.isDone = true;
    });
    this.#newest = begun;
    return begun;
  }

  async #conditionAfterCheck(startedMs: number): Promise<PartCondition> {
    try {
      await this.#check();
      return performance.now() - startedMs > SLOW_MS ? SLOW : UP;
    } catch (error) {
      return { state: 'down', reason: isAppError(error) ? error.message : null };
    }
  }
}
