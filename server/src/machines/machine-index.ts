// All machines in memory, found by id, alias and name, and sorted for lists.

import { isDeepStrictEqual } from 'node:util';
import type { Fault } from '@gonsters/contract';
import { idKey, nameKey } from '../name-key.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import { IndexedEntry } from './machine-entry.ts';
import { type Claimant, claimsOf, type KeyClaim, takenText } from './machine-keys.ts';
import { MachineList } from './machine-list.ts';
import { MachineNames } from './machine-names.ts';
import type { MachineRecord } from './machine-repository.ts';

/** Far more than a plant has machines. */
const MAX_RESOLVED = 100_000;

export type MachineChange = 'created' | 'updated' | 'deleted';

export class MachineIndex {
  readonly #entries = new Map<string, IndexedEntry>();
  readonly #byAlias = new Map<string, IndexedEntry>();
  readonly #byName = new Map<string, IndexedEntry>();
  readonly #names = new MachineNames();
  /** Machines by ids as devices sent them, so that each further reading costs one lookup. Emptied by every change. */
  readonly #resolved = new Map<string, IndexedEntry>();
  readonly list = new MachineList(this.#entries);
  /** The machine to which the readings of another one are being handed over, by the id of the latter. */
  readonly handovers = new Map<string, string>();

  get(machineId: string): IndexedEntry | undefined {
    return this.#entries.get(machineId);
  }

  entries(): IterableIterator<IndexedEntry> {
    return this.#entries.values();
  }

  /**
   * The machine that a device means: the one with this id, else with this alias, else with this name, whatever the case of the
   * letters and the spaces around it.
   */
  resolve(id: string): IndexedEntry | undefined {
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const entry = this.#ownerOf(idKey(id))?.entry;
    if (entry === undefined) return undefined;
    // A sender may vary the case of its letters without end.
    if (this.#resolved.size >= MAX_RESOLVED) this.#resolved.clear();
    this.#resolved.set(id, entry);
    return entry;
  }

  /**
   * A fault for each id, alias and name that another machine has, be it stored, except `ownId`, or in an earlier row. The fields
   * begin with the row. A new name must not look like that of another machine either.
   */
  takenKeys(machines: readonly Claimant[], ownId: string | null): { kind: KeyClaim['kind']; fault: Fault }[] {
    const taken = this.#takenKeys(machines, ownId);
    const fields = new Set(taken.map(({ fault }) => fault.field));
    const looks = this.#names.takenLooks(machines, this.#entries.get(ownId ?? ''));
    return [...taken, ...looks.filter(({ fault }) => !fields.has(fault.field))];
  }

  /** The groups of machines whose names look the same. */
  lookAlikes(): MachineRecord[][] {
    return this.#names.lookAlikes();
  }

  #takenKeys(machines: readonly Claimant[], ownId: string | null): { kind: KeyClaim['kind']; fault: Fault }[] {
    const rowByKey = new Map<string, number>();
    return machines.flatMap((machine, row) =>
      claimsOf(machine).flatMap(({ kind, field, text, key }) => {
        const owner = this.#ownerOf(key);
        const earlier = rowByKey.get(key) ?? row;
        rowByKey.set(key, earlier);
        const isStored = owner !== undefined && owner.entry.record.id !== ownId;
        if (!isStored && earlier === row) return [];
        const error = isStored ? takenText(kind, owner.kind) : `Row ${earlier} of the request has the same ${kind}`;
        return [{ kind, fault: { field: `[${row}].${field}`, error, value: text } }];
      }),
    );
  }

  /** Adds or updates a machine. The caller updates the sorted lists. */
  put(record: MachineRecord): IndexedEntry {
    let entry = this.#entries.get(record.id);
    if (entry === undefined) entry = new IndexedEntry(record);
    else this.#forget(entry);
    entry.update(record);
    this.#entries.set(record.id, entry);
    this.#byName.set(entry.nameKey, entry);
    this.#names.add(entry);
    for (const alias of record.aliases) this.#byAlias.set(nameKey(alias), entry);
    if (record.handingTo !== null) this.handovers.set(record.id, record.handingTo);
    this.#resolved.clear();
    return entry;
  }

  delete(machineId: string): void {
    const entry = this.#entries.get(machineId);
    if (entry === undefined) return;
    this.#forget(entry);
    this.#resolved.clear();
    this.list.remove(entry);
    this.#entries.delete(machineId);
  }

  /** Replaces the machines of `machineIds` by their stored records. @returns the change of each machine that differs */
  sync(machineIds: readonly string[] | 'all', stored: readonly MachineRecord[]): Map<string, MachineChange> {
    const changes = new Map<string, MachineChange>();
    const storedIds = new Set(stored.map((record) => record.id));
    for (const machineId of machineIds === 'all' ? [...this.#entries.keys()] : machineIds) {
      if (storedIds.has(machineId) || !this.#entries.has(machineId)) continue;
      this.delete(machineId);
      changes.set(machineId, 'deleted');
    }
    for (const record of stored) {
      const known = this.#entries.get(record.id);
      if (known !== undefined && isDeepStrictEqual(known.record, record)) continue;
      changes.set(record.id, known === undefined ? 'created' : 'updated');
      this.put(record);
    }
    if (changes.size > 0) this.list.clear();
    return changes;
  }

  /** See `IndexedEntry.observe`. */
  observe(stored: ReadingBatch, latestPossibleMs: number): void {
    let machineId: string | undefined;
    let entry: IndexedEntry | undefined;
    for (let row = 0; row < stored.length; row++) {
      // Consecutive readings of a batch usually belong to the same machine.
      if (stored.machineIds[row] !== machineId) {
        machineId = stored.machineIds[row] as string;
        entry = this.#entries.get(machineId);
      }
      entry?.observe(stored, row, latestPossibleMs);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#byAlias.clear();
    this.#byName.clear();
    this.#names.clear();
    this.handovers.clear();
    this.#resolved.clear();
    this.list.clear();
  }

  #ownerOf(key: string): { entry: IndexedEntry; kind: KeyClaim['kind'] } | undefined {
    const byId = this.#entries.get(key);
    if (byId !== undefined) return { entry: byId, kind: 'id' };
    const byAlias = this.#byAlias.get(key);
    if (byAlias !== undefined) return { entry: byAlias, kind: 'alias' };
    const byName = this.#byName.get(key);
    return byName === undefined ? undefined : { entry: byName, kind: 'name' };
  }

  /** Its alias or name may belong to another machine by now, if the change of that one was read first. */
  #forget(entry: IndexedEntry): void {
    this.handovers.delete(entry.record.id);
    this.#names.remove(entry);
    if (this.#byName.get(entry.nameKey) === entry) this.#byName.delete(entry.nameKey);
    for (const alias of entry.record.aliases) {
      const key = nameKey(alias);
      if (this.#byAlias.get(key) === entry) this.#byAlias.delete(key);
    }
  }
}
