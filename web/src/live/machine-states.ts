// Status and connection of machines as they change, over what the lists said when they were loaded.

import type { StatusChange } from '@gonsters/contract';
import { ChangeSignal } from './change-signal.ts';

/** The newest changes win over the list; past this many the oldest are forgotten, the next list has them. */
const MAX_CHANGES = 20_000;

export class MachineStates {
  readonly signal = new ChangeSignal();
  readonly #byId = new Map<string, StatusChange>();

  of(machineId: string): StatusChange | null {
    return this.#byId.get(machineId) ?? null;
  }

  apply(changes: readonly StatusChange[]): void {
    for (const change of changes) {
      this.#byId.delete(change.machine_id);
      this.#byId.set(change.machine_id, change);
    }
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= MAX_CHANGES) break;
      this.#byId.delete(id);
    }
    this.signal.tell();
  }

  /** After a reconnect the lists are loaded again and are newer than anything kept here. */
  clear(): void {
    this.#byId.clear();
    this.signal.tell();
  }
}
