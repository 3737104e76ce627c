// All machines in memory, found by id and by name, and sorted for lists.

import { isDeepStrictEqual } from 'node:util';
import type { Fault, MachineInput } from '@gonsters/contract';
import { nameKey } from '../name-key.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
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

  /** A fault for each new machine whose name is in use; if two inputs share a name, the later one gets the fault. */
  takenNames(inputs: readonly MachineInput[]): Fault[] {
    const rowByName = new Map<string, number>();
    return inputs.flatMap(({ name }, row) => {
      const key = nameKey(name);
      const earlier = rowByName.get(key);
      if (earlier === undefined) rowByName.set(key, row);
      const stored = this.#idByName.has(key);
      if (!stored && earlier === undefined) return [];
      const error = stored
        ? 'A machine with this name already exists'
        : `Row ${earlier} of the request has the same name`;
      return [{ field: `[${row}].name`, error, value: name }];
    });
  }

  /** Adds or updates a machine. The caller updates the sorted lists. */
  put(record: MachineRecord): IndexedEntry {
    let entry = this.#entries.get(record.id);
    if (entry === undefined) entry = new IndexedEntry(record);
    else this.#idByName.delete(entry.nameKey);
    entry.update(record);
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
    this.#idByName.clear();
    this.list.clear();
  }
}
