// The behaviour of every repository of settings.

import { expect, test } from 'vitest';
import { isId } from '../../src/database/cursor.ts';
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

  test('stores what settings mean, and leaves their values, times and users as they are', async () => {
    const database = await open();
    const settings = new SqlSettingRepository(database);
    await settings.change(() => [{ name: 'a', value: '1' }], 'anna', 1000);
    await settings.change(() => [{ name: 'b', value: '2' }], null, 1000);
    const before = await settings.all();
    await settings.describe(
      new Map([
        ['a', 'First'],
        ['c', 'Of no setting'],
      ]),
    );
    await settings.describe(
      new Map([
        ['a', 'Beginning'],
        ['b', 'Next'],
      ]),
    );
    expect(await settings.all()).toEqual(before);
    await settings.change(() => [{ name: 'b', value: '3' }], null, 2000);
    const rows = await database.db.selectFrom('system_config').selectAll().orderBy('setting_name').execute();
    expect(rows).toMatchObject([
      { setting_name: 'a', setting_value: '1', description: 'Beginning', updated_at: 1000 },
      { setting_name: 'b', setting_value: '3', description: 'Next', updated_at: 2000 },
    ]);
    expect(rows.map((row) => Object.keys(row))).toEqual(
      rows.map(() => ['id', 'setting_name', 'setting_value', 'description', 'updated_at']),
    );
    expect(rows.every((row) => isId(row.id))).toBe(true);
  });

  test('forgets who set a setting when the server sets it', async () => {
    const settings = new SqlSettingRepository(await open());
    await settings.change(() => [{ name: 'a', value: '1' }], 'anna', 1);
    await settings.change(() => [{ name: 'a', value: '2' }], null, 2);
    expect(await settings.all()).toEqual([{ name: 'a', value: '2', updatedAtMs: 2, updatedBy: null }]);
  });
}
