// Asks a part how it is: at most once a second however many ask, and no longer than an answer may take.

import { setTimeout as delay } from 'node:timers/promises';
import { isAppError } from '../errors.ts';

export type PartState = 'up' | 'degraded' | 'down';
export interface PartCondition {
  readonly state: PartState;
  /** A sentence for whoever looks after the server; null where nothing more is known. */
  readonly reason: string | null;
}

const GOOD_FOR_MS = 1_000;
const SLOW_MS = 500;
/** So that whoever asks has the answer within two seconds. */
const ANSWER_WITHIN_MS = 1_500;
const UP: PartCondition = { state: 'up', reason: null };
const SLOW: PartCondition = { state: 'degraded', reason: 'It answers slowly.' };
const SILENT: PartCondition = { state: 'down', reason: `No answer within ${ANSWER_WITHIN_MS / 1000} seconds.` };

export class PartProbe {
  readonly #ask: () => Promise<unknown>;
  #newest: { startedMs: number; isOver: boolean; condition: Promise<PartCondition> } | null = null;

  /** `ask` rejects where the part cannot do its work; the message of an AppError is told to whoever asks. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Never rejects. */
  async condition(): Promise<PartCondition> {
    const nowMs = performance.now();
    const known = this.#newest;
    const isGood = known !== null && (!known.isOver || nowMs - known.startedMs < GOOD_FOR_MS);
    const { startedMs, condition } = isGood ? known : this.#begin(nowMs);
    const giveUp = new AbortController();
    const leftMs = Math.max(0, startedMs + ANSWER_WITHIN_MS - nowMs);
    const late = delay(leftMs, SILENT, { signal: giveUp.signal, ref: false });
    try {
      return await Promise.race([condition, late]);
    } finally {
      giveUp.abort();
      late.catch(() => undefined);
    }
  }

  #begin(startedMs: number): { startedMs: number; condition: Promise<PartCondition> } {
    const begun = { startedMs, isOver: false, condition: this.#conditionAfterAsking(startedMs) };
    void begun.condition.then(() => {
      begun.isOver = true;
    });
    this.#newest = begun;
    return begun;
  }

  async #conditionAfterAsking(startedMs: number): Promise<PartCondition> {
    try {
      await this.#ask();
      return performance.now() - startedMs > SLOW_MS ? SLOW : UP;
    } catch (error) {
      return { state: 'down', reason: isAppError(error) ? error.message : null };
    }
  }
}
