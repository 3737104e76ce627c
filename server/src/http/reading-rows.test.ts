import { isoTime } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawRows } from './reading-rows.ts';

describe('the rows of a reply', () => {
  it('have the time of each reading, in whatever order they come', () => {
    const time = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') });
    const near = fc.integer({ min: 0, max: 200_000 }).map((ms) => Date.UTC(2026, 0, 15, 10, 30) + ms);
    fc.assert(
      fc.property(fc.array(fc.oneof(time, near), { minLength: 1, maxLength: 50 }), (times) => {
        const timestampsMs = Float64Array.from(times);
        const rows = rawRows({ length: times.length, timestampsMs, columns: [] }, []);
        expect(times.map((_, i) => JSON.parse(rows.rowJson(i)))).toEqual(
          times.map((timestampMs) => ({ timestamp: isoTime(timestampMs) })),
        );
      }),
    );
  });
});
