import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder, GOOD, type ReadingBatch } from '../../readings/reading-batch.ts';
import { CHUNK_READINGS, CHUNK_VALUES, SendQueue } from './send-queue.ts';

function batch(length: number, from: number, machines = 7, values: number = METRICS.length): ReadingBatch {
  const builder = new BatchBuilder(Math.max(1, length));
  for (let i = from; i < from + length; i++) {
    for (let metric = 0; metric < values; metric++) builder.addValue(metric, i, GOOD);
    builder.endReading(`machine-${i % machines}`, i);
  }
  return builder.finish();
}

function drain(queue: SendQueue): number[] {
  const times: number[] = [];
  while (!queue.empty) {
    const before = times.length;
    let values = 0;
    queue.takeChunk((readings, row) => {
      times.push(readings.timestampsMs[row] as number);
      values += (readings.starts[row + 1] as number) - (readings.starts[row] as number);
    });
    const readings = times.length - before;
    expect(readings).toBeLessThanOrEqual(CHUNK_READINGS);
    if (readings > 1) expect(values).toBeLessThanOrEqual(CHUNK_VALUES);
  }
  return times;
}

describe('the send queue', () => {
  it('returns every reading once, in order, in chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * CHUNK_READINGS), { maxLength: 10 }), (lengths) => {
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
    const builder = new BatchBuilder(200_001);
    for (let i = 0; i < 200_001; i++) {
      builder.addValue(i % METRICS.length, i, GOOD);
      builder.endReading('machine', i);
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

  it('cuts readings with 250 values into smaller chunks, and is bounded by its values', () => {
    const queue = new SendQueue();
    expect(queue.add(batch(100, 0, 7, 250))).toBe(false);
    expect(drain(queue)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(queue.add(batch(4, 0, 7, CHUNK_VALUES + 1))).toBe(false);
    expect(drain(queue)).toEqual([0, 1, 2, 3]);
    expect(queue.add(batch(8001, 0, 7, 250))).toBe(true);
    expect(drain(queue)).toHaveLength(7);
  });

  it('is empty after it was cleared', () => {
    const queue = new SendQueue();
    queue.add(batch(10, 0));
    queue.clear();
    expect(drain(queue)).toEqual([]);
  });
});
