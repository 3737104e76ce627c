// Groups machines that have the same metrics, so that one statement asks for several of them.

const MAX_MACHINES = 50;
/** Machines times metrics of a group. */
const MAX_SERIES = 1_000;

export interface MachineGroup {
  readonly machineIds: readonly string[];
  readonly metrics: readonly number[];
}

/** Groups of bounded size. Machines without metrics are in none. */
export function groupsOf(metricsOf: ReadonlyMap<string, readonly number[]>): MachineGroup[] {
  const open = new Map<string, { machineIds: string[]; metrics: readonly number[] }>();
  const groups: MachineGroup[] = [];
  for (const [machineId, metrics] of metricsOf) {
    if (metrics.length === 0) continue;
    const key = metrics.join();
    const group = open.get(key);
    const size = Math.max(1, Math.min(MAX_MACHINES, Math.floor(MAX_SERIES / metrics.length)));
    if (group !== undefined && group.machineIds.length < size) {
      group.machineIds.push(machineId);
      continue;
    }
    const next = { machineIds: [machineId], metrics };
    open.set(key, next);
    groups.push(next);
  }
  return groups;
}
