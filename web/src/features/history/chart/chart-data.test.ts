import { describe, expect, it } from 'vitest';
import type { HistoryData } from '../../../charts/history/history-lines.ts';
import { chartDataOf } from './chart-data.ts';

const HOUR_MS = 3_600_000;

function answer(fromMs: number, toMs: number, stepMs: number, ids: readonly string[], value: number): HistoryData {
  const times: number[] = [];
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += stepMs) times.push(timeMs);
  const values = times.map(() => value);
  const points = { timesMs: times, xs: times, mean: values, min: values, max: values, count: times.map(() => 1) };
  return {
    fromMs,
    toMs,
    metric: 'temperature',
    interval: 'raw',
    machines: ids.map((id) => ({ id, name: id, points })),
  };
}

describe('the data of the chart', () => {
  const fine = answer(10 * HOUR_MS, 12 * HOUR_MS, 60_000, ['a', 'b'], 1);
  const overview = answer(0, 24 * HOUR_MS, HOUR_MS, ['a'], 2);
  const { lines, machines, gaps } = chartDataOf(fine, ['a', 'b'], 'a', overview);
  const meanAt = (line: number, timeMs: number) => lines.means[line]?.[lines.xs.indexOf(timeMs)];

  it('has the overview of the machine in focus around what was answered, and nothing of it inside', () => {
    expect([3, 9, 13, 24].map((hour) => meanAt(0, hour * HOUR_MS))).toEqual([2, 2, 2, 2]);
    expect([10, 11, 12].map((hour) => meanAt(0, hour * HOUR_MS))).toEqual([1, 1, 1]);
    expect([3, 13].map((hour) => meanAt(1, hour * HOUR_MS))).toEqual([undefined, undefined]);
    expect(lines.xs).toEqual([...lines.xs].sort((a, b) => a - b));
  });

  it('joins no line between the two', () => {
    const first = lines.xs.indexOf(10 * HOUR_MS);
    const last = lines.xs.indexOf(12 * HOUR_MS);
    expect([lines.means[0]?.[first - 1], lines.means[0]?.[last + 1]]).toEqual([null, null]);
  });

  it('takes figures and gaps from the answer alone', () => {
    expect(machines[0]?.points).toBe(fine.machines[0]?.points);
    expect(gaps).toEqual([[], []]);
  });

  it('does without an overview, and without one of another series', () => {
    const alone = chartDataOf(fine, ['a', 'b'], 'a', undefined).lines.xs;
    expect(
      chartDataOf(fine, ['a', 'b'], 'a', {
        ...overview,
        machines: overview.machines.map((machine) => ({ ...machine, id: 'c' })),
      }).lines.xs,
    ).toEqual(alone);
    expect(alone).toHaveLength(121);
  });
});
