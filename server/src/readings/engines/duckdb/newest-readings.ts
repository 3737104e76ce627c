// The newest value of each metric of every machine, in memory. A snapshot on the disk saves the search for them at the
// start.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRICS } from '@gonsters/contract';
import { addReadings, type LatestValues, mergeReading, noValues } from '../../latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from '../../reading-columns.ts';
import { writeDurably } from './files/durable-files.ts';
import type { Tombstones } from './files/tombstones.ts';

type Sample = readonly [timestampMs: number, ...values: (number | null)[]];

interface Snapshot {
  /** The sequence at which the snapshot was saved. The name in the file dates from earlier versions. */
  readonly generation: number;
  readonly metrics: readonly string[];
  /**
   * By machine: the readings with the newest values, each with only those of its values that are the newest of their
   * metric.
   */
  readonly latest?: Readonly<Record<string, readonly Sample[]>>;
  /** Written by earlier versions instead: only the newest reading, which may lack metrics. */
  readonly readings?: Readonly<Record<string, Sample>>;
}

export class NewestReadings {
  readonly #path: string;
  readonly #newest = new Map<string, LatestValues>();

  constructor(directory: string) {
    this.#path = join(directory, 'newest.json');
  }

  /** False if there is no snapshot, or if it lacks a metric; then the files must be searched. */
  async load(tombstones: Tombstones): Promise<boolean> {
    try {
      const snapshot = JSON.parse(await readFile(this.#path, 'utf8')) as Snapshot;
      const places = METRICS.map(({ name }) => snapshot.metrics.indexOf(name));
      const columns = new ColumnsBuilder();
      const samples = Object.entries(snapshot.latest ?? snapshot.readings ?? {});
      for (const [id, known] of samples) {
        if (tombstones.sequenceOf(id) > snapshot.generation) continue;
        for (const [timestampMs, ...values] of (snapshot.latest ? known : [known]) as readonly Sample[]) {
          columns.add(
            id,
            timestampMs,
            places.map((place) => values[place] ?? Number.NaN),
          );
        }
      }
      this.note(columns.finish());
      return snapshot.latest !== undefined && places.every((place) => place >= 0);
    } catch {
      this.#newest.clear();
      return false;
    }
  }

  /** `sequence` is greater than that of any file whose rows are included. */
  async save(sequence: number): Promise<void> {
    const latest: Record<string, Sample[]> = {};
    const { length, machineIds, timestampsMs, values } = this.all();
    for (let row = 0; row < length; row++) {
      const id = machineIds[row] as string;
      latest[id] ??= [];
      latest[id].push([
        timestampsMs[row] as number,
        ...values.map((column) => (Number.isNaN(column[row]) ? null : (column[row] as number))),
      ]);
    }
    const snapshot: Snapshot = { generation: sequence, metrics: METRICS.map((metric) => metric.name), latest };
    await writeDurably(this.#path, (unfinished) => writeFile(unfinished, JSON.stringify(snapshot)));
  }

  note(batch: ReadingColumns): void {
    let lastId = '';
    let newest: LatestValues | undefined;
    for (let i = 0; i < batch.length; i++) {
      const id = batch.machineIds[i] as string;
      if (id !== lastId || newest === undefined) {
        lastId = id;
        newest = this.#of(id);
      }
      mergeReading(newest, batch, i);
    }
  }

  all(): ReadingColumns {
    const columns = new ColumnsBuilder(Math.max(1, this.#newest.size));
    for (const [id, latest] of this.#newest) addReadings(columns, id, latest);
    return columns.finish();
  }

  deleteMachine(machineId: string): void {
    this.#newest.delete(machineId);
  }

  #of(id: string): LatestValues {
    let newest = this.#newest.get(id);
    if (!newest) {
      newest = noValues();
      this.#newest.set(id, newest);
    }
    return newest;
  }
}
