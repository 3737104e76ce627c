import type { ReadingRow } from '@gonsters/contract';
import { expect, test } from 'vitest';
import { stateBand } from './state-band.ts';
import { levelOf } from './state-level.ts';

const MINUTE = 60_000;
const row = (minute: number, stats: Record<string, number>) =>
  ({ timestamp: new Date(minute * MINUTE).toISOString(), stats: { mode: stats } }) as unknown as ReadingRow;
const roles = { metric: 'mode', running: ['RUN'], idle: ['WAIT'], stopped: ['OFF'], fault: ['ERR'] };
const bounds = { fromMs: 0, toMs: 5 * MINUTE, bucketMs: MINUTE };

test('a band has runs of the mark that lasted longest, and the exact time in each', () => {
  const rows = [row(4, { OFF: 60 }), row(0, { RUN: 60 }), row(1, { RUN: 40, WAIT: 20 }), row(2, { ERR: 50, RUN: 10 })];
  const band = stateBand(rows, 'mode', bounds, (state) => levelOf(roles, 'mode', state));
  expect(band.runs.map(({ mark, fromMs, toMs }) => [mark, fromMs / MINUTE, toMs / MINUTE])).toEqual([
    ['running', 0, 2],
    ['fault', 2, 3],
    ['none', 3, 4],
    ['stopped', 4, 5],
  ]);
  expect(band.totals).toEqual({ running: 110_000, idle: 20_000, stopped: 60_000, fault: 50_000, none: 60_000 });
});

test('a boolean is running or stopped, and an unknown state runs', () => {
  const rows = [row(0, { true_seconds: 20, false_seconds: 40, changes: 1 } as Record<string, number>)];
  const band = stateBand(rows, 'mode', { ...bounds, toMs: MINUTE }, (state) => levelOf(null, 'mode', state));
  expect(band.totals).toMatchObject({ running: 20_000, stopped: 40_000, none: 0 });
  expect(levelOf(roles, 'mode', 'NEW')).toBe('running');
});
