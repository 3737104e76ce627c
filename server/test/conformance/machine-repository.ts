// The behaviour of every repository of machines.

import type { MachineInput } from '@gonsters/contract';
import { expect, test, vi } from 'vitest';
import { SqlAlertRepository } from '../../src/alerts/store/sql-alert-repository.ts';
import { SqlMachineRepository } from '../../src/machines/sql-machine-repository.ts';
import { alertRecord } from './alert-record.ts';
import type { OpenDatabase } from './open-sql.ts';

const input = (name: string, more: Partial<MachineInput> = {}): MachineInput => ({
  name,
  location: 'Hall A',
  sensor_type: 'Press',
  status: 'active',
  ...more,
});
const ID = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';

export function machineRepositorySuite(open: OpenDatabase): void {
  const start = async () => {
    const database = await open();
    return { database, machines: new SqlMachineRepository(database) };
  };

  test('returns created machines in the order of the inputs, and stores them', async () => {
    const { machines } = await start();
    const created = await machines.create([input('B', { status: 'maintenance' }), input('A', { location: 'Halle Ü' })]);
    expect(created.map((each) => each.name)).toEqual(['B', 'A']);
    expect(created[0]).toMatchObject({ location: 'Hall A', sensorType: 'Press', status: 'maintenance' });
    expect(created[1]?.location).toBe('Halle Ü');
    expect(Math.abs((created[0]?.createdAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(created[0]?.updatedAtMs).toBe(created[0]?.createdAtMs);
    expect(new Set(await machines.all())).toEqual(new Set(created));
  });

  test('uses the ids that are given, and refuses one that is in use', async () => {
    const { machines } = await start();
    const [machine] = await machines.create([input('A', { machine_id: ID })]);
    expect(machine?.id).toBe(ID);
    await expect(machines.create([input('B', { machine_id: ID })])).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each([
    ['the same name', 'Press 1', 'Press 1'],
    ['another case', 'Press 1', 'pRESS 1'],
    ['another case beyond ASCII', 'Prüfstand Ä', 'PRÜFSTAND ä'],
    ['another encoding of an accent', 'Pr\u00fcfstand', 'Pru\u0308fstand'],
  ])('refuses %s as a name in use', async (_, first, second) => {
    const { machines } = await start();
    await machines.create([input(first)]);
    await expect(machines.create([input(second)])).rejects.toMatchObject({ code: 'name_taken' });
  });

  test('stores aliases in their order, and the factory; a change replaces all aliases', async () => {
    const { machines } = await start();
    const aliases = ['SN 9', 'ns=2;s=Line1.Ä', 'press-07'];
    const [a, b] = await machines.create([input('A', { aliases, factory_id: 'F1' }), input('B')]);
    expect([a?.aliases, a?.factoryId, b?.aliases, b?.factoryId]).toEqual([aliases, 'F1', [], null]);
    expect(await machines.some([a?.id ?? ''])).toEqual([a]);
    await vi.waitUntil(() => Date.now() > (a?.updatedAtMs ?? 0));
    const changed = await machines.update(a?.id ?? '', { aliases: ['press-07', 'SN 10'], factory_id: null });
    expect(changed).toMatchObject({ aliases: ['press-07', 'SN 10'], factoryId: null });
    expect(changed.updatedAtMs).toBeGreaterThan(a?.updatedAtMs ?? 0);
    expect(new Set(await machines.all())).toEqual(new Set([changed, b]));
    expect(await machines.update(b?.id ?? '', { aliases: ['sn 9'] })).toMatchObject({ aliases: ['sn 9'] });
    await machines.delete(b?.id ?? '', true);
    await machines.create([input('C', { aliases: ['Sn 9'] })]);
  });

  test('refuses an id, an alias or a name that another machine has as any of them', async () => {
    const { machines } = await start();
    const [a] = await machines.create([input('A', { machine_id: ID, aliases: ['SN 1'] }), input('B')]);
    const [b] = (await machines.all()).filter((each) => each.id !== ID);
    const refused = (attempt: Promise<unknown>, code: string) => expect(attempt).rejects.toMatchObject({ code });
    await refused(machines.create([input('C', { aliases: ['sn 1'] })]), 'alias_taken');
    await refused(machines.create([input('C', { aliases: ['a'] })]), 'alias_taken');
    await refused(machines.create([input('C', { aliases: [ID.toUpperCase()] })]), 'alias_taken');
    await refused(machines.create([input('Sn 1')]), 'name_taken');
    await refused(machines.create([input(ID)]), 'name_taken');
    await refused(machines.create([input('C', { aliases: ['x'] }), input('X')]), 'name_taken');
    await refused(machines.update(b?.id ?? '', { aliases: ['x', 'SN 1'] }), 'alias_taken');
    await refused(machines.update(b?.id ?? '', { name: 'sn 1' }), 'name_taken');
    expect((await machines.all()).map((each) => each.name).sort()).toEqual(['A', 'B']);
    // Its own are no obstacle.
    expect(await machines.update(ID, { name: 'sn 1', aliases: ['SN 1', 'a', ID] })).toMatchObject({ id: a?.id });
  });

  test('creates all or nothing', async () => {
    const { machines } = await start();
    await machines.create([input('taken')]);
    const many = Array.from({ length: 500 }, (_, i) => input(`M ${i}`));
    await expect(machines.create([...many, input('Taken')])).rejects.toMatchObject({ code: 'name_taken' });
    expect(await machines.all()).toHaveLength(1);
    await expect(machines.create([input('twice'), input('TWICE')])).rejects.toMatchObject({ code: 'name_taken' });
    expect(await machines.all()).toHaveLength(1);
  });

  test('yields to the event loop during a large import', async () => {
    const { machines } = await start();
    let turns = 0;
    let next: NodeJS.Immediate;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    next = setImmediate(turn);
    await machines.create(Array.from({ length: 2000 }, (_, i) => input(`M ${i}`)));
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(9);
    expect(await machines.all()).toHaveLength(2000);
  });

  test('changes only the fields of the patch, and the database sets updated_at', async () => {
    const { database, machines } = await start();
    const [before] = await machines.create([input('A')]);
    if (!before) throw new Error('Nothing was created');
    await vi.waitUntil(() => Date.now() > before.updatedAtMs);
    const after = await machines.update(before.id, { status: 'error' });
    expect(after).toEqual({ ...before, status: 'error', updatedAtMs: after.updatedAtMs });
    expect(after.updatedAtMs).toBeGreaterThan(before.updatedAtMs);

    await vi.waitUntil(() => Date.now() > after.updatedAtMs);
    await database.db.updateTable('machine_metadata').set({ location: 'Hall B' }).execute();
    const [byHand] = await machines.all();
    expect(byHand?.updatedAtMs).toBeGreaterThan(after.updatedAtMs);
  });

  test('may change the case of a name, but not to the name of another machine', async () => {
    const { machines } = await start();
    const [a] = await machines.create([input('a'), input('b')]);
    expect(await machines.update(a?.id ?? '', { name: 'A' })).toMatchObject({ name: 'A' });
    await expect(machines.update(a?.id ?? '', { name: 'B' })).rejects.toMatchObject({ code: 'name_taken' });
    await machines.create([input('c')]);
  });

  test('returns the unchanged machine for an empty patch', async () => {
    const { machines } = await start();
    const [a] = await machines.create([input('a')]);
    expect(await machines.update(a?.id ?? '', {})).toEqual(a);
  });

  test('rejects changing or deleting a machine that does not exist', async () => {
    const { machines } = await start();
    await expect(machines.update(ID, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(machines.update(ID, {})).rejects.toMatchObject({ code: 'not_found' });
    await expect(machines.delete(ID, true)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('deletes limits and evaluations with the machine, keeps its alerts, and frees its name', async () => {
    const { database, machines } = await start();
    const alerts = new SqlAlertRepository(database);
    const [machine] = await machines.create([input('A', { machine_id: ID })]);
    await machines.saveLimits(ID, { temperature: { high: 70 } });
    await alerts.save(
      {
        alerts: [alertRecord({ machineId: ID })],
        evaluations: [{ machineId: ID, metric: 'temperature', state: '{}' }],
        notifications: [],
      },
      null,
    );
    await machines.delete(machine?.id ?? '', true);
    expect(await machines.all()).toEqual([]);
    expect((await machines.allLimits()).size).toBe(0);
    expect(await alerts.evaluations()).toEqual([]);
    expect(await alerts.open()).toHaveLength(1);
    await machines.create([input('a')]);
  });

  test('replaces all limits of a machine, and does not touch those of a machine type', async () => {
    const { database, machines } = await start();
    const ofType = { owner_kind: 'sensor_type', owner: 'X', metric: 'pressure', high_high: 200 } as const;
    await database.db
      .insertInto('alert_limits')
      .values({ ...ofType, low_low: null, low: null, high: null })
      .execute();
    await machines.saveLimits('X', { temperature: { high: 70.5, low: -3 }, speed: { low_low: 0 } });
    expect(await machines.allLimits()).toEqual(
      new Map([['X', { temperature: { low: -3, high: 70.5 }, speed: { low_low: 0 } }]]),
    );
    await machines.saveLimits('X', { pressure: { high: 100 } });
    expect(await machines.allLimits()).toEqual(new Map([['X', { pressure: { high: 100 } }]]));
    await machines.saveLimits('X', { pressure: { high: null } });
    expect(await machines.allLimits()).toEqual(new Map());
    const rows = await database.db.selectFrom('alert_limits').select(['owner_kind', 'owner']).execute();
    expect(rows).toEqual([{ owner_kind: 'sensor_type', owner: 'X' }]);
  });

  test('refuses an unknown status by a constraint', async () => {
    const { database, machines } = await start();
    await machines.create([input('A')]);
    const broken = database.db
      .updateTable('machine_metadata')
      .set({ status: 'broken' as 'error' })
      .execute();
    await expect(broken).rejects.toThrow(/machine_metadata_status/);
  });
}
