// The rows of the table: machines of several types are grouped by type, since types measure different things.

import type { Machine } from '@gonsters/contract';

/** `position` counts the machines alone, from 0. */
export type TableItem =
  | { kind: 'type'; type: string; count: number }
  | { kind: 'machine'; machine: Machine; position: number };

/** Unique in the table. */
export const itemKey = (item: TableItem | undefined): string =>
  item === undefined ? '' : item.kind === 'type' ? `type ${item.type}` : item.machine.machine_id;

/** The order of the machines is kept in each group; the groups are in the order of their first machine. */
export function tableItems(machines: readonly Machine[]): TableItem[] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const group = groups.get(machine.sensor_type) ?? [];
    group.push(machine);
    groups.set(machine.sensor_type, group);
  }
  const mixed = groups.size > 1;
  let position = 0;
  return [...groups].flatMap(([type, group]): TableItem[] => [
    ...(mixed ? [{ kind: 'type' as const, type, count: group.length }] : []),
    ...group.map((machine) => ({ kind: 'machine' as const, machine, position: position++ })),
  ]);
}
