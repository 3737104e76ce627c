// The rows of the table: machines of several types are grouped by type, since types measure different things.

import type { Machine } from '@gonsters/contract';

export type TableItem = { kind: 'type'; type: string; count: number } | { kind: 'machine'; machine: Machine };

/** The order of the machines is kept in each group; the groups are in the order of their first machine. */
export function tableItems(machines: readonly Machine[]): TableItem[] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const group = groups.get(machine.sensor_type) ?? [];
    group.push(machine);
    groups.set(machine.sensor_type, group);
  }
  const mixed = groups.size > 1;
  return [...groups].flatMap(([type, group]): TableItem[] => [
    ...(mixed ? [{ kind: 'type' as const, type, count: group.length }] : []),
    ...group.map((machine) => ({ kind: 'machine' as const, machine })),
  ]);
}

/** The row to go to from `from` in steps of `step`: heads of groups are passed over. */
export function nextMachine(items: readonly TableItem[], from: number, to: number): number {
  const step = to >= from ? 1 : -1;
  const isMachine = (index: number) => items[index]?.kind === 'machine';
  for (let index = to; index >= 0 && index < items.length; index += step) if (isMachine(index)) return index;
  for (let index = to; index >= 0 && index < items.length; index -= step) if (isMachine(index)) return index;
  return from;
}
