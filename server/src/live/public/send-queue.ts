// Readings that wait to be encoded and sent. A large batch is encoded in chunks, so that it does not block the event loop.

import { addReadings, type LatestValues, mergeReading, noValues } from '../../readings/latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from '../../readings/reading-columns.ts';

/** Four times the largest batch that HTTP accepts. */
const MAX_ROWS = 200_000;
/** Encoding this many takes about a millisecond. */
export const CHUNK_ROWS = 500;

export class SendQueue {
  #waiting: ReadingColumns[] = [];
  #nextRow = 0;
  #rows = 0;

  get empty(): boolean {
    return this.#rows === 0;
  }

  /** Past its bound the queue is reduced to the newest value of each metric and machine. @returns whether that happened */
  add(readings: ReadingColumns): boolean {
    this.#waiting.push(readings);
    this.#rows += readings.length;
    if (this.#rows <= MAX_ROWS) return false;
    this.#conflate();
    return true;
  }

  /** Removes the next rows, at most `CHUNK_ROWS` of one batch, and calls `visit` for each in order. */
  takeChunk(visit: (readings: ReadingColumns, row: number) => void): void {
    const readings = this.#waiting[0];
    if (readings === undefined) return;
    const end = Math.min(this.#nextRow + CHUNK_ROWS, readings.length);
    for (let row = this.#nextRow; row < end; row++) visit(readings, row);
    this.#rows -= end - this.#nextRow;
    this.#nextRow = end;
    if (end < readings.length) return;
    this.#waiting.shift();
    this.#nextRow = 0;
  }

  clear(): void {
    this.#waiting = [];
    this.#nextRow = 0;
    this.#rows = 0;
  }

  #conflate(): void {
    const newest = new Map<string, LatestValues>();
    for (const [index, readings] of this.#waiting.entries()) {
      for (let row = index === 0 ? this.#nextRow : 0; row < readings.length; row++) {
        const machineId = readings.machineIds[row] as string;
        const known = newest.get(machineId) ?? noValues();
        newest.set(machineId, known);
        mergeReading(known, readings, row);
      }
    }
    const conflated = new ColumnsBuilder(newest.size);
    for (const [machineId, latest] of newest) addReadings(conflated, machineId, latest);
    this.clear();
    this.#waiting = [conflated.finish()];
    this.#rows = conflated.length;
  }
}
