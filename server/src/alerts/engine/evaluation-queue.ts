// Evaluates stored readings in the order in which they came: as a rule at once, but in one turn of the event loop no more
// than the others can wait for.

import type { Logger } from '../../log.ts';
import type { ArrivedReadings } from './arrived-readings.ts';

/** Alerts that change, and limits that are looked up anew, in one turn: a few milliseconds. */
const STEPS_PER_TURN = 100;
/** With more readings waiting, the oldest are evaluated at once: the event loop waits, and with it whoever sends more. */
const MAX_WAITING_READINGS = 200_000;

export interface BatchEvaluation {
  begin(batch: ArrivedReadings): void;
  /** Evaluates row by row while `hasTime`. @returns whether the batch is done */
  goOn(hasTime: () => boolean): boolean;
  /** The batch is done. */
  end(): void;
}

export class EvaluationQueue {
  readonly #evaluation: BatchEvaluation;
  readonly #log: Logger;
  /** The first of them is being evaluated, where `#hasBegun`. */
  #waiting: ArrivedReadings[] = [];
  #waitingReadings = 0;
  #hasBegun = false;
  #steps = 0;
  #next: NodeJS.Immediate | null = null;
  #waiters: (() => void)[] = [];

  constructor(evaluation: BatchEvaluation, log: Logger) {
    this.#evaluation = evaluation;
    this.#log = log;
  }

  /** Never throws: what is stored must not be sent again because it could not be evaluated. */
  evaluate(batch: ArrivedReadings): void {
    this.#waiting.push(batch);
    this.#waitingReadings += batch.length;
    if (this.#next === null) this.#work();
    else while (this.#waitingReadings > MAX_WAITING_READINGS) this.#goOn(() => true);
  }

  /** Something that takes time has been done. */
  step(): void {
    this.#steps++;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves when everything so far is evaluated, or abandoned. */
  done(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Forgets what waits. */
  abandon(): void {
    if (this.#next !== null) clearImmediate(this.#next);
    this.#next = null;
    this.#waiting = [];
    this.#waitingReadings = 0;
    this.#hasBegun = false;
    this.#tellWaiters();
  }

  #work(): void {
    this.#next = null;
    this.#steps = 0;
    const hasTime = () => this.#steps < STEPS_PER_TURN;
    while (this.#waiting.length > 0 && hasTime()) this.#goOn(hasTime);
    if (this.#waiting.length > 0) this.#next = setImmediate(() => this.#work());
    else this.#tellWaiters();
  }

  #goOn(hasTime: () => boolean): void {
    const batch = this.#waiting[0] as ArrivedReadings;
    try {
      if (!this.#hasBegun) this.#evaluation.begin(batch);
      this.#hasBegun = true;
      if (!this.#evaluation.goOn(hasTime)) return;
      this.#evaluation.end();
    } catch (error) {
      this.#log.error({ err: error, readings: batch.length }, 'Stored readings could not be evaluated');
    }
    this.#hasBegun = false;
    this.#waiting.shift();
    this.#waitingReadings -= batch.length;
  }

  #tellWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
