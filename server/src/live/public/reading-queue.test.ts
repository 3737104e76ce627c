import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnsBuilder, type ReadingColumns } from '../../readings/reading-columns.ts';
import { CHUNK_ROWS, ReadingQueue } from './reading-queue.ts';

function batch(length: number, from: number, machines = 7): ReadingColumns {
  const builder = new ColumnsBuilder(Math.max(1, length));
  for (let i = from; i < from + length; i++) {
    builder.add(
      `machine-${i % machines}`,
      i,
      METRICS.map(() => i),
    );
  }
  return builder.finish();
}

function drain(queue: ReadingQueue): number[] {
  const times: number[] = [];
  while (!queue.empty) {
    const before = times.length;
    queue.take((readings, row) => times.push(readings.timestampsMs[row] as number));
    expect(times.length - before).toBeLessThanOrEqual(CHUNK_ROWS);
  }
  return times;
}

describe('the reading queue', () => {
  it('gives back every row once, in order, in chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * CHUNK_ROWS), { maxLength: 10 }), (lengths) => {
        const queue = new ReadingQueue();
        let total = 0;
        for (const length of lengths) {
          expect(queue.add(batch(length, total))).toBe(false);
          total += length;
        }
        expect(drain(queue)).toEqual(Array.from({ length: total }, (_, i) => i));
      }),
    );
  });

  it('keeps past its bound the newest value of each metric, though each came in a reading of its own', () => {
    const queue = new ReadingQueue();
    const builder = new ColumnsBuilder(200_001);
    for (let i = 0; i < 200_001; i++) {
      builder.add(
        'machine',
        i,
        METRICS.map((_, m) => (i % METRICS.length === m ? i : Number.NaN)),
      );
    }
    expect(queue.add(builder.finish())).toBe(true);
    expect(drain(queue)).toEqual([199_998, 199_999, 200_000]);
  });

  it('keeps the newest reading per machine past its bound, and says so', () => {
    const queue = new ReadingQueue();
    expect(queue.add(batch(100_000, 100_000))).toBe(false);
    queue.take(() => {});
    expect(queue.add(batch(100_000, 0))).toBe(false);
    expect(queue.add(batch(501, 200_000))).toBe(true);
    const times = drain(queue).sort((a, b) => a - b);
    expect(times).toEqual([200_494, 200_495, 200_496, 200_497, 200_498, 200_499, 200_500]);
  });

  it('is empty after it was cleared', () => {
    const queue = new ReadingQueue();
    queue.add(batch(10, 0));
    queue.clear();
    expect(drain(queue)).toEqual([]);
  });
});
