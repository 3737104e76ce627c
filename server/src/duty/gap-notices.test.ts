import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { DutyRepository } from './duty-repository.ts';
import { DutyService } from './duty-service.ts';
import { GapNotices } from './gap-notices.ts';
import type { DutyRules } from './rules/duty-times.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-23T05:00:00Z');

/** Two schedules of one person, who is no user; hand-over is at 06:00 in Jakarta, 23:00 UTC. */
async function start(change: Partial<DutyRules> = {}) {
  const repository = new DutyRepository(await openSqlite());
  const duty = new DutyService({ repository, bus: new LocalEventBus(silentLogger), plantZone: () => 'UTC' });
  const rules = (members: (string | null)[]): DutyRules => ({
    ...{ zone: 'Asia/Jakarta', rotation: 'day', hand_over: '06:00', weekday: 1, starts_on: '2026-11-23' },
    ...{ members, hours: null, on_holidays: null, ...change },
  });
  const budi = randomUUID();
  const add = async (name: string, members: (string | null)[]) => {
    const id = randomUUID();
    await duty.changing(() => repository.create({ id, name, rules: rules(members), createdAtMs: NOW_MS }, 10));
    return id;
  };
  const override = (scheduleId: string, fromHour: number, toHour: number) =>
    duty.changing(() =>
      repository.addOverride(
        {
          ...{ id: randomUUID(), scheduleId, userId: budi, reason: '', createdAtMs: NOW_MS, createdBy: budi },
          ...{ fromMs: NOW_MS + fromHour * HOUR_MS, toMs: NOW_MS + toHour * HOUR_MS },
        },
        10,
      ),
    );
  const told: string[] = [];
  let isBroken = false;
  const notices = new GapNotices({
    ...{ duty, repository: Object.assign(repository, { orphans: async () => [] }) },
    tell: async ({ key, params }) => {
      if (isBroken) throw new Error('The database does not answer');
      told.push(`${key} ${Object.values(params).join(', ')}`);
    },
  });
  /** What is told within `hours` from then on, if it is looked every half hour. */
  const within = async (fromHour: number, hours: number) => {
    const before = told.length;
    for (let at = 0; at < hours; at += 0.5) await notices.run(NOW_MS + (fromHour + at) * HOUR_MS);
    return told.slice(before);
  };
  const breakIt = (broken: boolean) => {
    isBroken = broken;
  };
  return { repository, duty, notices, budi, add, override, told, within, breakIt };
}

test('each gap is told once, a day ahead', async () => {
  const { add, within, budi } = await start();
  await add('Maintenance', [budi, budi, budi, null]);
  expect(await within(0, 42)).toEqual([]);
  const first = 'duty_gap Maintenance, 2026-11-26 06:00, 2026-11-27 06:00 (Asia/Jakarta)';
  expect(await within(42, 1)).toEqual([first]);
  expect(await within(43, 95)).toEqual([]);
  expect(await within(138, 1)).toEqual(['duty_gap Maintenance, 2026-11-30 06:00, 2026-12-01 06:00 (Asia/Jakarta)']);
});

test('a gap without an end is told once, although its end moves on', async () => {
  const { add, within } = await start();
  await add('Nobody', [null]);
  expect(await within(0, 24 * 30)).toEqual(['duty_gap Nobody, 2026-11-23 12:00, 2026-12-07 12:00 (Asia/Jakarta)']);
});

test('what is filled is not told, and what opens again is', async () => {
  const { add, override, within, repository, duty, budi } = await start();
  const id = await add('Maintenance', [budi, null]);
  await override(id, 18, 42);
  expect(await within(0, 10)).toEqual([]);
  const [swap] = duty.overridesOf(id);
  await duty.changing(() => repository.removeOverride(swap?.id as string));
  expect(await within(10, 4)).toHaveLength(1);
});

test('what cannot be told is told later', async () => {
  const { add, within, notices, breakIt } = await start();
  await add('Nobody', [null]);
  breakIt(true);
  await expect(notices.run(NOW_MS)).rejects.toThrow('The database does not answer');
  breakIt(false);
  expect(await within(1, 1)).toHaveLength(1);
});

test('the gaps that a person leaves are told at once, in every schedule, and not those that were there', async () => {
  const { add, override, notices, told, within, budi, duty } = await start({ rotation: 'week' });
  const ids = [await add('A', [budi, null]), await add('B', [null, budi]), await add('C', [randomUUID()])];
  await override(ids[1] as string, 0, 10);
  told.length = 0;
  await notices.personGone(budi, 'budi', NOW_MS);
  expect(told).toEqual([
    [
      'person_gone budi',
      'A, 2026-11-23 12:00 – 2026-12-07 12:00 (Asia/Jakarta); B, 2026-11-23 12:00 – 2026-12-07 12:00 (Asia/Jakarta)',
    ].join(', '),
  ]);
  expect(duty.schedules.map(({ rules }) => rules.members)).toEqual([[null, null], [null, null], [expect.any(String)]]);
  expect(await within(0, 24)).toEqual([]);
  await notices.personGone(budi, 'budi', NOW_MS);
  expect(told).toHaveLength(1);
});
