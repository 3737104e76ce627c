// The shift calendar and duty schedules on every SQL engine.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { DutyRepository } from '../../src/duty/duty-repository.ts';
import type { DutyRules } from '../../src/duty/rules/duty-times.ts';
import type { OpenDatabase } from './open-sql.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 10, 30, 0, 123);
const HOUR_MS = 3_600_000;
const [BUDI, RINA] = [randomUUID(), randomUUID()] as const;
const RULES: DutyRules = {
  ...{ zone: 'Asia/Jakarta', rotation: 'week', hand_over: '06:00', weekday: 1, starts_on: '2026-01-05' },
  ...{ members: [BUDI, RINA], hours: null, on_holidays: BUDI },
};

export function dutyRepositorySuite(open: OpenDatabase): void {
  const start = async () => new DutyRepository(await open());
  const schedule = (name = 'Maintenance') => ({ id: randomUUID(), name, rules: RULES, createdAtMs: NOW_MS });
  const override = (scheduleId: string, hours: number, userId: string = BUDI) => ({
    ...{ id: randomUUID(), scheduleId, userId, fromMs: NOW_MS, toMs: NOW_MS + hours * HOUR_MS, reason: 'swap' },
    ...{ createdAtMs: NOW_MS, createdBy: RINA },
  });

  test('returns the calendar and the schedules as they were stored', async () => {
    const repository = await start();
    expect(await repository.all()).toEqual({ calendar: null, schedules: [], overrides: [] });
    const calendar = {
      ...{ zone: 'Asia/Jakarta', pattern: 'none' as const, starts_on: '2026-01-01', shifts: [], crews: [], cycle: [] },
      holidays: [{ date: '2026-12-25', name: 'Natal' }],
    };
    await repository.saveCalendar({ ...calendar, zone: 'UTC' }, 'manager1', NOW_MS);
    await repository.saveCalendar(calendar, 'manager1', NOW_MS + 1);
    const stored = schedule();
    await repository.create(stored, 10);
    const swap = override(stored.id, 1);
    await repository.addOverride(swap, 10);
    expect(await repository.all()).toEqual({
      calendar: { value: calendar, updatedAtMs: NOW_MS + 1 },
      schedules: [{ ...stored, tokenHash: null, updatedAtMs: NOW_MS }],
      overrides: [swap],
    });
  });

  test('refuses a name that is taken, and more than there can be, also at the same moment', async () => {
    const repository = await start();
    const first = schedule();
    await repository.create(first, 3);
    await expect(repository.create(schedule('MAINTENANCE'), 3)).rejects.toMatchObject({ code: 'name_taken' });
    const names = ['a', 'b', 'c', 'd'];
    const results = await Promise.allSettled(names.map((name) => repository.create(schedule(name), 3)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const other = (await repository.all()).schedules.find(({ id }) => id !== first.id)?.id as string;
    const rename = repository.update(other, (stored) => ({ ...stored, name: 'maintenance' }), NOW_MS);
    await expect(rename).rejects.toMatchObject({ code: 'name_taken' });
    const unknown = repository.update(randomUUID(), (stored) => stored, NOW_MS);
    await expect(unknown).rejects.toMatchObject({ code: 'not_found' });
  });

  test('counts the overrides that are not over, and deletes them with the schedule', async () => {
    const repository = await start();
    const stored = schedule();
    await repository.create(stored, 10);
    await repository.addOverride(override(stored.id, -1), 2);
    const results = await Promise.allSettled(
      [1, 2, 3].map((hours) => repository.addOverride(override(stored.id, hours), 2)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await expect(repository.addOverride(override(randomUUID(), 1), 2)).rejects.toMatchObject({ code: 'not_found' });
    await repository.deleteOlder(NOW_MS);
    expect((await repository.all()).overrides).toHaveLength(2);
    await repository.remove(stored.id);
    expect((await repository.all()).overrides).toEqual([]);
    await expect(repository.remove(stored.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('takes a person out of every turn and override that is not over', async () => {
    const repository = await start();
    const stored = schedule();
    await repository.create(stored, 10);
    const [past, coming, other] = [override(stored.id, -1), override(stored.id, 1), override(stored.id, 1, RINA)];
    for (const each of [past, coming, other]) await repository.addOverride(each, 10);
    await repository.removePerson(BUDI, NOW_MS);
    const { schedules, overrides } = await repository.all();
    expect(schedules[0]?.rules).toEqual({ ...RULES, members: [null, RINA], on_holidays: null });
    expect(overrides.map(({ id }) => id).sort()).toEqual([past.id, other.id].sort());
  });

  test('remembers the gaps that were told', async () => {
    const repository = await start();
    const stored = schedule();
    await repository.create(stored, 10);
    await repository.saveToldGap(stored.id, { fromMs: NOW_MS, toMs: NOW_MS + 1 });
    await repository.saveToldGap(stored.id, { fromMs: NOW_MS, toMs: NOW_MS + 2 });
    await repository.saveToldGap(stored.id, { fromMs: NOW_MS - 10, toMs: NOW_MS - 5 });
    expect(await repository.toldGaps(NOW_MS)).toEqual(new Map([[stored.id, [{ fromMs: NOW_MS, toMs: NOW_MS + 2 }]]]));
    await repository.deleteOlder(NOW_MS + 3);
    expect(await repository.toldGaps(0)).toEqual(new Map());
  });
}
