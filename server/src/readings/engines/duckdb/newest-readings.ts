// The newest value of each metric of every machine, in memory. A snapshot on the disk saves the search for them at the
// start.

import { join } from 'node:path';
import { METRIC_NAMES } from '@gonsters/contract';
import { metricIndexOf, metricNameAt } from '../../../metric-index.ts';
import { LatestValues } from '../../latest-values.ts';
import { BatchBuilder, GOOD, type ReadingBatch } from '../../reading-batch.ts';
import { readSmallFile, writeSmallFile } from './files/small-file.ts';
import type { Tombstones } from './files/tombstones.ts';

/** `metric` is a place in the list of the snapshot; the value is null if the source sent no number. */
type NewestValue = readonly [metric: number, timestampMs: number, value: number | null, quality?: number];
/** A reading of format 1: a value for each metric of the list, null if it is not the newest of its metric. */
type WideReading = readonly [timestampMs: number, ...values: (number | null)[]];

interface Snapshot {
  /** The sequence at which the snapshot was saved. The name in the file dates from earlier versions. */
  readonly generation: number;
  /** Names. */
  readonly metrics: readonly string[];
  /** By machine. */
  readonly newest?: Readonly<Record<string, readonly NewestValue[]>>;
  /** Written by format 1 instead. */
  readonly latest?: Readonly<Record<string, readonly WideReading[]>>;
  /** Written by the first versions instead: only the newest reading, which may lack metrics. */
  readonly readings?: Readonly<Record<string, WideReading>>;
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
      const snapshot = (await readSmallFile(this.#path)) as Snapshot;
      const metrics = snapshot.metrics.map(metricIndexOf);
      for (const [id, values] of valuesOf(snapshot)) {
        if (tombstones.sequenceOf(id) > snapshot.generation) continue;
        const newest = this.#of(id);
        for (const [metric, timestampMs, value, quality] of values) {
          newest.set(metrics[metric] as number, timestampMs, value ?? Number.NaN, quality ?? GOOD);
        }
      }
      if (snapshot.newest !== undefined) return true;
      return snapshot.latest !== undefined && METRIC_NAMES.every((name) => snapshot.metrics.includes(name));
    } catch {
      this.#newest.clear();
      return false;
    }
  }

  /** `sequence` is greater than that of any file whose values are included. */
  async save(sequence: number): Promise<void> {
    const places = new Map<number, number>();
    const newest: Record<string, NewestValue[]> = {};
    for (const [id, latest] of this.#newest) {
      const values: NewestValue[] = [];
      for (let i = 0; i < latest.length; i++) {
        const place = places.get(latest.metricAt(i)) ?? places.size;
        places.set(latest.metricAt(i), place);
        // JSON has no NaN and writes null.
        const value = [place, latest.timeAt(i), latest.valueAt(i)] as const;
        values.push(latest.qualityAt(i) === GOOD ? value : [...value, latest.qualityAt(i)]);
      }
      newest[id] = values;
    }
    const snapshot: Snapshot = { generation: sequence, metrics: [...places.keys()].map(metricNameAt), newest };
    await writeSmallFile(this.#path, snapshot);
  }

  note(batch: ReadingBatch): void {
    let lastId = '';
    let newest: LatestValues | undefined;
    for (let row = 0; row < batch.length; row++) {
      const id = batch.machineIds[row] as string;
      if (id !== lastId || newest === undefined) {
        lastId = id;
        newest = this.#of(id);
      }
      newest.merge(batch, row);
    }
  }

  all(): ReadingBatch {
    const builder = new BatchBuilder(Math.max(1, this.#newest.size));
    for (const [id, latest] of this.#newest) latest.addReadings(builder, id);
    return builder.finish();
  }

  deleteMachine(machineId: string): void {
    this.#newest.delete(machineId);
  }

  #of(id: string): LatestValues {
    let newest = this.#newest.get(id);
    if (!newest) {
      newest = new LatestValues();
      this.#newest.set(id, newest);
    }
    return newest;
  }
}

function* valuesOf({ newest, latest, readings }: Snapshot): Iterable<[id: string, readonly NewestValue[]]> {
  if (newest) {
    yield* Object.entries(newest);
    return;
  }
  const wide = Object.entries(latest ?? {}).concat(
    Object.entries(readings ?? {}).map(([id, reading]): [string, readonly WideReading[]] => [id, [reading]]),
  );
  for (const [id, samples] of wide) {
    yield [
      id,
      samples.flatMap(([timestampMs, ...values]) =>
        values.flatMap((value, metric): NewestValue[] => (value === null ? [] : [[metric, timestampMs, value]])),
      ),
    ];
  }
}
