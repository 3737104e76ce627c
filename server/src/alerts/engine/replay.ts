// Evaluates readings from the store that were not evaluated when they were stored: after a change of leader, or while
// other nodes could not announce theirs.

import type { Clock } from '../../clock.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { newestTimesMs } from '../../readings/latest-values.ts';
import { BAD, BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { ReadingTable } from '../../readings/reading-table.ts';
import type { Watermarks } from '../leader/watermarks.ts';
import { MIN_LIVE_WINDOW_MS } from '../rules/live-window.ts';
import { storedReadings } from './arrived-readings.ts';
import type { EvaluationQueue } from './evaluation-queue.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';

/** Machines whose readings are read at the same time. */
const MACHINES_AT_ONCE = 4;
/** Read again before the watermark: gateways of one machine may be behind each other, and what is still live must not be missed. */
const MARGIN_MS = MIN_LIVE_WINDOW_MS;
/** Read of a machine without a watermark: what it sent lately, not its whole past. */
const WITHOUT_WATERMARK_MS = 60_000;

export interface ReplayDeps {
  readings: Pick<ReadingStore, 'latest' | 'export'>;
  machines: MachineService;
  states: MachineAlarmStates;
  queue: EvaluationQueue;
  watermarks: Watermarks;
  clock: Clock;
  /** That of the term of leadership. */
  watermarkMs: number | null;
  isCancelled: () => boolean;
}
type Watermarked = Pick<ReplayDeps, 'states' | 'watermarks' | 'watermarkMs'>;
interface Range {
  machineId: string;
  fromMs: number;
  toMs: number;
}

/** Evaluates each machine's readings after its newest evaluated one, in order. Rejects as the store does. */
export async function replay(deps: ReplayDeps): Promise<void> {
  const { machines, states } = deps;
  const newest = newestTimesMs(await deps.readings.latest());
  const ranges: Range[] = [];
  for (const [machineId, latestMs] of newest) {
    if (latestMs <= states.newestEvaluatedMs(machineId) || machines.get(machineId) === undefined) continue;
    ranges.push({ machineId, fromMs: replayedFromMs(deps, machineId, latestMs), toMs: latestMs + 1 });
  }
  await Promise.all(Array.from({ length: MACHINES_AT_ONCE }, () => replayRanges(deps, ranges)));
}

/** Readings of the machine before this time are not replayed, now or by the next leader. @param latestMs its newest stored one */
export function replayedFromMs(deps: Watermarked, machineId: string, latestMs: number): number {
  return Math.max(deps.states.evaluatedUpToMs(machineId) + 1, watermarkOf(deps, machineId, latestMs) - MARGIN_MS);
}

/** Readings of the machine before this time were evaluated, whatever evaluation state is stored. */
function watermarkOf({ watermarks, watermarkMs }: Watermarked, machineId: string, latestMs: number): number {
  const ofMachineMs = watermarks.of(machineId);
  if (ofMachineMs !== undefined) return ofMachineMs;
  return watermarkMs === null ? latestMs - WITHOUT_WATERMARK_MS : Math.min(watermarkMs, latestMs);
}

/** Takes ranges until none is left. */
async function replayRanges(deps: ReplayDeps, ranges: Range[]): Promise<void> {
  const { readings, states, queue, clock, isCancelled } = deps;
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    for await (const rows of readings.export({ ...range, metrics: null })) {
      if (isCancelled()) return;
      const stored = storedReadings(batchOf(range.machineId, rows), clock.nowMs());
      queue.add(states.withoutEvaluated(stored, { keepsHistory: false }));
      await queue.whenIdle();
    }
  }
}

function batchOf(machineId: string, { length, timestampsMs, columns }: ReadingTable): ReadingBatch {
  const batch = new BatchBuilder(length);
  for (let row = 0; row < length; row++) {
    for (const { metric, values, qualities } of columns) {
      const value = values[row] as number;
      const quality = qualities[row] as number;
      if (!Number.isNaN(value) || quality === BAD) batch.addValue(metric, value, quality);
    }
    if (batch.openValues > 0) batch.endReading(machineId, timestampsMs[row] as number);
  }
  return batch.finish();
}
