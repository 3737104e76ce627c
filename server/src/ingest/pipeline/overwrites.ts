// Stored values that a person is about to overwrite. Gateways send again what was not acknowledged, so theirs are not looked at.

import { isoTime } from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricNameAt } from '../../metric-index.ts';
import { BAD, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { RefusalReason, RefusedReadings } from '../../readings/refused-readings.ts';
import type { IngestSender } from './ingest-sender.ts';

/** Readings this close to each other are looked up together. */
const LOOKED_UP_WITHIN_MS = 600_000;
const ROWS_PER_PAGE = 10_000;
/** Of one request: each takes some milliseconds. */
const MOST_LOOK_UPS = 2_000;
/** Listed in the audit log; the others are counted. */
const MOST_LISTED = 100;

/** A stored value that the reading at `row` would replace by another one. Bad values are null. */
interface Overwrite {
  readonly row: number;
  readonly metric: number;
  readonly before: number | null;
  readonly after: number | null;
}

export interface OverwriteDeps {
  readings: Pick<ReadingStore, 'raw'>;
  machines: Pick<MachineService, 'get'>;
}

/** What the reply calls it, so that a program can tell it from a fault of its own. */
export const codeOf = (reason: RefusalReason) => (reason === 'already_stored' ? { code: reason } : {});

export class Overwrites {
  readonly #deps: OverwriteDeps;

  constructor(deps: OverwriteDeps) {
    this.#deps = deps;
  }

  /**
   * Records what a sender who may correct values is about to overwrite, and refuses it from any other. Equal values are no correction.
   * Rejects with `validation_failed` where too many readings would have to be looked up, and as the store does.
   *
   * @returns the values that must not be stored
   */
  async screen(
    readings: ReadingBatch,
    { overwrites }: Pick<IngestSender, 'overwrites'>,
  ): Promise<readonly RefusedReadings[]> {
    if (overwrites === 'unseen') return [];
    const found = await this.#find(readings);
    if (found.length === 0) return [];
    if (overwrites === 'refused') return refusalsOf(readings, found);
    const values = found.slice(0, MOST_LISTED).map(({ row, metric, before, after }) => {
      const machineId = readings.machineIds[row] as string;
      const timestamp = isoTime(readings.timestampsMs[row] as number);
      const machine = this.#deps.machines.get(machineId)?.record.name ?? machineId;
      return { machine_id: machineId, machine, metric: metricNameAt(metric), timestamp, before, after };
    });
    await overwrites({ count: found.length, values });
    return [];
  }

  async #find(readings: ReadingBatch): Promise<Overwrite[]> {
    const found: Overwrite[] = [];
    for (const [machineId, rows] of this.#candidates(readings)) {
      for (const group of togetherInTime(readings, rows)) {
        found.push(...(await this.#compare(readings, machineId, group)));
      }
    }
    return found.sort((a, b) => a.row - b.row);
  }

  /** Rows that are not newer than what their machine has stored of one of their metrics, by machine. */
  #candidates(readings: ReadingBatch): Map<string, number[]> {
    const candidates = new Map<string, number[]>();
    let [machineId, entry] = ['', this.#deps.machines.get('')];
    for (let row = 0; row < readings.length; row++) {
      // Most often as before.
      if (readings.machineIds[row] !== machineId) {
        machineId = readings.machineIds[row] as string;
        entry = this.#deps.machines.get(machineId);
      }
      const timestampMs = readings.timestampsMs[row] as number;
      if (entry === undefined || !(timestampMs <= entry.latestMs)) continue;
      const end = readings.starts[row + 1] as number;
      for (let k = readings.starts[row] as number; k < end; k++) {
        if (timestampMs > entry.latest.timeMs(readings.metrics[k] as number)) continue;
        const rows = candidates.get(machineId);
        if (rows === undefined) candidates.set(machineId, [row]);
        else rows.push(row);
        break;
      }
    }
    return candidates;
  }

  async #compare(readings: ReadingBatch, machineId: string, rows: readonly number[]): Promise<Overwrite[]> {
    const times = rows.map((row) => readings.timestampsMs[row] as number);
    const rowsAt = new Map<number, number[]>();
    for (const row of rows) {
      const timestampMs = readings.timestampsMs[row] as number;
      rowsAt.set(timestampMs, [...(rowsAt.get(timestampMs) ?? []), row]);
    }
    const metrics = [...new Set(rows.flatMap((row) => metricsOf(readings, row)))];
    const range = { machineId, fromMs: times[0] as number, toMs: (times.at(-1) as number) + 1, metrics };
    const found: Overwrite[] = [];
    for (let offset = 0; ; offset += ROWS_PER_PAGE) {
      const page = { offset, limit: ROWS_PER_PAGE, order: 'asc', everyReading: false } as const;
      const { rows: stored } = await this.#deps.readings.raw({ ...range, ...page });
      for (let i = 0; i < stored.length; i++) {
        for (const row of rowsAt.get(stored.timestampsMs[i] as number) ?? []) {
          for (const { metric, values, qualities } of stored.columns) {
            const after = shownValue(readings, row, metric);
            if (after === undefined) continue;
            const isBad = qualities[i] === BAD;
            if (!isBad && Number.isNaN(values[i])) continue;
            const before = isBad ? null : (values[i] as number);
            if (before !== after) found.push({ row, metric, before, after });
          }
        }
      }
      if (stored.length < ROWS_PER_PAGE) return found;
    }
  }
}

/** Rows of one machine in the order of time, in groups between which nothing is looked up. */
function togetherInTime(readings: ReadingBatch, rows: readonly number[]): number[][] {
  const timeOf = (row: number) => readings.timestampsMs[row] as number;
  const groups: number[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const row of rows.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    if (timeOf(row) - lastMs > LOOKED_UP_WITHIN_MS) groups.push([]);
    groups.at(-1)?.push(row);
    lastMs = timeOf(row);
  }
  if (groups.length <= MOST_LOOK_UPS) return groups;
  throw new AppError(
    'validation_failed',
    `The request has too many readings that are older than the newest ones and far apart, because each is compared with what is stored; send at most ${MOST_LOOK_UPS} of them, or send them as a gateway`,
  );
}

const metricsOf = (readings: ReadingBatch, row: number): number[] =>
  Array.from(readings.metrics.subarray(readings.starts[row], readings.starts[row + 1]));

/** null for a bad value; undefined where the reading has none of this metric. */
function shownValue(readings: ReadingBatch, row: number, metric: number): number | null | undefined {
  const end = readings.starts[row + 1] as number;
  for (let k = readings.starts[row] as number; k < end; k++) {
    if (readings.metrics[k] === metric) return readings.qualities[k] === BAD ? null : (readings.values[k] as number);
  }
  return undefined;
}

/** A reading of which every value would overwrite one is refused as a whole. */
function refusalsOf(readings: ReadingBatch, found: readonly Overwrite[]): RefusedReadings[] {
  const metricsAt = new Map<number, number[]>();
  for (const { row, metric } of found) metricsAt.set(row, [...(metricsAt.get(row) ?? []), metric]);
  const whole: number[] = [];
  const byMetric = new Map<number, number[]>();
  for (const [row, metrics] of metricsAt) {
    const isWhole = metrics.length === (readings.starts[row + 1] as number) - (readings.starts[row] as number);
    if (isWhole) whole.push(row);
    else for (const metric of metrics) byMetric.set(metric, [...(byMetric.get(metric) ?? []), row]);
  }
  const why = { reason: 'already_stored', message: 'Another value is stored' } as const;
  const parts = Array.from(byMetric, ([metric, rows]): RefusedReadings => ({ rows, metric, ...why }));
  return whole.length === 0 ? parts : [{ rows: whole, ...why }, ...parts];
}
