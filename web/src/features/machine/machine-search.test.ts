import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentOfEnd, readMachineViewSearch, WINDOWS_MIN, windowEnd, windowOf } from './machine-search.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 15, 10, 30);

describe('the view of a machine in the address', () => {
  it('leaves out the default and what it does not know', () => {
    expect(readMachineViewSearch({ window: '15', at: 'yesterday', table: 'yes' })).toEqual({});
    expect(readMachineViewSearch({ window: '7' })).toEqual({});
    expect(windowOf(readMachineViewSearch({ window: '60' }))).toBe('60');
  });

  it('keeps a moment in UTC, whichever zone it was shared from', () => {
    expect(readMachineViewSearch({ at: '2026-01-15T17:30:00+07:00', table: '1' })).toEqual({
      at: '2026-01-15T10:30:00.000Z',
      table: '1',
    });
  });
});

describe('the window around a moment', () => {
  it('has the moment at two thirds from the left', () => {
    expect(windowEnd(NOW - 60 * MINUTE, 15 * MINUTE, NOW)).toBe(NOW - 55 * MINUTE);
  });

  it('shows no time that has not come yet', () => {
    expect(windowEnd(NOW - MINUTE, 15 * MINUTE, NOW)).toBe(NOW);
    expect(windowEnd(NOW + 99 * MINUTE, 15 * MINUTE, NOW)).toBe(NOW);
    expect(windowEnd(null, 15 * MINUTE, NOW)).toBe(NOW);
  });

  it('does not move when one pauses', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: NOW }), fc.constantFrom(...WINDOWS_MIN), (endMs, minutes) => {
        const windowMs = Number(minutes) * MINUTE;
        expect(windowEnd(momentOfEnd(endMs, windowMs), windowMs, NOW)).toBe(endMs);
      }),
    );
  });
});
