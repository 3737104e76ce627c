import { describe, expect, it } from 'vitest';
import { ClientRateLimit } from './client-rate-limit.ts';

const sendEvents = (limit: ClientRateLimit, count: number) => Array.from({ length: count }, () => limit.check());

describe('the rate limit of a client', () => {
  it('allows a burst, then warns once and ignores, then disconnects', () => {
    const limit = new ClientRateLimit();
    expect(new Set(sendEvents(limit, 2000))).toEqual(new Set(['allow']));
    expect(sendEvents(limit, 3)).toEqual(['warn', 'ignore', 'ignore']);
    expect(sendEvents(limit, 10_000).at(-1)).toBe('disconnect');
  });

  it('refills by ten events a tick, and forgets refused events once it is full', () => {
    const limit = new ClientRateLimit();
    sendEvents(limit, 2001);
    limit.onTick();
    expect(sendEvents(limit, 11)).toEqual([...Array(10).fill('allow'), 'ignore']);
    for (let tick = 0; tick < 200; tick++) limit.onTick();
    expect(new Set(sendEvents(limit, 2000))).toEqual(new Set(['allow']));
    expect(limit.check()).toBe('warn');
  });
});
