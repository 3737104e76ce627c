// What a machine did over some hours, from buckets of its state: runs of the same mark, and the time in each.

import type { ReadingRow } from '@gonsters/contract';
import type { BandLevel } from '../../../charts/band-paint.ts';

export type Mark = BandLevel | 'none';
export const MARKS = ['running', 'idle', 'stopped', 'fault', 'none'] as const satisfies readonly Mark[];

export interface Run {
  mark: Mark;
  fromMs: number;
  toMs: number;
}

export interface StateBand {
  /** Ascending; a bucket has the mark in which most of it was spent. */
  runs: Run[];
  /** Milliseconds in each mark, to the second. */
  totals: Record<Mark, number>;
}

/** `rows` are the buckets of the metric in any order; `levelOf` of a boolean is asked for `true` and `false`. */
export function stateBand(
  rows: readonly ReadingRow[],
  metric: string,
  { fromMs, toMs, bucketMs }: { fromMs: number; toMs: number; bucketMs: number },
  levelOf: (state: string) => BandLevel,
): StateBand {
  const byTime = new Map(rows.map((row) => [Date.parse(row.timestamp), row]));
  const band: StateBand = { runs: [], totals: { running: 0, idle: 0, stopped: 0, fault: 0, none: 0 } };
  for (let timeMs = Math.floor(fromMs / bucketMs) * bucketMs; timeMs < toMs; timeMs += bucketMs) {
    const untilMs = Math.min(timeMs + bucketMs, toMs);
    const spent = timeIn(byTime.get(timeMs), metric, levelOf);
    const known = Object.values(spent).reduce((sum, each) => sum + each, 0);
    // Clocks differ: what is missing of the newest bucket may be on its way.
    const isOpen = untilMs < timeMs + bucketMs;
    spent.none = isOpen && known > 0 ? 0 : Math.max(0, untilMs - timeMs - known);
    for (const mark of MARKS) band.totals[mark] += spent[mark];
    const mark = MARKS.reduce((most, each) => (spent[each] > spent[most] ? each : most));
    const last = band.runs.at(-1);
    if (last?.mark === mark) last.toMs = untilMs;
    else band.runs.push({ mark, fromMs: timeMs, toMs: untilMs });
  }
  return band;
}

function timeIn(row: ReadingRow | undefined, metric: string, levelOf: (state: string) => BandLevel) {
  const spent: Record<Mark, number> = { running: 0, idle: 0, stopped: 0, fault: 0, none: 0 };
  const stats = (row?.stats as Record<string, Record<string, unknown>> | undefined)?.[metric];
  if (stats === undefined) return spent;
  const add = (state: string, seconds: unknown) => {
    if (typeof seconds === 'number') spent[levelOf(state)] += seconds * 1000;
  };
  if ('true_seconds' in stats) {
    add('true', stats.true_seconds);
    add('false', stats.false_seconds);
  } else for (const [state, seconds] of Object.entries(stats)) add(state, seconds);
  return spent;
}
