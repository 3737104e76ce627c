import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../log.ts';
import { Maintenance } from './background-jobs.ts';
import type { RetentionDays } from './reading-store.ts';

const RETENTION: RetentionDays = { raw: 1, '1m': 2, '1h': 3, '1d': 4 };

type Maintain = (nowMs: number, retention: RetentionDays | null, signal: AbortSignal) => Promise<void>;

/** The clock is trusted while it says 42. */
const state = { nowMs: 42 };
const guard = { trustedNowMs: () => (state.nowMs === 42 ? 42 : null) };

function maintenanceOf(maintain: Maintain, everyMs: number, ...others: Maintain[]) {
  return new Maintenance({
    stores: [{ maintain }, ...others.map((other) => ({ maintain: other }))],
    clock: { nowMs: () => state.nowMs },
    guard,
    log: silentLogger,
    retention: () => RETENTION,
    everyMs,
  });
}

describe('maintenance', () => {
  it('begins at once, then runs again and again, with the time and the retention of the moment', async () => {
    const calls: unknown[] = [];
    let thrice: () => void = () => undefined;
    const ran = new Promise<void>((resolve) => {
      thrice = resolve;
    });
    const maintenance = maintenanceOf(async (...call) => {
      calls.push(call);
      if (calls.length === 3) thrice();
    }, 1);
    maintenance.start();
    maintenance.start();
    await ran;
    await maintenance.stop();
    expect(calls.slice(0, 3)).toEqual([
      [42, RETENTION, expect.any(AbortSignal)],
      [42, RETENTION, expect.any(AbortSignal)],
      [42, RETENTION, expect.any(AbortSignal)],
    ]);
  });

  it('names no retention while the clock is in doubt, also where that happens between two stores', async () => {
    const calls: unknown[] = [];
    const first: Maintain = async (...call) => {
      calls.push(call);
      state.nowMs = 99;
    };
    onTestFinished(() => {
      state.nowMs = 42;
    });
    await maintenanceOf(first, 60_000, async (...call) => void calls.push(call)).run();
    expect(calls).toEqual([
      [42, RETENTION, expect.any(AbortSignal)],
      [99, null, expect.any(AbortSignal)],
    ]);
  });

  it('never runs twice at the same time', async () => {
    let running = 0;
    let most = 0;
    let finish: () => void = () => undefined;
    const maintenance = maintenanceOf(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      running--;
    }, 60_000);
    const both = [maintenance.run(), maintenance.run()];
    finish();
    await Promise.all(both);
    expect(most).toBe(1);
  });

  it('survives a run that fails, and so does the store after it', async () => {
    const runs: string[] = [];
    const failing = async () => {
      runs.push('failing');
      throw new Error('disk full');
    };
    const maintenance = maintenanceOf(failing, 60_000, async () => void runs.push('next'));
    await maintenance.run();
    await maintenance.run();
    expect(runs).toEqual(['failing', 'next', 'failing', 'next']);
  });

  it('interrupts the run under way when it is stopped, begins no other store, and may be started again', async () => {
    const runs: string[] = [];
    const untilInterrupted: Maintain = (_nowMs, _retention, signal) =>
      new Promise((resolve) => {
        runs.push('first');
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
      });
    const maintenance = maintenanceOf(untilInterrupted, 60_000, async () => void runs.push('next'));
    maintenance.start();
    await maintenance.stop();
    expect(runs).toEqual(['first']);
    maintenance.start();
    await maintenance.stop();
    expect(runs).toEqual(['first', 'first']);
  });

  it('waits for the run under way when it is stopped, and stops twice', async () => {
    let isDone = false;
    const maintenance = maintenanceOf(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      isDone = true;
    }, 60_000);
    maintenance.start();
    await maintenance.stop();
    expect(isDone).toBe(true);
    await maintenance.stop();
  });
});
