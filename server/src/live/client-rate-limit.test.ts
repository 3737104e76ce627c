import { describe, expect, it } from 'vitest';
import { ClientRateLimit } from './client-rate-limit.ts';

const spend = (budget: ClientRateLimit, times: number) => Array.from({ length: times }, () => budget.spend());

describe('an event budget', () => {
  it('allows a burst, then warns once and ignores, then cuts off', () => {
    const budget = new ClientRateLimit();
    expect(new Set(spend(budget, 2000))).toEqual(new Set(['allow']));
    expect(spend(budget, 3)).toEqual(['warn', 'ignore', 'ignore']);
    expect(spend(budget, 10_000).at(-1)).toBe('disconnect');
  });

  it('comes back by ten a tick and is forgiving once it is whole', () => {
    const budget = new ClientRateLimit();
    spend(budget, 2001);
    budget.onTick();
    expect(spend(budget, 11)).toEqual([...Array(10).fill('allow'), 'ignore']);
    for (let tick = 0; tick < 200; tick++) budget.onTick();
    expect(new Set(spend(budget, 2000))).toEqual(new Set(['allow']));
    expect(budget.spend()).toBe('warn');
  });
});
