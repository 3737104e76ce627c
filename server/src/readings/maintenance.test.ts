import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { Maintenance } from './maintenance.ts';
import type { ReadingStore, RetentionDays } from './reading-store.ts';

const RETENTION: RetentionDays = { raw: 1, '1m': 2, '1h': 3, '1d': 4 };

function maintenanceOf(maintain: (nowMs: number, retention: RetentionDays) => Promise<void>, everyMs: number) {
  return new Maintenance({
    store: { maintain } as unknown as ReadingStore,
    clock: { nowMs: () => 42 },
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
      [42, RETENTION],
      [42, RETENTION],
      [42, RETENTION],
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

  it('survives a run that fails', async () => {
    let runs = 0;
    const maintenance = maintenanceOf(async () => {
      runs++;
      throw new Error('disk full');
    }, 60_000);
    await maintenance.run();
    await maintenance.run();
    expect(runs).toBe(2);
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
