import { type CompareReply, MAX_COMPARED_MACHINES } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { SPARK_SPAN_MS, SparkHistory } from './spark-history.ts';

const NOW = Date.UTC(2026, 0, 15);

function history(answer: (ids: readonly string[]) => CompareReply['series']) {
  const asked: { ids: readonly string[]; metric: string; fromMs: number }[] = [];
  const spark = new SparkHistory(async (ids, metric, { fromMs }) => {
    asked.push({ ids, metric, fromMs });
    const timestamps = [NOW - 120_000, NOW - 60_000].map((timeMs) => new Date(timeMs).toISOString());
    return { timestamps, series: answer(ids) } as CompareReply;
  });
  return { asked, spark };
}
const answered = (machine_id: string, values: (number | null)[]) =>
  ({ machine_id, values }) as CompareReply['series'][number];

describe('the history of sparklines', () => {
  it('is asked for in few requests, each of one metric and of no more machines than the server compares', async () => {
    const { asked, spark } = history((ids) => ids.map((id) => answered(id, [1, 2])));
    const machines = Array.from({ length: 30 }, (_, i) => `m${i}`);
    await Promise.all([...machines.map((id) => spark.load(id, 'flow', NOW)), spark.load('m1', 'speed', NOW)]);
    expect(asked.map(({ ids }) => ids.length).sort((a, b) => b - a)).toEqual([
      MAX_COMPARED_MACHINES,
      MAX_COMPARED_MACHINES,
      30 - 2 * MAX_COMPARED_MACHINES,
      1,
    ]);
    expect(new Set(asked.map(({ metric }) => metric)).size).toBe(2);
    expect(asked[0]?.fromMs).toBe(NOW - SPARK_SPAN_MS);
  });

  it('gives each machine its own points, and none where it has no value', async () => {
    const { spark } = history(() => [answered('a', [0, null]), answered('b', [null, 7])]);
    const [a, b] = await Promise.all([spark.load('a', 'flow', NOW), spark.load('b', 'flow', NOW)]);
    expect(a).toEqual([{ timeMs: NOW - 120_000, value: 0 }]);
    expect(b).toEqual([{ timeMs: NOW - 60_000, value: 7 }]);
  });

  it('fails for all that were asked together, and asks anew the next time', async () => {
    let fails = true;
    const { spark } = history((ids) => {
      if (fails) throw new Error('no');
      return ids.map((id) => answered(id, [1, 2]));
    });
    await expect(spark.load('a', 'flow', NOW)).rejects.toThrow('no');
    fails = false;
    expect(await spark.load('a', 'flow', NOW)).toHaveLength(2);
  });
});
