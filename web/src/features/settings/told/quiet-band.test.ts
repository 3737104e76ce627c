import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutesOf, quietParts } from './quiet-band.ts';

const two = (value: number) => String(value).padStart(2, '0');
const clock = fc.tuple(fc.nat(23), fc.nat(59)).map(([hours, minutes]) => `${two(hours)}:${two(minutes)}`);

describe('quiet hours in the band of the day', () => {
  it('are as wide as they are long, within the day', () => {
    fc.assert(
      fc.property(clock, clock, (from, to) => {
        fc.pre(from !== to);
        const parts = quietParts(from, to);
        const minutes = (minutesOf(to) - minutesOf(from) + 1440) % 1440;
        expect(parts.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo((100 * minutes) / 1440);
        for (const { left, width } of parts) {
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + width).toBeLessThanOrEqual(100.000001);
        }
      }),
    );
  });

  it('are two parts past midnight, and none where a time is wrong', () => {
    expect(quietParts('22:00', '06:00')).toHaveLength(2);
    expect(quietParts('22:00', '00:00')).toHaveLength(1);
    expect(quietParts('25:00', '06:00')).toEqual([]);
    expect(quietParts('06:00', '06:00')).toEqual([]);
  });
});
