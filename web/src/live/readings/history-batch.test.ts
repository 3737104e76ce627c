import type { ReadingRow } from '@gonsters/contract';
import { expect, it } from 'vitest';
import { LiveMetrics } from '../live-metrics.ts';
import { batchOf } from './history-batch.ts';
import { BAD, GOOD, UNCERTAIN } from './metric-series.ts';

it('gives each wanted metric the rows in which it has a value, good or not', () => {
  const metrics = new LiveMetrics();
  const [running, flow] = [metrics.numberOf('running'), metrics.numberOf('flow')];
  const at = (second: number) => Date.UTC(2026, 0, 15, 10, 30, second);
  const rows = [
    { timestamp: '2026-01-15T10:30:02.000Z', temperature: 70, running: true, unwanted: 1 },
    { timestamp: '2026-01-15T10:30:01.000Z', temperature: null, running: false, flow: null, quality: { flow: 'bad' } },
    { timestamp: '2026-01-15T10:30:00.000Z', temperature: 71, quality: { temperature: 'uncertain' } },
  ] as unknown as ReadingRow[];
  const batch = batchOf(rows, [0, running, flow], metrics);
  expect([...batch.keys()]).toEqual([0, running, flow]);
  expect(batch.get(0)).toEqual({ timesMs: [at(2), at(0)], values: [70, 71], qualities: [GOOD, UNCERTAIN] });
  expect(batch.get(running)).toEqual({ timesMs: [at(2), at(1)], values: [1, 0], qualities: [GOOD, GOOD] });
  expect(batch.get(flow)).toEqual({ timesMs: [at(1)], values: [Number.NaN], qualities: [BAD] });
});
