// The machines in memory, found by id and by name and kept in the orders that were asked for.

import { isDeepStrictEqual } from 'node:util';
import type { Fault, MachineInput } from '@gonsters/contract';
import { nameKey } from '../name-key.ts';
import { IndexedEntry } from './machine-entry.ts';
import { MachineList } from './machine-list.ts';
import type { MachineRecord } from './machine-repository.ts';

export type MachineChange = 'created' | 'updated' | 'deleted';

export class MachineIndex {
  readonly #entries = new Map<string, IndexedEntry>();
  readonly #idByName = new Map<string, string>();
  readonly list = new MachineList(this.#entries);

  get(machineId: string): IndexedEntry | undefined {
    return this.#entries.get(machineId);
  }

  entries(): IterableIterator<IndexedEntry> {
    return this.#entries.values();
  }

  /** The new machines that cannot have their name, each as a fault of its row; of two that share one it is the later. */
  takenNames(inputs: readonly MachineInput[]): Fault[] {
    const rowByName = new Map<string, number>();
    return inputs.flatMap(({ name }, row) => {
      const key = nameKey(name);
      const earlier = rowByName.get(key);
      if (earlier === undefined) rowByName.set(key, row);
      const stored = this.#idByName.has(key);
      if (!stored && earlier === undefined) return [];
      const error = stored ? 'A machine of this name exists' : `The same name as in row ${earlier}`;
      return [{ field: `[${row}].name`, error, value: name }];
    });
  }

  /** A new machine, or one that is described anew. Its place in the orders is the caller's matter. */
  put(record: MachineRecord): IndexedEntry {
    let entry = this.#entries.get(record.id);
    if (entry === undefined) entry = new IndexedEntry(record);
    else this.#idByName.delete(entry.nameKey);
    entry.describe(record);
    this.#entries.set(record.id, entry);
    this.#idByName.set(entry.nameKey, record.id);
    return entry;
  }

  delete(machineId: string): void {
    const entry = this.#entries.get(machineId);
    if (entry === undefined) return;
    this.#idByName.delete(entry.nameKey);
    this.list.remove(entry);
    this.#entries.delete(machineId);
  }

  /** Brings the machines of `machineIds` to what is stored of them. @returns how each changed that did */
  takeOver(machineIds: readonly string[] | 'all', stored: readonly MachineRecord[]): Map<string, MachineChange> {
    const changes = new Map<string, MachineChange>();
    const there = new Set(stored.map((record) => record.id));
    for (const machineId of machineIds === 'all' ? [...this.#entries.keys()] : machineIds) {
      if (there.has(machineId) || !this.#entries.has(machineId)) continue;
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

  clear(): void {
    this.#entries.clear();
    this.#idByName.clear();
    this.list.clear();
  }
}
