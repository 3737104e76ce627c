// The behaviour of every repository of handovers and deleted machines.

import { MAX_ALIASES, type MachineInput } from '@gonsters/contract';
import { expect, test } from 'vitest';
import { SqlHandoverRepository } from '../../src/machines/handover/sql-handover-repository.ts';
import { SqlMachineRepository } from '../../src/machines/sql-machine-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const input = (name: string, aliases: string[] = []): MachineInput => ({
  ...{ name, location: 'Hall A', sensor_type: 'Press', status: 'active', aliases, factory_id: 'F1' },
});
const UNKNOWN = '99999999-9999-4999-8999-999999999999';

export function handoverRepositorySuite(open: OpenDatabase): void {
  const start = async (...inputs: MachineInput[]) => {
    const database = await open();
    const machines = new SqlMachineRepository(database);
    const handovers = new SqlHandoverRepository(database);
    const ids = (await machines.create(inputs)).map(({ id }) => id);
    const begin = (machineId: string, successorId: string, history = true, otherAliases: string[] = []) =>
      handovers.begin({ machineId, successorId, history, otherAliases });
    const aliasesOf = async (id: string) => (await machines.some([id]))[0]?.aliases;
    return { machines, handovers, ids, begin, aliasesOf };
  };
  const [FIRST, SECOND] = [0, 1] as const;

  test('a handover moves the aliases behind those of the successor, and is stored with its progress', async () => {
    const { machines, handovers, ids, begin, aliasesOf } = await start(input('A', ['a1', 'a2']), input('B', ['b1']));
    const [a, b] = ids as [string, string];
    expect(await begin(a, b)).toEqual({ aliases: ['a1', 'a2'], inUse: [] });
    expect([await aliasesOf(a), await aliasesOf(b)]).toEqual([[], ['b1', 'a1', 'a2']]);
    expect((await machines.some([a]))[0]?.handingTo).toBe(b);
    const progress = { totalReadings: 9, copiedReadings: 4, copiedUntilMs: 1_768_473_000_251, overlappingValues: 1 };
    expect(await handovers.saveProgress(a, progress)).toBe(true);
    expect(await handovers.running()).toMatchObject([{ machineId: a, successorId: b, state: 'running', ...progress }]);
    await handovers.finish(a, { state: 'completed', kept: null });
    const finished = await handovers.of(a);
    expect(finished).toMatchObject({ state: 'completed', kept: null, fault: null, ...progress });
    expect(Math.abs((finished?.finishedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect((await machines.some([a]))[0]?.handingTo).toBeNull();
    expect(await handovers.running()).toEqual([]);
    expect(await handovers.saveProgress(a, progress)).toBe(false);
    expect(await handovers.of(b)).toBeNull();
  });

  test('a handover without readings moves the aliases only', async () => {
    const { handovers, ids, begin, aliasesOf } = await start(input('A', ['a1']), input('B'));
    await begin(ids[FIRST] as string, ids[SECOND] as string, false);
    expect(await aliasesOf(ids[SECOND] as string)).toEqual(['a1']);
    expect(await handovers.of(ids[FIRST] as string)).toBeNull();
  });

  test('a machine takes part in one handover at a time, and is not deleted meanwhile', async () => {
    const { machines, handovers, ids, begin } = await start(input('A'), input('B'), input('C'));
    const [a, b, c] = ids as [string, string, string];
    await begin(a, b);
    const refused = (attempt: Promise<unknown>) => expect(attempt).rejects.toMatchObject({ code: 'conflict' });
    await refused(begin(a, c));
    await refused(begin(b, c, false));
    await refused(begin(c, a));
    await refused(machines.delete(a, true));
    await refused(machines.delete(b, false));
    await handovers.finish(a, { state: 'failed', fault: 'another type' });
    expect(await handovers.of(a)).toMatchObject({ state: 'failed', fault: 'another type' });
    await begin(a, c);
    expect(await handovers.of(a)).toMatchObject({ state: 'running', successorId: c, fault: null, copiedReadings: 0 });
  });

  test('a handover is refused to a machine that does not exist, or that would have too many aliases', async () => {
    const many = (prefix: string) => Array.from({ length: MAX_ALIASES / 2 + 1 }, (_, i) => `${prefix}${i}`);
    const { ids, begin, aliasesOf } = await start(input('A', many('a')), input('B', many('b')));
    await expect(begin(ids[FIRST] as string, UNKNOWN)).rejects.toMatchObject({ code: 'not_found' });
    await expect(begin(ids[FIRST] as string, ids[SECOND] as string)).rejects.toMatchObject({ code: 'conflict' });
    expect(await aliasesOf(ids[FIRST] as string)).toHaveLength(MAX_ALIASES / 2 + 1);
  });

  test('a machine that is deleted without its readings is listed until they are handed over or it is created again', async () => {
    const { machines, handovers, ids, begin, aliasesOf } = await start(
      input('A', ['a1', 'a2', 'a3']),
      input('B', ['b1']),
      input('C'),
    );
    const [a, b, c] = ids as [string, string, string];
    await machines.delete(a, true);
    await machines.delete(c, false);
    expect(await handovers.deletedMachines()).toMatchObject([
      { id: a, name: 'A', location: 'Hall A', sensorType: 'Press', factoryId: 'F1', aliases: ['a1', 'a2', 'a3'] },
    ]);
    expect(await handovers.deletedMachine(c)).toBeNull();
    await machines.update(b, { aliases: ['b1', 'A1'] });
    await machines.create([input('D', ['a2'])]);
    const { aliases = [] } = (await handovers.deletedMachine(a)) ?? {};
    expect(await begin(a, b, true, [...aliases])).toEqual({ aliases: ['a3'], inUse: ['a2'] });
    expect(await aliasesOf(b)).toEqual(['b1', 'A1', 'a3']);
    expect((await handovers.deletedMachine(a))?.aliases).toEqual([]);
    await handovers.finish(a, { state: 'completed', kept: 'older_rollups' });
    expect(await handovers.deletedMachines()).toHaveLength(1);
    await begin(a, b);
    await handovers.finish(a, { state: 'completed', kept: null });
    expect(await handovers.deletedMachines()).toEqual([]);

    await machines.delete(b, true);
    // Its handover is gone with it.
    expect(await handovers.of(a)).toBeNull();
    await machines.create([{ ...input('B again'), machine_id: b }]);
    expect(await handovers.deletedMachine(b)).toBeNull();
    await machines.delete(b, true);
    await handovers.forgetDeleted(b);
    expect(await handovers.deletedMachines()).toEqual([]);
  });
}
