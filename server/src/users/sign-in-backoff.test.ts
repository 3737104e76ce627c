import { describe, expect, it } from 'vitest';
import { SignInBackoff } from './sign-in-backoff.ts';

const clock = { ms: 0 };

function backoff(): SignInBackoff {
  clock.ms = 1_000_000;
  return new SignInBackoff({ nowMs: () => clock.ms });
}
const fail = (of: SignInBackoff, times: number, account: string, address: string) => {
  for (let i = 0; i < times; i++) of.recordFailure(account, address);
};

describe('SignInBackoff', () => {
  it('allows a few failures without a delay', () => {
    const of = backoff();
    fail(of, 4, 'ann', '10.0.0.1');
    expect(of.waitMs('ann', '10.0.0.1')).toBe(0);
  });

  it('doubles the delay with each failure up to a minute, and never locks an account for good', () => {
    const of = backoff();
    const waits = Array.from({ length: 15 }, () => {
      of.recordFailure('ann', '10.0.0.1');
      return of.waitMs('ann', '10.0.0.2');
    });
    expect(waits.slice(3, 8)).toEqual([0, 1000, 2000, 4000, 8000]);
    expect(Math.max(...waits)).toBe(60_000);
    clock.ms += 60_000;
    expect(of.waitMs('ann', '10.0.0.1')).toBe(0);
  });

  it('delays an address that tries many accounts', () => {
    const of = backoff();
    for (let i = 0; i < 21; i++) of.recordFailure(`user${i}`, '10.0.0.1');
    expect(of.waitMs('somebody', '10.0.0.1')).toBeGreaterThan(0);
    expect(of.waitMs('somebody', '10.0.0.2')).toBe(0);
  });

  it('clears the failures of the account, not those of the address, after a right password', () => {
    const of = backoff();
    fail(of, 25, 'ann', '10.0.0.1');
    of.recordSuccess('ann');
    expect(of.waitMs('ann', '10.0.0.2')).toBe(0);
    expect(of.waitMs('ann', '10.0.0.1')).toBeGreaterThan(0);
  });

  it('compares accounts without regard to case, and drops failures after a while', () => {
    const of = backoff();
    fail(of, 8, 'Ann', '10.0.0.1');
    expect(of.waitMs('aNN', '10.0.0.9')).toBeGreaterThan(0);
    clock.ms += 15 * 60_000;
    of.recordFailure('ann', '10.0.0.1');
    expect(of.waitMs('ann', '10.0.0.1')).toBe(0);
  });

  it('keeps a bounded number of entries', () => {
    const of = backoff();
    fail(of, 8, 'first', '10.0.0.1');
    for (let i = 0; i < 10_000; i++) of.recordFailure(`user${i}`, `address${i}`);
    expect(of.waitMs('first', '10.0.0.1')).toBe(0);
  });
});
