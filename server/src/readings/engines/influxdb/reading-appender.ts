// Stores a batch of readings with everything that must be stored before they are acknowledged.

import type { ReadingBatch } from '../../reading-batch.ts';
import { NONE_REFUSED, type RefusedReadings } from '../../refused-readings.ts';
import { type DirtyHours, MAX_APPEND_MS } from './dirty-hours.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import type { MachineMetrics } from './machine-metrics.ts';
import type { MachineSeries } from './machine-series.ts';
import { inBatch, mergeRepeats } from './merge-repeats.ts';
import type { RollupStateStore } from './rollup-state.ts';
import { rowsWithMarks } from './stored-marks.ts';
import { writeReadings } from './write-readings.ts';

interface Deps {
  client: InfluxdbClient;
  states: RollupStateStore;
  dirtyHours: DirtyHours;
  series: MachineSeries;
  machineMetrics: MachineMetrics;
  /** An append that takes longer is refused. `MAX_APPEND_MS` by default. */
  withinMs: number | undefined;
}

export class ReadingAppender {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Resolves with the rows that are refused for good. Rejects if the batch must be sent again. */
  async append(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    if (batch.length === 0) return NONE_REFUSED;
    const { client, states, dirtyHours, series, machineMetrics, withinMs = MAX_APPEND_MS } = this.#deps;
    const startedMs = performance.now();
    const rows = mergeRepeats(batch);
    const state = await states.recent();
    dirtyHours.advanceTo(state.rolledUpUntilMs, state.dirtyProcessedUntilMs);
    const [repeats] = await Promise.all([
      rowsWithMarks(client, rows),
      dirtyHours.record(rows),
      series.update(rows),
      machineMetrics.update(rows),
    ]);
    const refused = await writeReadings(client, (machineId, atMs) => series.at(machineId, atMs), rows, repeats);
    // The record of its dirty hours may have been processed without these readings. They are sent and recorded again.
    if (performance.now() - startedMs > withinMs) throw new Error('The append took too long');
    return inBatch(refused, rows, batch);
  }
}
