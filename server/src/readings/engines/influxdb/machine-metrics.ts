// Which metrics a machine has or had. Stored, because a statement must name its fields, and the fields of a measurement are
// those of every machine.

import { randomInt } from 'node:crypto';
import { METRICS } from '@gonsters/contract';
import type { Clock } from '../../../clock.ts';
import { metricIndexOf, metricNameAt } from '../../../metric-index.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, FIRST_MS, quoteName, where } from './influxql.ts';
import { MACHINE_METRICS, nanoseconds, quoteField, seriesOf } from './line-protocol.ts';

const EVER = { fromMs: FIRST_MS, toMs: END_MS };
const NS_PER_MS = 1_000_000;
/** Versions that stored no list had these metrics only. */
const SEED = METRICS.map((_, m) => m);

export class MachineMetrics {
  readonly #client: InfluxdbClient;
  readonly #clock: Clock;
  /** What this node has stored or read, by machine: 1 at the number of each metric. Other nodes may have stored more. */
  #known = new Map<string, Uint8Array>();

  constructor(client: InfluxdbClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    this.#known = new Map();
    for (const [machineId, metrics] of await this.#read(null))
      for (const metric of metrics) this.#learn(machineId, metric);
  }

  /** Stores which metrics of a batch are new for their machine. Rejects with InfluxdbError. */
  async update(batch: ReadingBatch): Promise<void> {
    const added = new Map<string, Set<number>>();
    let id: string | undefined;
    let known: Uint8Array | undefined;
    for (let row = 0; row < batch.length; row++) {
      if (batch.machineIds[row] !== id) {
        id = batch.machineIds[row] as string;
        known = this.#known.get(id);
      }
      const end = batch.starts[row + 1] as number;
      for (let k = batch.starts[row] as number; k < end; k++) {
        const metric = batch.metrics[k] as number;
        if (metric < SEED.length || known?.[metric] === 1) continue;
        const metrics = added.get(id as string) ?? new Set();
        added.set(id as string, metrics.add(metric));
      }
    }
    await this.#store(added);
  }

  /** Stores that a machine has these metrics. Rejects with InfluxdbError. */
  async add(machineId: string, metrics: Iterable<number>): Promise<void> {
    const known = this.#known.get(machineId);
    const added = new Set([...metrics].filter((metric) => metric >= SEED.length && known?.[metric] !== 1));
    await this.#store(added.size === 0 ? new Map() : new Map([[machineId, added]]));
  }

  async #store(added: ReadonlyMap<string, ReadonlySet<number>>): Promise<void> {
    if (added.size === 0) return;
    const atMs = this.#clock.nowMs();
    let lines = '';
    for (const [machineId, metrics] of added) {
      // Two nodes may add metrics of one machine in the same millisecond.
      const time = BigInt(nanoseconds(atMs)) + BigInt(randomInt(NS_PER_MS));
      const names = [...metrics].map(metricNameAt).join();
      lines += `${seriesOf(MACHINE_METRICS, [['machine_id', machineId]])}metrics=${quoteField(names)} ${time}\n`;
    }
    await this.#client.write(lines);
    for (const [machineId, metrics] of added) for (const metric of metrics) this.#learn(machineId, metric);
  }

  /** The metrics of machines as stored by all nodes, ascending. The metrics of the seed are always among them. */
  async of(machineIds: readonly string[]): Promise<Map<string, readonly number[]>> {
    const known = await this.#read(machineIds.length === 1 ? (machineIds[0] as string) : null);
    return new Map(
      machineIds.map((id) => [id, [...new Set([...SEED, ...(known.get(id) ?? [])])].sort((a, b) => a - b)]),
    );
  }

  async #read(machineId: string | null): Promise<Map<string, Set<number>>> {
    const found = new Map<string, Set<number>>();
    const statement = `SELECT "metrics" FROM ${quoteName(MACHINE_METRICS)} WHERE ${where(EVER, machineId)} GROUP BY "machine_id"`;
    for await (const { tags, values } of this.#client.query(statement)) {
      const id = tags.machine_id as string;
      const metrics = found.get(id) ?? new Set();
      for (const [, names] of values) for (const name of String(names).split(',')) metrics.add(metricIndexOf(name));
      found.set(id, metrics);
    }
    return found;
  }

  deleteMachine(machineId: string): void {
    this.#known.delete(machineId);
  }

  #learn(machineId: string, metric: number): void {
    let known = this.#known.get(machineId);
    if (known === undefined || known.length <= metric) {
      const longer = new Uint8Array(metric + 64);
      if (known) longer.set(known);
      known = longer;
      this.#known.set(machineId, known);
    }
    known[metric] = 1;
  }
}
