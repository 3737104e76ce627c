// The names of all machines by what they look like, so that a new name is not mistaken for that of another machine.

import type { Fault } from '@gonsters/contract';
import { lookKeys } from '../name-look.ts';
import type { IndexedEntry } from './machine-entry.ts';
import type { Claimant } from './machine-keys.ts';
import type { MachineRecord } from './machine-repository.ts';

/** Names from before this rule may look the same; only new and changed names are refused. */
export class MachineNames {
  readonly #byLook = new Map<string, Set<IndexedEntry>>();

  add(entry: IndexedEntry): void {
    for (const key of entry.lookKeys) {
      const group = this.#byLook.get(key);
      if (group === undefined) this.#byLook.set(key, new Set([entry]));
      else group.add(entry);
    }
  }

  /** Call before the entry gets another name. */
  remove(entry: IndexedEntry): void {
    for (const key of entry.lookKeys) {
      const group = this.#byLook.get(key);
      group?.delete(entry);
      if (group?.size === 0) this.#byLook.delete(key);
    }
  }

  clear(): void {
    this.#byLook.clear();
  }

  /** A fault for each new name that looks like that of another machine than `own`, be it stored or in an earlier row. */
  takenLooks(machines: readonly Claimant[], own: IndexedEntry | undefined): { kind: 'name'; fault: Fault }[] {
    const rowByLook = new Map<string, number>();
    return machines.flatMap(({ name }, row) => {
      if (name === undefined || name === own?.record.name) return [];
      const keys = lookKeys(name);
      const isStored = keys.some((key) => [...(this.#byLook.get(key) ?? [])].some((entry) => entry !== own));
      const earlier = keys.map((key) => rowByLook.get(key)).find((each) => each !== undefined);
      for (const key of keys) if (!rowByLook.has(key)) rowByLook.set(key, row);
      if (!isStored && earlier === undefined) return [];
      const error = isStored
        ? 'name must not look the same as the name of another machine'
        : `Row ${earlier} of the request has a name that looks the same`;
      return [{ kind: 'name' as const, fault: { field: `[${row}].name`, error, value: name } }];
    });
  }

  /** The groups of machines whose names look the same. */
  lookAlikes(): MachineRecord[][] {
    const found = new Map<string, MachineRecord[]>();
    for (const group of this.#byLook.values()) {
      if (group.size < 2) continue;
      const records = [...group].map(({ record }) => record);
      found.set(
        records
          .map(({ id }) => id)
          .sort()
          .join(),
        records,
      );
    }
    return [...found.values()];
  }
}
