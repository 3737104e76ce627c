import { describe, expect, it } from 'vitest';
import { ClockSkewDetector } from './clock-skew-detector.ts';

const HOUR_MS = 3_600_000;

function judge(aheadMs: readonly number[], withTimeout: number) {
  const doubt = new ClockSkewDetector();
  aheadMs.forEach((ms, i) => void doubt.ahead(`ahead ${i}`, ms));
  for (let i = 0; i < withTimeout; i++) doubt.withTimeout(`in time ${i}`);
  return doubt.judge();
}

describe('the clock is taken for', () => {
  it('behind where most devices agree on how far', () => {
    expect(judge([HOUR_MS, HOUR_MS + 1000, HOUR_MS - 1000], 2)).toEqual({ kind: 'behind', byMs: HOUR_MS });
    expect(judge([...Array(9).fill(72 * HOUR_MS), HOUR_MS], 0)).toEqual({ kind: 'behind', byMs: 72 * HOUR_MS });
  });

  it('fine where most are in time, where few are ahead, and where each says something else', () => {
    expect(judge([HOUR_MS, HOUR_MS, HOUR_MS], 3)).toEqual({ kind: 'fine' });
    expect(judge([HOUR_MS, HOUR_MS], 1)).toEqual({ kind: 'fine' });
    expect(
      judge(
        [1, 2, 3, 4, 5].map((hours) => hours * HOUR_MS),
        0,
      ),
    ).toEqual({ kind: 'fine' });
  });

  it('neither where one or two are heard and nobody else', () => {
    expect(judge([HOUR_MS, HOUR_MS], 0)).toEqual({ kind: 'few' });
  });

  it('neither where nobody is heard, and what was judged counts no more', () => {
    expect(judge([], 0)).toEqual({ kind: 'none' });
    const doubt = new ClockSkewDetector();
    for (const device of ['a', 'b', 'c']) doubt.ahead(device, HOUR_MS);
    expect(doubt.hasAhead).toBe(true);
    expect(doubt.judge()).toMatchObject({ kind: 'behind' });
    expect([doubt.hasAhead, doubt.judge()]).toEqual([false, { kind: 'none' }]);
  });

  it('behind by whom is heard on both sides only once: who is ahead is not in time as well', () => {
    const doubt = new ClockSkewDetector();
    for (const device of ['a', 'b', 'c']) {
      doubt.withTimeout(device);
      doubt.ahead(device, HOUR_MS);
    }
    expect(doubt.judge()).toMatchObject({ kind: 'behind' });
  });
});
