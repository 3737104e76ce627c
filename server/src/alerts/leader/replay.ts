// Evaluates what was stored while nobody kept watch, or what other nodes stored and could not tell: from the readings' store.

import type { MachineService } from '../../machines/machine-service.ts';
import { newestTimesMs } from '../../readings/latest-values.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { AlarmEvaluation } from '../engine/alarm-evaluation.ts';
import { MIN_LIVE_WINDOW_MS } from '../engine/live-window.ts';
import type { Watermarks } from './watermarks.ts';

/** Machines that are read at the same time. */
const AT_ONCE = 4;
const PAGE = 5000;
/** One gateway of a machine may be behind another, clocks differ: all that may have come late and still be live is read again. */
const MARGIN_MS = MIN_LIVE_WINDOW_MS;
/** For a machine of which nothing is known: only what it says at the moment, not its whole past. */
const UNKNOWN_MS = 60_000;

export interface CatchUpParts {
  readings: Pick<ReadingStore, 'latest' | 'raw'>;
  machines: MachineService;
  watchkeeper: AlarmEvaluation;
  positions: Watermarks;
  /** Until when somebody surely kept watch; null where nobody knows. */
  watermarkMs: number | null;
  isOver: () => boolean;
}

/** Every machine's readings after the newest evaluated one, in order; evaluated ones change nothing. Rejects as the store does. */
export async function replay(parts: CatchUpParts): Promise<void> {
  const { machines, watchkeeper } = parts;
  const newest = newestTimesMs(await parts.readings.latest());
  const moved: { machineId: string; fromMs: number; toMs: number }[] = [];
  for (const [machineId, latestMs] of newest) {
    if (latestMs <= watchkeeper.newestEvaluated(machineId) || machines.get(machineId) === undefined) continue;
    const fromMs = Math.max(watchkeeper.evaluatedUpTo(machineId) + 1, lowerBound(parts, machineId, latestMs));
    moved.push({ machineId, fromMs, toMs: latestMs + 1 });
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => workOff(parts, moved)));
}

/** From when on a machine's readings may be unevaluated, whatever is stored of its evaluation. */
function lowerBound({ positions, watermarkMs }: CatchUpParts, machineId: string, latestMs: number): number {
  const position = positions.of(machineId);
  if (position !== undefined) return position - MARGIN_MS;
  return (watermarkMs === null ? latestMs - UNKNOWN_MS : Math.min(watermarkMs, latestMs)) - MARGIN_MS;
}

async function workOff(
  { readings, watchkeeper, isOver }: CatchUpParts,
  moved: { machineId: string; fromMs: number; toMs: number }[],
): Promise<void> {
  for (let machine = moved.pop(); machine !== undefined; machine = moved.pop()) {
    for (let offset = 0; ; offset += PAGE) {
      const { rows } = await readings.raw({ ...machine, order: 'asc', offset, limit: PAGE });
      if (isOver()) return;
      watchkeeper.evaluateNewer(rows);
      await watchkeeper.evaluated();
      if (rows.length < PAGE) break;
    }
  }
}
