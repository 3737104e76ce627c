// Finds the newest value of each metric of machines, and of one machine before a time, with few queries: each asks for the
// newest points of several machines, and the next one only for the metrics that were not among them.

import { LatestValues } from '../../latest-values.ts';
import { BAD, BatchBuilder, type ReadingBatch } from '../../reading-batch.ts';
import { DAY_MS, HOUR_MS } from '../../time-buckets.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, FIRST_MS, type Fields, groupedPointsStatement, qualityFields, valueFields } from './influxql.ts';
import { QUALITY, READINGS } from './line-protocol.ts';
import { groupsOf, type MachineGroup } from './machine-groups.ts';
import { badValue } from './quality-marks.ts';

/** Points of each machine in one answer. */
const POINTS = 20;
/** First the newest data is searched, which is in few shards. */
const SEARCH_BACK_MS = [HOUR_MS, DAY_MS, Number.POSITIVE_INFINITY];
const QUERIES_AT_ONCE = 3;
const LONG = { isLong: true };

/** By machine: the metrics that are still searched for. */
type Wanted = Map<string, number[]>;
interface Newest {
  readonly timestampMs: number;
  readonly value: number;
  readonly quality: number;
}

/** The newest value of each of the given metrics of each machine, bad ones included. */
export async function newestValues(
  client: InfluxdbClient,
  metricsOf: ReadonlyMap<string, readonly number[]>,
  nowMs: number,
): Promise<ReadingBatch> {
  const newest = new Map<string, Map<number, Newest>>();
  const found = (machineId: string) => {
    const known = newest.get(machineId) ?? new Map<number, Newest>();
    newest.set(machineId, known);
    return known;
  };
  let wanted: Wanted = new Map([...metricsOf].map(([id, metrics]) => [id, [...metrics]]));
  for (const backMs of SEARCH_BACK_MS) {
    const fromMs = Math.max(nowMs - backMs, FIRST_MS);
    wanted = await search(client, READINGS, wanted, fromMs, (machineId, metric, timestampMs, value) =>
      found(machineId).set(metric, { timestampMs, value, quality: 0 }),
    );
  }
  // A mark counts if it is at the time of the value, or later.
  const ages = new Map<number, Wanted>();
  for (const [machineId, metrics] of metricsOf) {
    for (const metric of metrics) {
      const timestampMs = newest.get(machineId)?.get(metric)?.timestampMs ?? Number.NEGATIVE_INFINITY;
      const backMs = SEARCH_BACK_MS.find((ms) => timestampMs >= nowMs - ms) as number;
      const sinceMs = Math.max(nowMs - backMs, FIRST_MS);
      const machines = ages.get(sinceMs) ?? new Map<string, number[]>();
      ages.set(sinceMs, machines);
      machines.set(machineId, [...(machines.get(machineId) ?? []), metric]);
    }
  }
  for (const [fromMs, machines] of ages) {
    await search(client, QUALITY, machines, fromMs, (machineId, metric, timestampMs, mark, original) => {
      const value = newest.get(machineId)?.get(metric);
      if (value !== undefined && timestampMs < value.timestampMs) return;
      if (mark >= BAD) found(machineId).set(metric, { timestampMs, ...badValue(mark, original) });
      else if (value?.timestampMs === timestampMs) found(machineId).set(metric, { ...value, quality: mark });
    });
  }
  const rows = new BatchBuilder();
  for (const [machineId, values] of newest) {
    const latest = new LatestValues();
    for (const [metric, { timestampMs, value, quality }] of values) latest.set(metric, timestampMs, value, quality);
    latest.addReadings(rows, machineId);
  }
  return rows.finish();
}

/**
 * Visits the newest point of each metric since a time, with its one or two fields.
 *
 * @returns the metrics that have none
 */
async function search(
  client: InfluxdbClient,
  measurement: string,
  wanted: Wanted,
  fromMs: number,
  visit: (machineId: string, metric: number, timestampMs: number, field: number, second: number | null) => void,
): Promise<Wanted> {
  const missing: Wanted = new Map(wanted);
  const fieldsOf = measurement === QUALITY ? qualityFields : valueFields;
  const perMetric = measurement === QUALITY ? 2 : 1;
  let open = wanted;
  while (open.size > 0) {
    const next: Wanted = new Map();
    const ask = async ({ machineIds, metrics }: MachineGroup) => {
      const fields: Fields = fieldsOf(metrics);
      const statement = groupedPointsStatement(measurement, fields, { fromMs, toMs: END_MS }, machineIds, POINTS);
      const points = new Map<string, number>();
      for await (const { tags, values } of client.query(statement, { ...LONG, width: fields.length + 1 })) {
        const id = tags.machine_id as string;
        const rest = new Set(missing.get(id));
        points.set(id, (points.get(id) ?? 0) + values.length);
        for (const point of values) {
          for (const [i, metric] of metrics.entries()) {
            const field = point[1 + perMetric * i] as number | null;
            if (field === null || !rest.delete(metric)) continue;
            visit(id, metric, point[0] as number, field, (point[2 + perMetric * i] as number | null) ?? null);
          }
        }
        missing.set(id, [...rest]);
      }
      for (const [id, count] of points) {
        const rest = missing.get(id) as number[];
        if (rest.length > 0 && count === POINTS) next.set(id, rest);
      }
    };
    const groups = groupsOf(open);
    await Promise.all(
      Array.from({ length: QUERIES_AT_ONCE }, async () => {
        for (let group = groups.shift(); group !== undefined; group = groups.shift()) await ask(group);
      }),
    );
    open = next;
  }
  return missing;
}
