import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttle } from './throttle.ts';

describe('calls at intervals', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('run at once after a quiet time, then once per interval, the last one always', () => {
    const ran: number[] = [];
    const call = throttle(100);
    for (let i = 0; i < 250; i++) {
      call(() => ran.push(i));
      vi.advanceTimersByTime(1);
    }
    expect(ran).toEqual([0, 99, 199]);
    vi.advanceTimersByTime(1000);
    expect(ran.at(-1)).toBe(249);
    call(() => ran.push(1000));
    expect(ran.at(-1)).toBe(1000);
  });
});
