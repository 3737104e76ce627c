// The newest reading of every machine, in memory; a snapshot on the disk spares a start the search for it.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRICS } from '@gonsters/contract';
import { ColumnsBuilder, type ReadingColumns } from '../../reading-columns.ts';
import { writeDurably } from './files/durable-files.ts';
import type { Tombstones } from './files/tombstones.ts';

interface Snapshot {
  readonly generation: number;
  readonly metrics: readonly string[];
  /** `[timestampMs, value or null per metric]` by machine. */
  readonly readings: Record<string, [number, ...(number | null)[]]>;
}

export class NewestReadings {
  readonly #path: string;
  /** `[timestampMs, value per metric]`; NaN for not measured. */
  readonly #newest = new Map<string, Float64Array>();

  constructor(directory: string) {
    this.#path = join(directory, 'newest.json');
  }

  /** False where there is no snapshot that can be used. */
  async load(tombstones: Tombstones): Promise<boolean> {
    try {
      const snapshot = JSON.parse(await readFile(this.#path, 'utf8')) as Snapshot;
      for (const [id, [timestampMs, ...values]] of Object.entries(snapshot.readings)) {
        if (tombstones.generationOf(id) > snapshot.generation) continue;
        this.#newest.set(id, Float64Array.from([timestampMs, ...METRICS.map((_, m) => values[m] ?? Number.NaN)]));
      }
      return true;
    } catch {
      return false;
    }
  }

  /** `generation` is greater than that of any file whose rows it knows of. */
  async save(generation: number): Promise<void> {
    const readings: Snapshot['readings'] = {};
    for (const [id, [timestampMs, ...values]] of this.#newest) {
      readings[id] = [timestampMs as number, ...values.map((value) => (Number.isNaN(value) ? null : value))];
    }
    const snapshot: Snapshot = { generation, metrics: METRICS.map((metric) => metric.name), readings };
    await writeDurably(this.#path, (unfinished) => writeFile(unfinished, JSON.stringify(snapshot)));
  }

  note(batch: ReadingColumns): void {
    let lastId = '';
    let newest: Float64Array | undefined;
    for (let i = 0; i < batch.length; i++) {
      const id = batch.machineIds[i] as string;
      if (id !== lastId || newest === undefined) {
        lastId = id;
        newest = this.#of(id);
      }
      const timestampMs = batch.timestampsMs[i] as number;
      const known = newest[0] as number;
      if (timestampMs < known) continue;
      newest[0] = timestampMs;
      for (let m = 0; m < METRICS.length; m++) {
        const value = (batch.values[m] as Float64Array)[i] as number;
        // A repeat of the newest moment adds to it; a later moment replaces it whole.
        if (timestampMs > known || !Number.isNaN(value)) newest[m + 1] = value;
      }
    }
  }

  all(): ReadingColumns {
    const columns = new ColumnsBuilder(Math.max(1, this.#newest.size));
    for (const [id, [timestampMs, ...values]] of this.#newest) columns.add(id, timestampMs as number, values);
    return columns.finish();
  }

  forget(machineId: string): void {
    this.#newest.delete(machineId);
  }

  #of(id: string): Float64Array {
    let newest = this.#newest.get(id);
    if (!newest) {
      newest = new Float64Array(METRICS.length + 1).fill(Number.NaN);
      newest[0] = Number.NEGATIVE_INFINITY;
      this.#newest.set(id, newest);
    }
    return newest;
  }
}
