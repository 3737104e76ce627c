// Makes and reads the day rollups of a time zone.

import { bucketGrid, type LocalDays } from '../../bucket-grid.ts';
import type { MachineRollups } from '../../store-copies.ts';
import { DAY_MS, INTERVALS_MS } from '../../time-buckets.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { groupedLocalDaysStatement, type TimeRange } from './influxql.ts';
import { LineWriter } from './line-writer.ts';
import type { MachineGroup } from './machine-groups.ts';
import { readRollups } from './read-rollups.ts';
import { rollupFields, rollupLines } from './rollup-rows.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** Buckets times metrics of some machines that are in memory at once. */
const MAX_BUCKETS = 100_000;

export class LocalDayWriter {
  readonly #client: InfluxdbClient;
  readonly #rollupWriter: RollupWriter;

  constructor(client: InfluxdbClient, rollupWriter: RollupWriter) {
    this.#client = client;
    this.#rollupWriter = rollupWriter;
  }

  /** Makes whole days of a time zone from rollups of hours, or of minutes where its days begin within an hour. */
  async write(days: LocalDays, range: TimeRange, machineId?: string): Promise<void> {
    const { rollup } = bucketGrid('1d', days.zone);
    const writer = new LineWriter(this.#client);
    for (const group of await this.#rollupWriter.groups([rollup], range, machineId)) {
      const kinds = new Map(this.#rollupWriter.known(group.metrics).map(({ metric, kind }) => [metric, kind]));
      const kindOf = (metric: number) => kinds.get(metric) ?? 'gauge';
      for await (const [id, finer] of this.sources(group, days, range)) {
        await writer.add(rollupLines(days, id, this.#rollupWriter.coarser(finer, days), kindOf));
      }
    }
    await writer.end();
  }

  /** What days of a time zone are made from, by machine and for some days at a time. */
  async *sources(
    { machineIds, metrics }: MachineGroup,
    days: LocalDays,
    range: TimeRange,
  ): AsyncGenerator<[machineId: string, finer: MachineRollups, part: TimeRange]> {
    const { rollup } = bucketGrid('1d', days.zone);
    const perDay = (DAY_MS / INTERVALS_MS[rollup]) * Math.max(1, metrics.length);
    const machinesAtOnce = Math.max(1, Math.floor(MAX_BUCKETS / perDay));
    const daysAtOnce = Math.max(1, Math.floor(MAX_BUCKETS / (perDay * Math.min(machinesAtOnce, machineIds.length))));
    for (let fromMs = range.fromMs; fromMs < range.toMs; ) {
      let toMs = fromMs;
      for (let n = 0; n < daysAtOnce && toMs < range.toMs; n++) toMs = days.endOf(toMs);
      for (let at = 0; at < machineIds.length; at += machinesAtOnce) {
        const group = { machineIds: machineIds.slice(at, at + machinesAtOnce), metrics };
        for (const [id, finer] of await this.#rollupWriter.read(rollup, group, { fromMs, toMs }))
          yield [id, finer, { fromMs, toMs }];
      }
      fromMs = toMs;
    }
  }

  /** Stored days of a time zone by machine. */
  async read(zone: string, group: MachineGroup, range: TimeRange): Promise<Map<string, MachineRollups>> {
    const known = this.#rollupWriter.known(group.metrics);
    const statement = groupedLocalDaysStatement(zone, rollupFields(known), range, group.machineIds);
    return readRollups(this.#client, known, statement);
  }
}
