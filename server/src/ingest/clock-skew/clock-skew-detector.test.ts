import { describe, expect, it } from 'vitest';
import { ClockSkewDetector } from './clock-skew-detector.ts';

const HOUR_MS = 3_600_000;

function judge(aheadMs: readonly number[], onTime: number) {
  const detector = new ClockSkewDetector();
  aheadMs.forEach((ms, i) => void detector.noteAhead(`ahead ${i}`, ms));
  for (let i = 0; i < onTime; i++) detector.noteOnTime(`on time ${i}`);
  return detector.judge();
}

describe('the clock is judged', () => {
  it('behind where most devices agree on how far', () => {
    expect(judge([HOUR_MS, HOUR_MS + 1000, HOUR_MS - 1000], 2)).toEqual({ kind: 'behind', byMs: HOUR_MS });
    expect(judge([...Array(9).fill(72 * HOUR_MS), HOUR_MS], 0)).toEqual({ kind: 'behind', byMs: 72 * HOUR_MS });
  });

  it('fine where most devices are on time, where few are ahead, and where the differences disagree', () => {
    expect(judge([HOUR_MS, HOUR_MS, HOUR_MS], 3)).toEqual({ kind: 'fine' });
    expect(judge([HOUR_MS, HOUR_MS], 1)).toEqual({ kind: 'fine' });
    expect(
      judge(
        [1, 2, 3, 4, 5].map((hours) => hours * HOUR_MS),
        0,
      ),
    ).toEqual({ kind: 'fine' });
  });

  it('neither where only one or two devices send', () => {
    expect(judge([HOUR_MS, HOUR_MS], 0)).toEqual({ kind: 'few' });
  });

  it('neither where no device sends; earlier readings do not count again', () => {
    expect(judge([], 0)).toEqual({ kind: 'none' });
    const detector = new ClockSkewDetector();
    for (const device of ['a', 'b', 'c']) detector.noteAhead(device, HOUR_MS);
    expect(detector.hasAhead).toBe(true);
    expect(detector.judge()).toMatchObject({ kind: 'behind' });
    expect([detector.hasAhead, detector.judge()]).toEqual([false, { kind: 'none' }]);
  });

  it('behind where devices send both: a device that is ahead does not count as on time', () => {
    const detector = new ClockSkewDetector();
    for (const device of ['a', 'b', 'c']) {
      detector.noteOnTime(device);
      detector.noteAhead(device, HOUR_MS);
    }
    expect(detector.judge()).toMatchObject({ kind: 'behind' });
  });
});
