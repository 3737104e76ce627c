// Measures the time from opening the address of a machine to its first chart with history, with nothing cached in
// memory.

import { atMost, type BenchRow } from '../bench-row.ts';
import type { MeasuredPage } from './open-chromium.ts';

const ROUNDS = 5;
/** Fewer points arrived live since the page was opened. */
const HISTORY_POINTS = 30;

export async function measureFirstChart(measured: MeasuredPage, machineIds: readonly string[]): Promise<BenchRow[]> {
  const secondsEach: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await measured.open(`/machines/${machineIds[round % machineIds.length]}`);
    const handle = await measured.page.waitForFunction(
      (points) => {
        const first = window.bench.chartFrames.find((frame) => frame.points >= points);
        return first === undefined ? 0 : first.atMs - performance.timeOrigin;
      },
      HISTORY_POINTS,
      { polling: 20 },
    );
    secondsEach.push(((await handle.jsonValue()) as number) / 1000);
  }
  const slowest = Math.max(...secondsEach);
  return [
    {
      what: `first chart with history, slowest of ${ROUNDS} loads`,
      value: slowest,
      unit: 's',
      goal: atMost(slowest, 1, 's'),
    },
  ];
}
