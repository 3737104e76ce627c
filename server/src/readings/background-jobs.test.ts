import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../log.ts';
import { BackgroundJobs } from './background-jobs.ts';
import type { RetentionDays } from './reading-store.ts';

const RETENTION: RetentionDays = { raw: 1, '1m': 2, '1h': 3, '1d': 4 };

type Job = (nowMs: number, retention: RetentionDays | null, signal: AbortSignal) => Promise<void>;

/** The clock is trusted while it says 42. */
const state = { nowMs: 42 };
const guard = { trustedNowMs: () => (state.nowMs === 42 ? 42 : null) };

function jobsOf(first: Job, everyMs: number, ...others: Job[]) {
  return new BackgroundJobs({
    jobs: [first, ...others],
    clock: { nowMs: () => state.nowMs },
    guard,
    log: silentLogger,
    retention: () => RETENTION,
    everyMs,
  });
}

describe('background jobs', () => {
  it('run at once and then periodically, with the current time and retention', async () => {
    const calls: unknown[] = [];
    let thrice: () => void = () => undefined;
    const ran = new Promise<void>((resolve) => {
      thrice = resolve;
    });
    const jobs = jobsOf(async (...call) => {
      calls.push(call);
      if (calls.length === 3) thrice();
    }, 1);
    jobs.start();
    jobs.start();
    await ran;
    await jobs.stop();
    expect(calls.slice(0, 3)).toEqual([
      [42, RETENTION, expect.any(AbortSignal)],
      [42, RETENTION, expect.any(AbortSignal)],
      [42, RETENTION, expect.any(AbortSignal)],
    ]);
  });

  it('get no retention while the clock is in doubt, also if that begins between two jobs', async () => {
    const calls: unknown[] = [];
    const first: Job = async (...call) => {
      calls.push(call);
      state.nowMs = 99;
    };
    onTestFinished(() => {
      state.nowMs = 42;
    });
    await jobsOf(first, 60_000, async (...call) => void calls.push(call)).run();
    expect(calls).toEqual([
      [42, RETENTION, expect.any(AbortSignal)],
      [99, null, expect.any(AbortSignal)],
    ]);
  });

  it('never run twice at the same time', async () => {
    let running = 0;
    let most = 0;
    let finish: () => void = () => undefined;
    const jobs = jobsOf(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      running--;
    }, 60_000);
    const both = [jobs.run(), jobs.run()];
    finish();
    await Promise.all(both);
    expect(most).toBe(1);
  });

  it('continue with the next job, and at the next run, after a job failed', async () => {
    const runs: string[] = [];
    const failing = async () => {
      runs.push('failing');
      throw new Error('disk full');
    };
    const jobs = jobsOf(failing, 60_000, async () => void runs.push('next'));
    await jobs.run();
    await jobs.run();
    expect(runs).toEqual(['failing', 'next', 'failing', 'next']);
  });

  it('are interrupted by a stop, which begins no further job, and can be started again', async () => {
    const runs: string[] = [];
    const untilInterrupted: Job = (_nowMs, _retention, signal) =>
      new Promise((resolve) => {
        runs.push('first');
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
      });
    const jobs = jobsOf(untilInterrupted, 60_000, async () => void runs.push('next'));
    jobs.start();
    await jobs.stop();
    expect(runs).toEqual(['first']);
    jobs.start();
    await jobs.stop();
    expect(runs).toEqual(['first', 'first']);
  });

  it('are waited for by a stop, which is safe twice', async () => {
    let isDone = false;
    const jobs = jobsOf(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      isDone = true;
    }, 60_000);
    jobs.start();
    await jobs.stop();
    expect(isDone).toBe(true);
    await jobs.stop();
  });
});
