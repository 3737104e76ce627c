// Reads the rollups that a statement returns machine by machine.

import type { InfluxdbClient } from './influxdb-client.ts';
import { type KnownMetric, RollupReader, rollupFields } from './rollup-rows.ts';

/** By machine. The statement returns the fields of `rollupFields`. Rejects with InfluxdbError. */
export async function readRollups(
  client: InfluxdbClient,
  known: readonly KnownMetric[],
  statement: string,
): Promise<Map<string, RollupReader>> {
  const found = new Map<string, RollupReader>();
  const width = rollupFields(known).length + 1;
  for await (const { tags, values } of client.query(statement, { isLong: true, width })) {
    const id = tags.machine_id as string;
    const reader = found.get(id) ?? new RollupReader(known);
    found.set(id, reader);
    for (const row of values) reader.add(row);
  }
  return found;
}
