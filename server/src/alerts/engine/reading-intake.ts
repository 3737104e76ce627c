// Readings on their way to the evaluation: those of several nodes are put in order, and during a replay they wait for its end.

import type { Clock } from '../../clock.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import { type ArrivedReadings, arrivedReadings, concatArrived } from './arrived-readings.ts';

/** Readings that are held during a replay; past it they are read from the store as well. */
const MAX_HELD_READINGS = 200_000;

export class ReadingIntake {
  readonly #reorderMs: number;
  readonly #clock: Clock;
  readonly #evaluate: (arrived: ArrivedReadings) => void;
  /** Readings that arrived before the start or during a replay; null while neither lasts. */
  #held: ArrivedReadings[] | null = null;
  #heldReadings = 0;
  /** Readings that wait a moment for older ones of other nodes. */
  #reordering: ArrivedReadings[] = [];
  #reorderTimer: NodeJS.Timeout | null = null;
  #isIsolated = false;

  constructor(deps: { reorderMs: number; clock: Clock; evaluate: (arrived: ArrivedReadings) => void }) {
    this.#reorderMs = deps.reorderMs;
    this.#clock = deps.clock;
    this.#evaluate = deps.evaluate;
  }

  /** Gives readings to the evaluation, at once if possible. */
  accept(readings: ReadingBatch): void {
    if (this.#held === null) {
      const arrived = arrivedReadings(readings, this.#clock.nowMs());
      if (this.#reorderMs === 0) this.#evaluate(arrived);
      else this.#reorder(arrived);
    } else if (!this.#isIsolated) {
      // Past the bound they are only counted: then they are read from the store.
      if (this.#heldReadings <= MAX_HELD_READINGS) {
        this.#held.push(arrivedReadings(readings, this.#clock.nowMs()));
      }
      this.#heldReadings += readings.length;
    }
  }

  /** Readings that arrive from now on are held. */
  hold(): void {
    this.#held ??= [];
  }

  /** Those that wait for older ones of other nodes are held, too. */
  holdAll(): void {
    this.#held ??= [];
    this.#held.push(...this.#reordering);
    this.#reordering = [];
  }

  /** More readings arrived than are held, so that what was stored meanwhile must be read as well. Then nothing is held any more. */
  dropIfTooMany(): boolean {
    if (this.#heldReadings <= MAX_HELD_READINGS) return false;
    this.#held = [];
    this.#heldReadings = 0;
    return true;
  }

  /** Ends holding, unless this node is isolated. @returns what was held; null if it was nothing */
  release(): ArrivedReadings | null {
    const held = this.#held ?? [];
    this.#heldReadings = 0;
    this.#held = this.#isIsolated ? [] : null;
    return held.length === 0 ? null : concatArrived(held);
  }

  /** What is held so far; further readings are held as before. null if it is nothing. */
  takeHeld(): ArrivedReadings | null {
    const held = this.#held ?? [];
    if (held.length === 0) return null;
    this.#held = [];
    return concatArrived(held);
  }

  get isIsolated(): boolean {
    return this.#isIsolated;
  }

  /** Isolated: readings of other nodes do not arrive. Those of this node are dropped, since a replay reads them from the store. */
  setIsolated(isIsolated: boolean): void {
    this.#isIsolated = isIsolated;
    if (isIsolated) this.hold();
  }

  /** Evaluates what waits for older readings of other nodes. */
  evaluateReordered(): void {
    if (this.#reorderTimer !== null) clearTimeout(this.#reorderTimer);
    this.#reorderTimer = null;
    const batches = this.#reordering;
    this.#reordering = [];
    if (batches.length > 0) this.#evaluate(concatArrived(batches));
  }

  clear(): void {
    this.#held = null;
    this.#reordering = [];
  }

  /** Nodes store the readings of one machine at different speeds: those of a moment are evaluated in order. */
  #reorder(arrived: ArrivedReadings): void {
    this.#reordering.push(arrived);
    this.#reorderTimer ??= setTimeout(() => this.evaluateReordered(), this.#reorderMs);
  }
}
