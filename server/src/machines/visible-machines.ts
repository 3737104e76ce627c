// The machines of a scope, as lists, replies and live frames read them.

import { inScope, isInScope, type MachineScope } from './machine-scope.ts';
import type { MachineEntry, MachineService } from './machine-service.ts';

export type VisibleMachines = Pick<MachineService, 'get' | 'connectionOf' | 'newest' | 'view'> & {
  entries(): Iterable<MachineEntry>;
};

/** As if there were no others. */
export const machinesIn = (machines: MachineService, scope: MachineScope): VisibleMachines =>
  scope === null ? machines : new ScopedMachines(machines, scope);

class ScopedMachines implements VisibleMachines {
  readonly #machines: MachineService;
  readonly #scope: MachineScope;

  constructor(machines: MachineService, scope: MachineScope) {
    this.#machines = machines;
    this.#scope = scope;
  }

  get newest() {
    return this.#machines.newest;
  }

  get(machineId: string): MachineEntry | undefined {
    const entry = this.#machines.get(machineId);
    return entry !== undefined && isInScope(this.#scope, entry.record) ? entry : undefined;
  }

  entries(): Iterable<MachineEntry> {
    return inScope(this.#machines.entries(), this.#scope);
  }

  connectionOf(entry: MachineEntry) {
    return this.#machines.connectionOf(entry);
  }

  view(...args: Parameters<MachineService['view']>) {
    return this.#machines.view(...args);
  }
}
