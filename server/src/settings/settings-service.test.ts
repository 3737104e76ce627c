import { DEFAULT_SETTINGS, SETTINGS } from '@gonsters/contract';
import { expect, test } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { SettingsService } from './settings-service.ts';
import { SqlSettingRepository } from './sql-setting-repository.ts';

async function start() {
  const clock = { now: 1000, nowMs: () => clock.now };
  const bus = new LocalEventBus(silentLogger);
  const events: DomainEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const repository = new SqlSettingRepository(await openSqlite());
  const open = async () => {
    const book = new SettingsService({ repository, bus, clock });
    await book.start();
    return book;
  };
  return { clock, events, repository, open, book: await open() };
}

test('begins with the defaults and keeps them, also for a later version with others', async () => {
  const { book, repository, open, clock } = await start();
  expect(book.all()).toEqual(DEFAULT_SETTINGS);
  expect(book.number('max_temperature_threshold')).toBe(80);
  expect(book.number('max_speed_threshold')).toBeNull();
  expect(book.number('no_such_setting')).toBeNull();
  expect(await repository.all()).toHaveLength(SETTINGS.length);
  clock.now = 2000;
  expect((await open()).records()).toEqual(
    SETTINGS.map((each) => ({ name: each.name, value: each.default, updatedAtMs: 1000, updatedBy: null })),
  );
});

test('changes a setting for everybody, and says what it was', async () => {
  const { book, clock, events, open } = await start();
  const before = book.all();
  clock.now = 2000;
  const change = await book.update('max_temperature_threshold', ' 75.5 ', 'anna');
  const record = { name: 'max_temperature_threshold', value: '75.5', updatedAtMs: 2000, updatedBy: 'anna' };
  expect(change).toEqual({ oldValue: '80.0', record });
  expect(book.number('max_temperature_threshold')).toBe(75.5);
  expect(before.max_temperature_threshold).toBe('80.0');
  expect(book.all()).toBe(book.all());
  expect(events).toEqual([{ kind: 'config', changed: ['max_temperature_threshold'] }]);
  expect((await open()).records()).toContainEqual(record);
});

test.each(['no_such_setting', 'toString', '__proto__', ''])('rejects %j as an unknown setting', async (name) => {
  const { book, events } = await start();
  await expect(book.update(name, '1', 'anna')).rejects.toMatchObject({
    code: 'unknown_setting',
    faults: [{ field: 'setting_name', value: name }],
  });
  expect(events).toEqual([]);
});

test.each([
  ['max_temperature_threshold', 'hot'],
  ['max_temperature_threshold', '1e3'],
  ['max_temperature_threshold', '2001'],
  ['max_temperature_threshold', '50'],
  ['min_temperature_threshold', '80'],
  ['inactivity_timeout', '0'],
  ['data_retention_days', ''],
  ['alert_email', 'nobody'],
])('rejects %s = %j and changes nothing', async (name, value) => {
  const { book, events } = await start();
  await expect(book.update(name, value, 'anna')).rejects.toMatchObject({
    code: 'invalid_setting',
    faults: [{ field: 'setting_value', value }],
  });
  expect(book.all()).toEqual(DEFAULT_SETTINGS);
  expect(events).toEqual([]);
});

test('checks a change against one that is being stored, so that two cannot contradict each other', async () => {
  const { book } = await start();
  const results = await Promise.allSettled([
    book.update('max_temperature_threshold', '60', 'anna'),
    book.update('min_temperature_threshold', '70', 'ben'),
    book.update('min_temperature_threshold', '55', 'cleo'),
  ]);
  expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([book.number('min_temperature_threshold'), book.number('max_temperature_threshold')]).toEqual([55, 60]);
});

test('goes back to the defaults, naming what changed', async () => {
  const { book, events, open } = await start();
  await book.reset('anna');
  expect(events).toEqual([]);
  await book.update('max_speed_threshold', '3000', 'anna');
  await book.update('alert_email', 'ops@plant.example', 'anna');
  await book.reset('ben');
  expect(book.all()).toEqual(DEFAULT_SETTINGS);
  expect(events.at(-1)).toEqual({ kind: 'config', changed: ['max_speed_threshold', 'alert_email'] });
  expect((await open()).records().filter((each) => each.updatedBy === 'ben')).toHaveLength(2);
});

test('falls back to the default where what is stored makes no sense', async () => {
  const { repository, open } = await start();
  await repository.change(() => [{ name: 'inactivity_timeout', value: 'for ever' }], null, 1);
  await repository.change(() => [{ name: 'of_another_version', value: '1' }], null, 1);
  expect((await open()).all()).toEqual(DEFAULT_SETTINGS);
});

test('takes over what another node changed, and lets no contradiction with it through', async () => {
  const { book, open, events } = await start();
  const elsewhere = await open();
  await elsewhere.update('min_temperature_threshold', '60', 'ben');
  await expect(book.update('max_temperature_threshold', '55', 'anna')).rejects.toMatchObject({
    code: 'invalid_setting',
  });
  await elsewhere.update('alert_email', 'ops@plant.example', 'ben');
  const before = book.all();
  events.length = 0;
  expect(await book.reload()).toEqual(['alert_email']);
  expect(book.all()).toMatchObject({ min_temperature_threshold: '60', alert_email: 'ops@plant.example' });
  expect(book.all()).not.toBe(before);
  expect(await book.reload()).toEqual([]);
  expect(events).toEqual([]);
});
