// Readings that wait to be encoded, so that a large batch is not encoded in one breath.

import { addReadings, type LatestValues, mergeReading, noValues } from '../../readings/latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from '../../readings/reading-columns.ts';

/** Four of the largest batches that HTTP takes. */
const MAX_ROWS = 200_000;
/** Encoding so many takes about a millisecond. */
export const CHUNK_ROWS = 500;

export class ReadingQueue {
  #waiting: ReadingColumns[] = [];
  #nextRow = 0;
  #rows = 0;

  get empty(): boolean {
    return this.#rows === 0;
  }

  /** Past its bound the queue keeps the newest value of each metric and machine. @returns whether it had to */
  add(readings: ReadingColumns): boolean {
    this.#waiting.push(readings);
    this.#rows += readings.length;
    if (this.#rows <= MAX_ROWS) return false;
    this.#keepNewest();
    return true;
  }

  /** Visits the next rows, at most `CHUNK_ROWS` of one batch. */
  take(visit: (readings: ReadingColumns, row: number) => void): void {
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

  #keepNewest(): void {
    const newest = new Map<string, LatestValues>();
    for (const [index, readings] of this.#waiting.entries()) {
      for (let row = index === 0 ? this.#nextRow : 0; row < readings.length; row++) {
        const machineId = readings.machineIds[row] as string;
        const known = newest.get(machineId) ?? noValues();
        newest.set(machineId, known);
        mergeReading(known, readings, row);
      }
    }
    const kept = new ColumnsBuilder(newest.size);
    for (const [machineId, latest] of newest) addReadings(kept, machineId, latest);
    this.clear();
    this.#waiting = [kept.finish()];
    this.#rows = kept.length;
  }
}
