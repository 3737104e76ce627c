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
    const service = new SettingsService({ repository, bus, clock });
    await service.start();
    return service;
  };
  return { clock, events, repository, open, service: await open() };
}

test('starts with the defaults and stores them, so that a later version does not change them', async () => {
  const { service, repository, open, clock } = await start();
  expect(service.all()).toEqual(DEFAULT_SETTINGS);
  expect(service.number('max_temperature_threshold')).toBe(80);
  expect(service.number('max_speed_threshold')).toBeNull();
  expect(service.number('no_such_setting')).toBeNull();
  expect(await repository.all()).toHaveLength(SETTINGS.length);
  clock.now = 2000;
  expect((await open()).records()).toEqual(
    SETTINGS.map((each) => ({ name: each.name, value: each.default, updatedAtMs: 1000, updatedBy: null })),
  );
});

test('changes a setting on the bus and in the database, and returns the old value', async () => {
  const { service, clock, events, open } = await start();
  const before = service.all();
  clock.now = 2000;
  const change = await service.update('max_temperature_threshold', ' 75.5 ', 'anna');
  const record = { name: 'max_temperature_threshold', value: '75.5', updatedAtMs: 2000, updatedBy: 'anna' };
  expect(change).toEqual({ oldValue: '80.0', record });
  expect(service.number('max_temperature_threshold')).toBe(75.5);
  expect(before.max_temperature_threshold).toBe('80.0');
  expect(service.all()).toBe(service.all());
  expect(events).toEqual([{ kind: 'config', changed: ['max_temperature_threshold'] }]);
  expect((await open()).records()).toContainEqual(record);
});

test.each(['no_such_setting', 'toString', '__proto__', ''])('rejects %j as an unknown setting', async (name) => {
  const { service, events } = await start();
  await expect(service.update(name, '1', 'anna')).rejects.toMatchObject({
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
  const { service, events } = await start();
  await expect(service.update(name, value, 'anna')).rejects.toMatchObject({
    code: 'invalid_setting',
    faults: [{ field: 'setting_value', value }],
  });
  expect(service.all()).toEqual(DEFAULT_SETTINGS);
  expect(events).toEqual([]);
});

test('validates a change against one that is being stored, so that both cannot contradict each other', async () => {
  const { service } = await start();
  const results = await Promise.allSettled([
    service.update('max_temperature_threshold', '60', 'anna'),
    service.update('min_temperature_threshold', '70', 'ben'),
    service.update('min_temperature_threshold', '55', 'cleo'),
  ]);
  expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([service.number('min_temperature_threshold'), service.number('max_temperature_threshold')]).toEqual([55, 60]);
});

test('resets to the defaults, and publishes the names of the changed settings', async () => {
  const { service, events, open } = await start();
  await service.reset('anna');
  expect(events).toEqual([]);
  await service.update('max_speed_threshold', '3000', 'anna');
  await service.update('alert_email', 'ops@plant.example', 'anna');
  await service.reset('ben');
  expect(service.all()).toEqual(DEFAULT_SETTINGS);
  expect(events.at(-1)).toEqual({ kind: 'config', changed: ['max_speed_threshold', 'alert_email'] });
  expect((await open()).records().filter((each) => each.updatedBy === 'ben')).toHaveLength(2);
});

test('uses the default if the stored value is not valid', async () => {
  const { repository, open } = await start();
  await repository.change(() => [{ name: 'inactivity_timeout', value: 'for ever' }], null, 1);
  await repository.change(() => [{ name: 'of_another_version', value: '1' }], null, 1);
  expect((await open()).all()).toEqual(DEFAULT_SETTINGS);
});

test('reads the changes of another node, and refuses a change that contradicts them', async () => {
  const { service, open, events } = await start();
  const elsewhere = await open();
  await elsewhere.update('min_temperature_threshold', '60', 'ben');
  await expect(service.update('max_temperature_threshold', '55', 'anna')).rejects.toMatchObject({
    code: 'invalid_setting',
  });
  await elsewhere.update('alert_email', 'ops@plant.example', 'ben');
  const before = service.all();
  events.length = 0;
  expect(await service.reload()).toEqual(['alert_email']);
  expect(service.all()).toMatchObject({ min_temperature_threshold: '60', alert_email: 'ops@plant.example' });
  expect(service.all()).not.toBe(before);
  expect(await service.reload()).toEqual([]);
  expect(events).toEqual([]);
});
