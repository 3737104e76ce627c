// The behaviour of every repository of settings.

import { expect, test } from 'vitest';
import { alertEmailDefault } from '../../src/database/migrations/0011-alert-email-default.ts';
import { SqlSettingRepository } from '../../src/settings/sql-setting-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

export function settingRepositorySuite(open: OpenDatabase): void {
  test('stores the newest value of each setting, with its user and time', async () => {
    const settings = new SqlSettingRepository(await open());
    expect(await settings.all()).toEqual([]);
    await settings.change(() => [], 'nobody', 1);
    const first = [
      { name: 'b', value: '' },
      { name: 'a', value: '80.0' },
    ];
    await settings.change(() => first, null, 1);
    await settings.change(() => [{ name: 'a', value: '75.5' }], 'anna', 2);
    expect(await settings.all()).toEqual([
      { name: 'a', value: '75.5', updatedAtMs: 2, updatedBy: 'anna' },
      { name: 'b', value: '', updatedAtMs: 1, updatedBy: null },
    ]);
  });

  test('saves all settings of a change or none', async () => {
    const settings = new SqlSettingRepository(await open());
    const unfit = { name: 'b', value: null as unknown as string };
    await expect(settings.change(() => [{ name: 'a', value: '1' }, unfit], null, 1)).rejects.toThrow();
    expect(await settings.all()).toEqual([]);
  });

  test('runs changes one after the other, each on the stored values', async () => {
    const settings = new SqlSettingRepository(await open());
    await settings.change(() => [{ name: 'a', value: '0' }], null, 1);
    const add = () => settings.change(([a]) => [{ name: 'a', value: `${Number(a?.value) + 1}` }], null, 2);
    await Promise.all(Array.from({ length: 5 }, add));
    expect(await settings.all()).toMatchObject([{ name: 'a', value: '5' }]);
    const refuse = settings.change(
      () => {
        throw new Error('No');
      },
      null,
      3,
    );
    await expect(refuse).rejects.toThrow('No');
    expect(await settings.all()).toMatchObject([{ name: 'a', value: '5' }]);
  });

  test.each([
    { address: 'alerts@factory.com', by: null, becomes: '' },
    { address: 'alerts@factory.com', by: 'anna', becomes: 'alerts@factory.com' },
    { address: 'night@plant.example', by: 'anna', becomes: 'night@plant.example' },
    { address: 'night@plant.example', by: null, becomes: 'night@plant.example' },
    { address: '', by: 'anna', becomes: '' },
  ])(
    'an upgrade turns the address for alert mails $address, set by $by, into $becomes',
    async ({ address, by, becomes }) => {
      const database = await open();
      const settings = new SqlSettingRepository(database);
      await settings.change(() => [{ name: 'alert_email', value: address }], by, 1000);
      // Another setting with the same text is nobody's address.
      await settings.change(() => [{ name: 'other', value: 'alerts@factory.com' }], null, 1000);
      await database.db.transaction().execute(alertEmailDefault);
      const updatedAtMs = becomes === address ? 1000 : 1001;
      expect(await settings.all()).toEqual([
        { name: 'alert_email', value: becomes, updatedAtMs, updatedBy: by },
        { name: 'other', value: 'alerts@factory.com', updatedAtMs: 1000, updatedBy: null },
      ]);
    },
  );
}
