// Changes of the status and connection of machines since the lists were loaded.

import type { StatusChange } from '@gonsters/contract';
import { ChangeSignal } from './change-signal.ts';
import { KeyedSignal } from './keyed-signal.ts';

/** The newest changes win over the list; past this many the oldest are forgotten, the next list has them. */
const MAX_CHANGES = 20_000;

export class MachineStates {
  /** Any machine changed. Views of a single machine subscribe to that machine. */
  readonly signal = new ChangeSignal();
  readonly #machines = new KeyedSignal();
  readonly #byId = new Map<string, StatusChange>();

  of(machineId: string): StatusChange | null {
    return this.#byId.get(machineId) ?? null;
  }

  /** @returns a function that ends the watch */
  watch(machineId: string, listener: () => void): () => void {
    return this.#machines.watch(machineId, listener);
  }

  apply(changes: readonly StatusChange[]): void {
    const changed = new Set<string>();
    for (const change of changes) {
      const known = this.#byId.get(change.machine_id);
      this.#byId.delete(change.machine_id);
      // The same object where nothing changed, so that nothing renders.
      this.#byId.set(change.machine_id, known && isSame(known, change) ? known : change);
      if (!known || !isSame(known, change)) changed.add(change.machine_id);
    }
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= MAX_CHANGES) break;
      this.#byId.delete(id);
      changed.add(id);
    }
    this.#tell(changed);
  }

  /** After a reconnect the lists are loaded again and are newer than anything kept here. */
  clear(): void {
    const known = new Set(this.#byId.keys());
    this.#byId.clear();
    this.#tell(known);
  }

  #tell(changed: ReadonlySet<string>): void {
    if (changed.size === 0) return;
    this.#machines.tell(changed);
    this.signal.tell();
  }
}

const isSame = (a: StatusChange, b: StatusChange) =>
  a.status === b.status && a.connection === b.connection && a.severity === b.severity;
