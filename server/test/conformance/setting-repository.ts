// What every store of settings does.

import { expect, test } from 'vitest';
import { SqlSettingRepository } from '../../src/settings/sql-setting-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

export function settingRepositorySuite(open: OpenDatabase): void {
  test('keeps the newest value of each setting, who set it and when', async () => {
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

  test('saves several or none', async () => {
    const settings = new SqlSettingRepository(await open());
    const unfit = { name: 'b', value: null as unknown as string };
    await expect(settings.change(() => [{ name: 'a', value: '1' }, unfit], null, 1)).rejects.toThrow();
    expect(await settings.all()).toEqual([]);
  });

  test('lets one change decide after the other, each on what is stored by then', async () => {
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
}
