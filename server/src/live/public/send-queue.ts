// Readings that wait to be encoded and sent. A large batch is encoded in chunks, so that it does not block the event loop.

import { type LatestValues, mergeReadings } from '../../readings/latest-values.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';

/** Four times the largest batch that HTTP accepts. */
const MAX_READINGS = 200_000;
const MAX_VALUES = 2_000_000;
/** Encoding one chunk takes about a millisecond. */
export const CHUNK_READINGS = 500;
export const CHUNK_VALUES = 2000;

export class SendQueue {
  #waiting: ReadingBatch[] = [];
  #nextRow = 0;
  #readings = 0;
  #values = 0;

  get empty(): boolean {
    return this.#readings === 0;
  }

  /** Past its bounds the queue is reduced to the newest value of each metric and machine. @returns whether that happened */
  add(readings: ReadingBatch): boolean {
    this.#push(readings);
    if (this.#readings <= MAX_READINGS && this.#values <= MAX_VALUES) return false;
    this.#conflate();
    return true;
  }

  /** Removes the readings of the next chunk, all of one batch, and calls `visit` for each in order. */
  takeChunk(visit: (readings: ReadingBatch, row: number) => void): void {
    const readings = this.#waiting[0];
    if (readings === undefined) return;
    const { starts, length } = readings;
    const first = starts[this.#nextRow] as number;
    let row = this.#nextRow;
    // A reading with very many values is a chunk of its own.
    const isFull = () =>
      row - this.#nextRow === CHUNK_READINGS ||
      (row > this.#nextRow && (starts[row + 1] as number) - first > CHUNK_VALUES);
    for (; row < length && !isFull(); row++) visit(readings, row);
    this.#readings -= row - this.#nextRow;
    this.#values -= (starts[row] as number) - first;
    this.#nextRow = row;
    if (row < length) return;
    this.#waiting.shift();
    this.#nextRow = 0;
  }

  clear(): void {
    this.#waiting = [];
    this.#nextRow = 0;
    this.#readings = 0;
    this.#values = 0;
  }

  #push(readings: ReadingBatch): void {
    this.#waiting.push(readings);
    this.#readings += readings.length;
    this.#values += readings.values.length;
  }

  #conflate(): void {
    const newest = new Map<string, LatestValues>();
    for (const [index, readings] of this.#waiting.entries()) {
      mergeReadings(newest, readings, index === 0 ? this.#nextRow : 0);
    }
    const conflated = new BatchBuilder(newest.size);
    for (const [machineId, latest] of newest) latest.addReadings(conflated, machineId);
    this.clear();
    this.#push(conflated.finish());
  }
}
