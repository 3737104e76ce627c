import { type CompareReply, METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignLines, figuresOf, findGaps, type HistoryPoints, pointAt, readComparison } from './history-lines.ts';

const T0 = Date.UTC(2026, 10, 22);
const MINUTE = 60_000;
const metric = METRICS[0];

function pointsOf(timesMs: number[], values: number[] = timesMs.map((_, i) => i), counts = timesMs.map(() => 60)) {
  const points: HistoryPoints = { timesMs, xs: timesMs, mean: values, min: values, max: values, count: counts };
  return points;
}
const minutes = (...at: number[]) => at.map((minute) => T0 + minute * MINUTE);

function reply(change: Partial<CompareReply>): CompareReply {
  const query = { start_time: new Date(T0 + 20_000).toISOString(), end_time: new Date(T0 + 150_000).toISOString() };
  return {
    status: 'success',
    metric: metric.name,
    unit: metric.unit,
    query: { ...query, interval: '1m' },
    timestamps: minutes(0, 1, 2).map((time) => new Date(time).toISOString()),
    series: [],
    ...change,
  } as CompareReply;
}

describe('a comparison', () => {
  it('keeps zero, leaves out what is missing, and draws a bucket in the middle of what of it lies in the range', () => {
    const { machines } = readComparison(
      reply({
        series: [
          {
            machine_id: 'a',
            name: 'A',
            location: '',
            sensor_type: '',
            values: [0, null, 3],
            min: [-1, null, 2],
            max: [1, null, 4],
            count: [5, 0, 7],
          },
        ],
      }),
    );
    expect(machines[0]?.points).toEqual({
      timesMs: minutes(0, 2),
      xs: [T0 + 40_000, T0 + 135_000],
      mean: [0, 3],
      min: [-1, 2],
      max: [1, 4],
      count: [5, 7],
    });
  });
});

describe('gaps', () => {
  const range = { fromMs: T0, toMs: T0 + 10 * MINUTE };

  it('are one empty bucket where buckets are full, and reach from the end of one to the start of the next', () => {
    expect(findGaps(pointsOf(minutes(0, 1, 2, 4, 5, 6, 7, 8, 9)), '1m', range)).toEqual([minutes(3, 4)]);
  });

  it('are not seen where readings come about once a bucket', () => {
    const times = minutes(0, 1, 2, 4, 5, 6, 7, 8, 9);
    expect(
      findGaps(
        pointsOf(
          times,
          times,
          times.map(() => 1),
        ),
        '1m',
        range,
      ),
    ).toEqual([]);
  });

  it('are not seen in a slower rate, nor where it changes', () => {
    const slow = minutes(0, 3, 6, 9);
    expect(
      findGaps(
        pointsOf(
          slow,
          slow,
          slow.map(() => 1),
        ),
        '1m',
        range,
      ),
    ).toEqual([]);
    const changing = [...Array(20).keys()].map((s) => T0 + s * 1000).concat(minutes(1, 2, 3, 4, 5, 6, 7, 8, 9));
    expect(findGaps(pointsOf(changing), 'raw', range)).toEqual([]);
  });

  it('are seen at the edges, and are everything where there is nothing', () => {
    expect(findGaps(pointsOf(minutes(4, 5, 6)), '1m', range)).toEqual([minutes(0, 4), minutes(7, 10)]);
    expect(findGaps(pointsOf([]), '1m', range)).toEqual([[range.fromMs, range.toMs]]);
  });
});

describe('lines of several machines', () => {
  it('are joined over the times of the others, and broken in their own gaps', () => {
    const a = { id: 'a', name: 'A', points: pointsOf([0, 10, 20, 60, 70]) };
    const b = { id: 'b', name: 'B', points: pointsOf([5, 15]) };
    const lines = alignLines([a, b], [[[20, 60]], []], 0);
    expect(lines.xs).toEqual([0, 5, 10, 15, 20, 40, 60, 70]);
    expect(lines.means).toEqual([
      [0, undefined, 1, undefined, 2, null, 3, 4],
      [undefined, 0, undefined, 1, undefined, undefined, undefined, undefined],
    ]);
    expect(lines.envelope[0]).toEqual(lines.means[0]);
  });

  it('show every point of every machine once, in order', () => {
    const times = fc
      .uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 })
      .map((all) => all.sort((x, y) => x - y));
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 4 }), (all) => {
        const machines = all.map((list, i) => ({ id: `${i}`, name: '', points: pointsOf(list) }));
        const gaps = machines.map(({ points }) => findGaps(points, 'raw', { fromMs: 0, toMs: 500 }));
        const { xs, means } = alignLines(machines, gaps, 0);
        expect(xs.every((x, i) => i === 0 || x > (xs[i - 1] as number))).toBe(true);
        means.forEach((column, m) => {
          expect(column.filter((value) => value != null)).toEqual(machines[m]?.points.mean);
        });
      }),
    );
  });
});

describe('the figures of a view', () => {
  it('weigh every reading the same, whatever bucket it is in', () => {
    const points = pointsOf(minutes(0, 1, 2), [10, 20, 1000], [1, 3, 5]);
    points.min = [8, 12, 0];
    points.max = [11, 31, 0];
    expect(figuresOf(points, { fromMs: T0, toMs: T0 + MINUTE })).toEqual({ min: 8, mean: 17.5, max: 31, count: 4 });
    expect(figuresOf(points, { fromMs: 0, toMs: 1 })).toEqual({ min: NaN, mean: NaN, max: NaN, count: 0 });
  });

  it('are those of the single readings', () => {
    const buckets = fc.array(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 9 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(buckets, (all) => {
        const points: HistoryPoints = {
          timesMs: all.map((_, i) => i),
          xs: all.map((_, i) => i),
          mean: all.map((bucket) => bucket.reduce((a, b) => a + b) / bucket.length),
          min: all.map((bucket) => Math.min(...bucket)),
          max: all.map((bucket) => Math.max(...bucket)),
          count: all.map((bucket) => bucket.length),
        };
        const single = all.flat();
        const { mean, min, max, count } = figuresOf(points, { fromMs: 0, toMs: all.length });
        expect(mean).toBeCloseTo(single.reduce((a, b) => a + b) / single.length, 9);
        expect([min, max, count]).toEqual([Math.min(...single), Math.max(...single), single.length]);
      }),
    );
  });
});

describe('the point at a moment', () => {
  it('is the bucket around it, and none in a gap', () => {
    const points = pointsOf(minutes(0, 1, 2, 8, 9));
    expect([0.4, 0.6, 2.4, 5, 7.6].map((at) => pointAt(points, '1m', T0 + at * MINUTE))).toEqual([0, 1, 2, -1, 3]);
  });
});
