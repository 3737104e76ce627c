import { ALERT_STATES, TOLD_STATES } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { untold } from './untold.ts';

const told = (state: (typeof TOLD_STATES)[number]) => ({ state, people: 0, last_at: null, next_at: null });
const alert = (state: (typeof ALERT_STATES)[number], second: number, of = told('nobody')) => ({
  state,
  told: of,
  raised_at: `2026-01-01T00:00:0${second}.000Z`,
});

describe('alerts of which nobody could be told', () => {
  it('are shown until somebody acknowledges, the newest first', () => {
    const all = ALERT_STATES.map((state, second) => alert(state, second));
    expect(untold(all).map(({ state }) => state)).toEqual(['cleared_unacked', 'active_unacked']);
  });

  it('are none where somebody was told, is going to be, or never should be', () => {
    const others = TOLD_STATES.filter((state) => state !== 'nobody').map((state) =>
      alert('active_unacked', 1, told(state)),
    );
    expect(untold([...others, { ...alert('active_unacked', 2), told: null }])).toEqual([]);
  });
});
