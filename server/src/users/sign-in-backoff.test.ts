import { describe, expect, it } from 'vitest';
import { SignInBackoff, type SignInSource } from './sign-in-backoff.ts';

const clock = { ms: 0 };

function backoff(): SignInBackoff {
  clock.ms = 1_000_000;
  return new SignInBackoff({ nowMs: () => clock.ms });
}
const stranger = (address: string): SignInSource => ({ kind: 'stranger', address });
const known = (address: string): SignInSource => ({ kind: 'address', address });
const device = (name: string): SignInSource => ({ kind: 'device', device: name });
const fail = (of: SignInBackoff, times: number, account: string, source: SignInSource) => {
  for (let i = 0; i < times; i++) of.recordFailure(account, source);
};

describe('SignInBackoff', () => {
  it('allows a few failures without a delay', () => {
    const of = backoff();
    fail(of, 4, 'ann', stranger('10.0.0.1'));
    expect(of.waitMs('ann', stranger('10.0.0.1'))).toBe(0);
  });

  it('doubles the delay with each failure up to a minute, and never locks anybody out for good', () => {
    const of = backoff();
    const waits = Array.from({ length: 15 }, () => {
      of.recordFailure('ann', stranger('10.0.0.1'));
      return of.waitMs('ann', stranger('10.0.0.1'));
    });
    expect(waits.slice(3, 8)).toEqual([0, 1000, 2000, 4000, 8000]);
    expect(Math.max(...waits)).toBe(60_000);
    clock.ms += 60_000;
    expect(of.waitMs('ann', stranger('10.0.0.1'))).toBe(0);
  });

  it('lets one stranger keep nobody out, whether or not the account is known there', () => {
    const of = backoff();
    for (let minute = 0; minute < 10; minute++) {
      fail(of, 4, 'ann', stranger('10.0.0.66'));
      clock.ms += 60_000;
      for (const source of [stranger('10.0.0.2'), known('10.0.0.2'), device('laptop')]) {
        expect(of.waitMs('ann', source)).toBe(0);
      }
    }
  });

  it('delays strangers while an account is guessed from many addresses, and not its own devices and addresses', () => {
    const of = backoff();
    for (let i = 0; i < 60; i++) of.recordFailure('ann', stranger(`10.0.1.${i}`));
    expect(of.waitMs('ann', stranger('10.0.0.2'))).toBeGreaterThan(0);
    expect(of.waitMs('ann', known('10.0.0.2'))).toBe(0);
    expect(of.waitMs('ann', device('laptop'))).toBe(0);
    expect(of.waitMs('bob', stranger('10.0.0.2'))).toBe(0);
  });

  it('delays an address that tries many accounts, and not the devices behind it', () => {
    const of = backoff();
    for (let i = 0; i < 21; i++) of.recordFailure(`user${i}`, stranger('10.0.0.1'));
    expect(of.waitMs('somebody', stranger('10.0.0.1'))).toBeGreaterThan(0);
    expect(of.waitMs('somebody', known('10.0.0.1'))).toBeGreaterThan(0);
    expect(of.waitMs('somebody', stranger('10.0.0.2'))).toBe(0);
    expect(of.waitMs('somebody', device('laptop'))).toBe(0);
  });

  it('delays a device from which passwords are guessed', () => {
    const of = backoff();
    fail(of, 6, 'ann', device('laptop'));
    expect(of.waitMs('ann', device('laptop'))).toBeGreaterThan(0);
    expect(of.waitMs('ann', device('phone'))).toBe(0);
  });

  it('clears the failures of the account, not those of the address, after a right password', () => {
    const of = backoff();
    fail(of, 25, 'ann', stranger('10.0.0.1'));
    of.recordSuccess('ann', stranger('10.0.0.1'));
    expect(of.waitMs('ann', stranger('10.0.0.2'))).toBe(0);
    expect(of.waitMs('ann', stranger('10.0.0.1'))).toBeGreaterThan(0);
  });

  it('compares accounts without regard to case, and drops failures after a while', () => {
    const of = backoff();
    fail(of, 8, 'Ann', stranger('10.0.0.1'));
    expect(of.waitMs('aNN', stranger('10.0.0.1'))).toBeGreaterThan(0);
    clock.ms += 15 * 60_000;
    of.recordFailure('ann', stranger('10.0.0.1'));
    expect(of.waitMs('ann', stranger('10.0.0.1'))).toBe(0);
  });

  it('counts what other nodes have seen', () => {
    const here = backoff();
    const there = new SignInBackoff({ nowMs: () => clock.ms }, (attempt) => here.recordRemote(attempt));
    fail(there, 6, 'ann', known('10.0.0.1'));
    expect(here.waitMs('ann', known('10.0.0.1'))).toBeGreaterThan(0);
    there.recordSuccess('ann', known('10.0.0.1'));
    expect(here.waitMs('ann', known('10.0.0.1'))).toBe(0);
  });

  it('keeps a bounded number of entries', () => {
    const of = backoff();
    fail(of, 8, 'first', stranger('10.0.0.1'));
    for (let i = 0; i < 10_000; i++) of.recordFailure(`user${i}`, stranger(`address${i}`));
    expect(of.waitMs('first', stranger('10.0.0.1'))).toBe(0);
  });
});
