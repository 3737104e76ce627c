import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnsBuilder, type ReadingColumns } from '../../readings/reading-columns.ts';
import { CHUNK_ROWS, SendQueue } from './send-queue.ts';

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

function drain(queue: SendQueue): number[] {
  const times: number[] = [];
  while (!queue.empty) {
    const before = times.length;
    queue.takeChunk((readings, row) => times.push(readings.timestampsMs[row] as number));
    expect(times.length - before).toBeLessThanOrEqual(CHUNK_ROWS);
  }
  return times;
}

describe('the send queue', () => {
  it('returns every row once, in order, in chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * CHUNK_ROWS), { maxLength: 10 }), (lengths) => {
        const queue = new SendQueue();
        let total = 0;
        for (const length of lengths) {
          expect(queue.add(batch(length, total))).toBe(false);
          total += length;
        }
        expect(drain(queue)).toEqual(Array.from({ length: total }, (_, i) => i));
      }),
    );
  });

  it('past its bound is reduced to the newest value of each metric, also where these are in different readings', () => {
    const queue = new SendQueue();
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

  it('past its bound is reduced to the newest values of each machine, and reports it', () => {
    const queue = new SendQueue();
    expect(queue.add(batch(100_000, 100_000))).toBe(false);
    queue.takeChunk(() => {});
    expect(queue.add(batch(100_000, 0))).toBe(false);
    expect(queue.add(batch(501, 200_000))).toBe(true);
    const times = drain(queue).sort((a, b) => a - b);
    expect(times).toEqual([200_494, 200_495, 200_496, 200_497, 200_498, 200_499, 200_500]);
  });

  it('is empty after it was cleared', () => {
    const queue = new SendQueue();
    queue.add(batch(10, 0));
    queue.clear();
    expect(drain(queue)).toEqual([]);
  });
});
