// The clock guard with its SQL records: when it puts retention on hold, over restarts and on several nodes, and when it ends the hold.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockGuard, holdReason } from '../../src/clock-guard/clock-guard.ts';
import { SqlClockRecords } from '../../src/clock-guard/sql-clock-records.ts';
import type { Database } from '../../src/database/database.ts';
import { silentLogger } from '../../src/log.ts';
import type { OpenDatabase } from './open-sql.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const NOON_MS = Date.UTC(2026, 0, 15, 12);

/** One computer, with a clock that can be set and a monotonic clock. */
class Computer {
  offsetMs = 0;
  elapsedMs = 1234;
  readonly clock = { nowMs: () => NOON_MS + this.offsetMs + this.elapsedMs };
  readonly monotonic = { elapsedMs: () => this.elapsedMs };
}

async function startGuard(database: Database, computer: Computer, options: { node?: string; newestMs?: number } = {}) {
  const records = new SqlClockRecords(database, options.node ?? 'node-1');
  const { clock, monotonic } = computer;
  const guard = new ClockGuard({ clock, monotonic, records, log: silentLogger, everyMs: DAY_MS });
  await guard.start(options.newestMs ?? null);
  return guard;
}

/** Lets time pass, with a check every five minutes. */
async function pass(guard: ClockGuard, computer: Computer, ms: number, meanwhile: () => void = () => {}) {
  for (let left = ms; left > 0; left -= 5 * MINUTE_MS) {
    computer.elapsedMs += Math.min(left, 5 * MINUTE_MS);
    meanwhile();
    await guard.check();
  }
}

export function clockGuardSuite(open: OpenDatabase): void {
  /** A server that has received readings until now. */
  async function openPlant() {
    const database = await open();
    const computer = new Computer();
    const guard = await startGuard(database, computer);
    guard.noteArrival();
    await guard.check();
    const restart = async (stopped: ClockGuard) => {
      await stopped.stop();
      return startGuard(database, computer);
    };
    return { database, computer, guard, restart };
  }

  test('a new installation trusts its clock, and any time to which it is set before the first reading', async () => {
    const database = await open();
    const computer = new Computer();
    const guard = await startGuard(database, computer);
    computer.offsetMs = -YEAR_MS;
    expect(guard.trustedNowMs()).toBe(computer.clock.nowMs());
    guard.noteArrival();
    computer.offsetMs = 0;
    expect(guard.trustedNowMs()).toBeNull();
    await guard.stop();
  });

  describe('while it runs', () => {
    test.each([
      ['a year ahead', YEAR_MS, 'moved_ahead'],
      ['a little over an hour ahead', HOUR_MS + 1, 'moved_ahead'],
      ['a little over an hour back', -HOUR_MS - 1, 'moved_back'],
    ])('a clock that moves %s is not trusted, until it is where it was', async (_what, byMs, fault) => {
      const { computer, guard } = await openPlant();
      computer.offsetMs = byMs;
      expect(guard.trustedNowMs()).toBeNull();
      expect(guard.hold).toMatchObject({ fault, byMs: Math.abs(byMs), heldMs: 0 });
      computer.elapsedMs += 40_000;
      computer.offsetMs = 0;
      expect(guard.trustedNowMs()).toBe(computer.clock.nowMs());
      await guard.stop();
    });

    test('small steps of the clock are accepted until they add up to more than an hour', async () => {
      const database = await open();
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: -25 * MINUTE_MS, max: 25 * MINUTE_MS }), { maxLength: 20 }),
          async (steps) => {
            await database.db.updateTable('clock_guard').set({ newest_arrival: null }).execute();
            await database.db.deleteFrom('clock_holds').execute();
            const computer = new Computer();
            const guard = await startGuard(database, computer);
            guard.noteArrival();
            for (const step of steps) {
              computer.offsetMs += step;
              computer.elapsedMs += HOUR_MS;
              expect(guard.trustedNowMs() === null).toBe(Math.abs(computer.offsetMs) > HOUR_MS);
            }
            await guard.stop();
          },
        ),
        { numRuns: 10 },
      );
    });

    test.each([
      ['New York', Date.UTC(2026, 2, 8, 6)],
      ['New York, in autumn', Date.UTC(2026, 10, 1, 5)],
    ])('the hour that is skipped or repeated in %s is no jump', async (_where, atMs) => {
      const { computer, guard } = await openPlant();
      await guard.stop();
      computer.offsetMs = atMs - NOON_MS;
      const over = await startGuard(await open(), computer);
      over.noteArrival();
      for (let hours = 0; hours < 4; hours++) {
        expect(over.trustedNowMs()).toBe(computer.clock.nowMs());
        computer.elapsedMs += HOUR_MS;
      }
      await over.stop();
    });
  });

  describe('at a start', () => {
    test.each([
      ['seven days after the newest arrival', 7 * DAY_MS - MINUTE_MS, null],
      ['later', 7 * DAY_MS + MINUTE_MS, 'ahead_of_data'],
      ['four minutes before it', -4 * MINUTE_MS, null],
      ['ten minutes before it', -10 * MINUTE_MS, 'behind_data'],
    ])('%s', async (_when, byMs, fault) => {
      const { computer, guard, restart } = await openPlant();
      await guard.stop();
      computer.offsetMs = byMs;
      const again = await restart(guard);
      expect(again.hold?.fault ?? null).toBe(fault);
      await again.stop();
    });

    test('the next start does not compare with arrivals by a wrong clock', async () => {
      const { computer, guard, restart } = await openPlant();
      computer.offsetMs = YEAR_MS;
      guard.noteArrival();
      await pass(guard, computer, HOUR_MS);
      const again = await restart(guard);
      expect(again.hold?.fault).toBe('ahead_of_data');
      await again.stop();
    });

    test('an arrival is recorded once a minute, and at a stop', async () => {
      const { database, computer, guard } = await openPlant();
      const recorded = async () =>
        (await database.db.selectFrom('clock_guard').select('newest_arrival').executeTakeFirstOrThrow()).newest_arrival;
      const firstMs = computer.clock.nowMs();
      expect(await recorded()).toBe(firstMs);
      computer.elapsedMs += 30_000;
      guard.noteArrival();
      await guard.check();
      expect(await recorded()).toBe(firstMs);
      computer.elapsedMs += 30_000;
      await guard.check();
      expect(await recorded()).toBe(firstMs + 30_000);
      computer.elapsedMs += 1000;
      guard.noteArrival();
      await guard.stop();
      expect(await recorded()).toBe(firstMs + 61_000);
    });

    test('a hold continues after a restart, also where the clock is only days ahead', async () => {
      const { computer, guard, restart } = await openPlant();
      computer.offsetMs = 3 * DAY_MS;
      await guard.check();
      const again = await restart(guard);
      expect(again.hold?.fault).toBe('ahead_of_data');
      computer.offsetMs = 0;
      expect(again.hold).toBeNull();
      await again.check();
      const third = await restart(again);
      expect(third.hold).toBeNull();
      await third.stop();
    });

    test('without a recorded arrival the clock is compared with the newest reading', async () => {
      const newest = async (byMs: number) => {
        const guard = await startGuard(await open(), new Computer(), { newestMs: NOON_MS + byMs });
        await guard.stop();
        return guard.hold?.fault ?? null;
      };
      expect(await newest(-DAY_MS)).toBeNull();
      // The timestamp of a reading may be up to five minutes after its arrival.
      expect(await newest(9 * MINUTE_MS)).toBeNull();
      expect(await newest(20 * MINUTE_MS)).toBe('behind_data');
      expect(await newest(-8 * DAY_MS)).toBe('ahead_of_data');
    });

    test('without a recorded arrival the newest reading may become known after the start', async () => {
      const guard = await startGuard(await open(), new Computer());
      expect(guard.hold).toBeNull();
      guard.compareWithReading(NOON_MS - YEAR_MS);
      expect(guard.hold?.fault).toBe('ahead_of_data');
      await guard.stop();
      const { guard: recorded } = await openPlant();
      recorded.compareWithReading(NOON_MS - YEAR_MS);
      expect(recorded.hold?.fault).toBe('ahead_of_data');
      await recorded.stop();
    });
  });

  describe('a hold ends', () => {
    const held = async () => {
      const plant = await openPlant();
      plant.computer.offsetMs = 30 * DAY_MS;
      await plant.guard.check();
      return plant;
    };

    test('when devices have agreed for an hour, and the next start agrees as well', async () => {
      const { computer, guard, restart } = await held();
      const agree = () => {
        guard.noteArrival();
        guard.noteOwnTime('machine-1', computer.clock.nowMs() - MINUTE_MS);
      };
      await pass(guard, computer, 55 * MINUTE_MS, agree);
      expect(guard.hold).not.toBeNull();
      await pass(guard, computer, 15 * MINUTE_MS, agree);
      expect(guard.hold).toBeNull();
      const again = await restart(guard);
      expect(again.hold).toBeNull();
      await again.stop();
    });

    test('but not while devices send the old time, nor when the clock is set again in between', async () => {
      const { computer, guard } = await held();
      const disagree = () => guard.noteOwnTime('machine-1', computer.clock.nowMs() - 30 * DAY_MS);
      await pass(guard, computer, 2 * HOUR_MS, disagree);
      expect(guard.hold).not.toBeNull();
      const agree = () => guard.noteOwnTime('machine-1', computer.clock.nowMs());
      await pass(guard, computer, 50 * MINUTE_MS, agree);
      computer.offsetMs = 60 * DAY_MS;
      await pass(guard, computer, 50 * MINUTE_MS, agree);
      expect(guard.hold).toMatchObject({ byMs: 60 * DAY_MS });
      await guard.stop();
    });

    test('after 24 hours in total, over restarts', async () => {
      const { computer, guard, restart } = await held();
      await pass(guard, computer, 20 * HOUR_MS);
      const again = await restart(guard);
      expect(again.hold?.heldMs).toBeGreaterThanOrEqual(20 * HOUR_MS);
      await pass(again, computer, 3 * HOUR_MS);
      expect(again.hold).not.toBeNull();
      await pass(again, computer, 2 * HOUR_MS);
      expect(again.hold).toBeNull();
      const third = await restart(again);
      expect(third.hold).toBeNull();
      await third.stop();
    });

    test('when a person confirms the clock, also for the next start, and a clock that is set back causes a new hold', async () => {
      const { computer, guard, restart } = await held();
      await guard.confirm();
      expect(guard.hold).toBeNull();
      const again = await restart(guard);
      expect(again.trustedNowMs()).toBe(computer.clock.nowMs());
      computer.offsetMs = 0;
      expect(again.hold?.fault).toBe('moved_back');
      await again.stop();
    });

    test('when a person confirms it on another node, which lists the nodes with a hold', async () => {
      const { database, guard } = await held();
      const other = await startGuard(database, new Computer(), { node: 'node-2' });
      expect(other.hold).toBeNull();
      expect(await other.holds()).toMatchObject([{ nodeId: 'node-1', fault: 'moved_ahead', byMs: 30 * DAY_MS }]);
      expect(await guard.holds()).toMatchObject([{ nodeId: 'node-1' }]);
      await other.confirm();
      expect(await other.holds()).toEqual([]);
      expect(guard.hold).not.toBeNull();
      await guard.check();
      expect(guard.hold).toBeNull();
      await Promise.all([guard.stop(), other.stop()]);
    });
  });

  test('the newest arrival of all nodes counts', async () => {
    const { database, computer, guard } = await openPlant();
    const behind = new Computer();
    const other = await startGuard(database, behind, { node: 'node-2' });
    computer.elapsedMs += 20 * MINUTE_MS;
    guard.noteArrival();
    await guard.check();
    other.noteArrival();
    await other.stop();
    const again = await startGuard(database, behind, { node: 'node-2' });
    expect(again.hold).toMatchObject({ fault: 'behind_data', byMs: 20 * MINUTE_MS });
    await Promise.all([again.stop(), guard.stop()]);
  });

  test('the reason is a sentence', () => {
    expect(holdReason({ fault: 'ahead_of_data', byMs: YEAR_MS })).toBe(
      'The clock of this server is 365 d ahead of the newest recorded arrival of readings. Nothing is deleted because of its age.',
    );
  });
}
