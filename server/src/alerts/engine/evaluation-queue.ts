// Evaluates batches of readings in the order in which they arrive. A batch is normally evaluated before the call returns;
// one with much to do is continued in later turns of the event loop, so that nothing else waits for it.

import type { Logger } from '../../log.ts';
import type { ArrivedReadings } from './arrived-readings.ts';

/** Changed alerts and reloaded limits in one turn of the event loop: a few milliseconds. */
const STEPS_PER_TURN = 100;
/** With more readings waiting, the oldest are evaluated at once: the event loop blocks, which slows down the senders. */
const MAX_WAITING_READINGS = 200_000;

export interface BatchEvaluator {
  startBatch(batch: ArrivedReadings): void;
  /**
   * Evaluates at least one row, and stops after `maxSteps` steps. A step is a row that takes time, because an alert changes
   * or limits are looked up.
   *
   * @returns the number of steps
   */
  continueBatch(maxSteps: number): number;
  readonly isBatchDone: boolean;
}

export class EvaluationQueue {
  readonly #evaluator: BatchEvaluator;
  readonly #log: Logger;
  /** The first of them is in progress if `#isStarted`. */
  #batches: ArrivedReadings[] = [];
  #waitingReadings = 0;
  #isStarted = false;
  #nextTurn: NodeJS.Immediate | null = null;
  #idleWaiters: (() => void)[] = [];

  constructor(evaluator: BatchEvaluator, log: Logger) {
    this.#evaluator = evaluator;
    this.#log = log;
  }

  /** Never throws: stored readings must not be sent again because their evaluation failed. */
  add(batch: ArrivedReadings): void {
    this.#batches.push(batch);
    this.#waitingReadings += batch.length;
    if (this.#nextTurn === null) this.#runTurn();
    else while (this.#waitingReadings > MAX_WAITING_READINGS) this.#continueFirst(Number.POSITIVE_INFINITY);
  }

  get isIdle(): boolean {
    return this.#batches.length === 0;
  }

  /** Resolves when every batch so far is evaluated or dropped. */
  whenIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Drops every batch that is not evaluated. */
  clear(): void {
    if (this.#nextTurn !== null) clearImmediate(this.#nextTurn);
    this.#nextTurn = null;
    this.#batches = [];
    this.#waitingReadings = 0;
    this.#isStarted = false;
    this.#resolveWaiters();
  }

  #runTurn(): void {
    this.#nextTurn = null;
    let steps = 0;
    while (this.#batches.length > 0 && steps < STEPS_PER_TURN) steps += this.#continueFirst(STEPS_PER_TURN - steps);
    if (this.#batches.length > 0) this.#nextTurn = setImmediate(() => this.#runTurn());
    else this.#resolveWaiters();
  }

  /** @returns the number of steps */
  #continueFirst(maxSteps: number): number {
    const batch = this.#batches[0] as ArrivedReadings;
    let steps = 0;
    try {
      if (!this.#isStarted) this.#evaluator.startBatch(batch);
      this.#isStarted = true;
      steps = this.#evaluator.continueBatch(maxSteps);
      if (!this.#evaluator.isBatchDone) return steps;
    } catch (error) {
      this.#log.error({ err: error, readings: batch.length }, 'Stored readings could not be evaluated');
    }
    this.#isStarted = false;
    this.#batches.shift();
    this.#waitingReadings -= batch.length;
    return steps;
  }

  #resolveWaiters(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
