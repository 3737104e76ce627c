// Copies the rows of some machines from one block of readings to another.

import type { ColumnsBuilder, ReadingColumns } from '../../readings/reading-columns.ts';

/** @returns how many rows were copied */
export function copyRows(from: ReadingColumns, into: ColumnsBuilder, isWanted: (machineId: string) => boolean): number {
  const values = new Float64Array(from.values.length);
  let copied = 0;
  for (let row = 0; row < from.length; row++) {
    const machineId = from.machineIds[row] as string;
    if (!isWanted(machineId)) continue;
    for (let m = 0; m < values.length; m++) values[m] = (from.values[m] as Float64Array)[row] as number;
    into.add(machineId, from.timestampsMs[row] as number, values);
    copied++;
  }
  return copied;
}
