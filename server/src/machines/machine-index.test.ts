import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idKey, nameKey } from '../name-key.ts';
import { looksLike } from '../name-look.ts';
import { MachineIndex } from './machine-index.ts';
import type { MachineRecord } from './machine-repository.ts';

const ids = Array.from({ length: 4 }, (_, i) => `${i}0000000-0000-4000-8000-abcdefabcdef`);
const record = (id: string, name: string, aliases: string[] = []): MachineRecord => ({
  id,
  name,
  aliases,
  location: 'Hall A',
  sensorType: 'press',
  status: 'active',
  statusUntilMs: null,
  statusBefore: null,
  factoryId: null,
  handingTo: null,
  createdAtMs: 0,
  updatedAtMs: 0,
});

/** What the rules say, without any index: the id, else an alias, else the name. */
function resolved(records: readonly MachineRecord[], id: string): string | undefined {
  const key = idKey(id);
  return (
    records.find((each) => each.id === key) ??
    records.find((each) => each.aliases.some((alias) => nameKey(alias) === key)) ??
    records.find((each) => nameKey(each.name) === key)
  )?.id;
}

describe('an id as a device sends it', () => {
  const text = fc.constantFrom('Press-7', 'PRESS 8', 'ns=2;s=Line1.Ä', 'Straße', '4711', ...ids);
  const spelled = fc
    .tuple(fc.oneof(text, fc.constant('nobody')), fc.constantFrom('as it is', 'upper', 'lower', 'NFD', 'spaces'))
    .map(([id, how]) => {
      if (how === 'upper') return id.toUpperCase();
      if (how === 'lower') return id.toLowerCase();
      if (how === 'NFD') return id.normalize('NFD');
      return how === 'spaces' ? ` ${id}\t` : id;
    });
  /** Keys of other machines are left out, as the repository refuses them. A name may be the id of another machine, from before. */
  const change = fc.record({
    machine: fc.nat(ids.length - 1),
    name: text,
    aliases: fc.uniqueArray(text, { maxLength: 3, selector: nameKey }),
    isDeleted: fc.boolean(),
    isSynchronised: fc.boolean(),
  });

  it('means the machine with this id, else with this alias, else with this name, after every change', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.array(spelled, { minLength: 1 }), (changes, sent) => {
        const index = new MachineIndex();
        const records = new Map<string, MachineRecord>();
        for (const { machine, name, aliases, isDeleted, isSynchronised } of changes) {
          const id = ids[machine] as string;
          records.delete(id);
          if (!isDeleted) {
            const taken = new Set([...records.values()].flatMap((each) => [each.name, ...each.aliases]).map(nameKey));
            const free = aliases.filter((alias) => !taken.has(nameKey(alias)) && !records.has(alias));
            records.set(id, record(id, taken.has(nameKey(name)) ? `Machine ${machine}` : name, free));
          }
          const stored = records.get(id);
          if (isSynchronised) index.sync('all', [...records.values()]);
          else if (stored === undefined) index.delete(id);
          else index.put(stored);
          // Twice: found in the index, then remembered.
          for (const each of [...sent, ...sent]) {
            expect(index.resolve(each)?.record.id).toBe(resolved([...records.values()], each));
          }
        }
      }),
    );
  });

  it('means the new machine of an alias, whichever of the two changes is read first', () => {
    for (const order of ['old first', 'new first']) {
      const index = new MachineIndex();
      index.put(record(ids[0] as string, 'Old', ['SN 1']));
      index.put(record(ids[1] as string, 'New'));
      const changes = [record(ids[0] as string, 'Old'), record(ids[1] as string, 'New', ['SN 1'])];
      for (const each of order === 'old first' ? changes : changes.toReversed()) index.put(each);
      expect(index.resolve('sn 1')?.record.name).toBe('New');
    }
  });
});

describe('keys that are taken', () => {
  const index = new MachineIndex();
  index.put(record(ids[0] as string, 'Press 1', ['SN 1']));
  const faultsOf = (...machines: Parameters<MachineIndex['takenKeys']>[0]) =>
    index.takenKeys(machines, null).map(({ kind, fault }) => `${kind} ${fault.field}: ${fault.error}`);

  it('are named with what has them', () => {
    expect(
      faultsOf(
        { name: 'PRESS 1', aliases: ['x', 'sn 1'] },
        { name: 'Sn 1', aliases: ['press 1', (ids[0] as string).toUpperCase()] },
        { name: ids[0] as string, machine_id: ids[0] },
      ),
    ).toEqual([
      'name [0].name: A machine with this name already exists',
      'alias [0].aliases[1]: Another machine already has this alias',
      'name [1].name: Another machine already has this as an alias',
      'alias [1].aliases[0]: Another machine already has this as its name',
      'alias [1].aliases[1]: Another machine already has this as its id',
      'id [2].machine_id: A machine with this id already exists',
      'name [2].name: Another machine already has this as its id',
    ]);
  });

  it('are also names that look the same as those of other machines', () => {
    expect(
      faultsOf({ name: 'Press l' }, { name: 'Press 2' }, { name: 'Рress 2' }, { name: 'Press 7', aliases: ['SN I'] }),
    ).toEqual([
      'name [0].name: name must not look the same as the name of another machine',
      'name [2].name: Row 1 of the request has a name that looks the same',
    ]);
    expect(index.takenKeys([{ name: 'Press I' }], ids[0] as string)).toEqual([]);
  });

  it('are found after every change, and machines from before that look the same keep their names', () => {
    const name = fc.constantFrom('Press 1', 'Press l', 'Рress 1', 'Press 2', 'Line A', 'Line А');
    const change = fc.record({ machine: fc.nat(ids.length - 1), name, isDeleted: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), name, (changes, wanted) => {
        const changed = new MachineIndex();
        const names = new Map<string, string>();
        for (const { machine, name: to, isDeleted } of changes) {
          const id = ids[machine] as string;
          const isTaken = [...names].some(([other, each]) => other !== id && nameKey(each) === nameKey(to));
          if (isTaken && !isDeleted) continue;
          if (isDeleted) changed.delete(id);
          else changed.put(record(id, to));
          if (isDeleted) names.delete(id);
          else names.set(id, to);
        }
        const all = [...names.values()];
        expect(changed.takenKeys([{ name: wanted }], null).length > 0).toBe(
          all.some((each) => looksLike(each, wanted)),
        );
        expect(changed.lookAlikes().length > 0).toBe(
          all.some((each, i) => all.slice(0, i).some((other) => looksLike(each, other))),
        );
        for (const [id, to] of names) {
          expect(changed.resolve(to.toUpperCase())?.record.id).toBe(id);
          expect(changed.takenKeys([{ name: to }], id)).toEqual([]);
        }
      }),
    );
  });

  it('are also those of an earlier row, but not those of the same machine', () => {
    expect(faultsOf({ name: 'New', aliases: ['new', 'SN 2'] }, { name: 'sn 2' })).toEqual([
      'name [1].name: Row 0 of the request has the same name',
    ]);
    expect(index.takenKeys([{ name: 'Press 1', aliases: ['sn 1', 'press 1'] }], ids[0] as string)).toEqual([]);
  });
});
