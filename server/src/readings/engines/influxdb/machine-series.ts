// Finds the series of a reading: the tags that its machine had at the time of the reading. If a reading is sent again
// after the machine was moved to another hall, it replaces the first one instead of being stored twice.

import type { Clock } from '../../../clock.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, FIRST_MS, quoteName, where } from './influxql.ts';
import { DESCRIPTIONS, nanoseconds, quoteField, READINGS, seriesOf, tagText } from './line-protocol.ts';

/** Returns null if the machine has no description. */
export type DescribeMachine = (machineId: string) => { sensorType: string; location: string } | null;

interface Description {
  /** When the description became valid. The first one also holds for earlier times. */
  readonly fromMs: number;
  readonly sensorType: string;
  readonly location: string;
  /** Measurement and tags of a reading. */
  readonly series: string;
}

const EVER = { fromMs: FIRST_MS, toMs: END_MS };

export class MachineSeries {
  readonly #client: InfluxdbClient;
  readonly #describe: DescribeMachine;
  readonly #clock: Clock;
  /** Ascending. One entry for each machine with readings, and one more for each change of its description. */
  #known = new Map<string, Description[]>();

  constructor(deps: { client: InfluxdbClient; describe: DescribeMachine; clock: Clock }) {
    this.#client = deps.client;
    this.#describe = deps.describe;
    this.#clock = deps.clock;
  }

  async load(): Promise<void> {
    this.#known = await this.#read(where(EVER));
  }

  /**
   * Stores changed descriptions of the machines of a batch. Afterwards `at` knows every machine. Rejects with
   * InfluxdbError.
   */
  async update(batch: ReadingBatch): Promise<void> {
    const changed = new Set<string>();
    let seen: string | undefined;
    for (const id of batch.machineIds) {
      if (id !== seen && this.#changeOf(id) !== null) changed.add(id);
      seen = id;
    }
    if (changed.size === 0) return;
    for (const id of changed) {
      // If another node has recorded the change before, its time counts.
      if (!this.#known.has(id)) continue;
      const stored = await this.#read(where(EVER, id));
      this.#known.set(id, stored.get(id) ?? []);
    }
    const atMs = this.#clock.nowMs();
    const news: [string, Description][] = [];
    for (const id of changed) {
      const change = this.#changeOf(id);
      if (change !== null) news.push([id, descriptionOf(id, atMs, change.sensorType, change.location)]);
    }
    await this.#client.write(news.map(([id, description]) => lineOf(id, description)).join(''));
    for (const [id, description] of news) this.#known.set(id, [...(this.#known.get(id) ?? []), description]);
  }

  /** Measurement and tags of a machine at a time. */
  at(machineId: string, timestampMs: number): string {
    const known = this.#known.get(machineId) as Description[];
    for (let i = known.length - 1; i > 0; i--) {
      const description = known[i] as Description;
      if (description.fromMs <= timestampMs) return description.series;
    }
    return (known[0] as Description).series;
  }

  deleteMachine(machineId: string): void {
    this.#known.delete(machineId);
  }

  /** The new description if it differs from the known one. A machine that was removed keeps its last description. */
  #changeOf(machineId: string): { sensorType: string; location: string } | null {
    const last = this.#known.get(machineId)?.at(-1);
    const said = this.#describe(machineId);
    if (said === null) return last ? null : { sensorType: '', location: '' };
    const now = { sensorType: tagText(said.sensorType), location: tagText(said.location) };
    return last && last.sensorType === now.sensorType && last.location === now.location ? null : now;
  }

  async #read(condition: string): Promise<Map<string, Description[]>> {
    const found = new Map<string, Description[]>();
    const statement = `SELECT "sensor_type", "location" FROM ${quoteName(DESCRIPTIONS)} WHERE ${condition} GROUP BY "machine_id"`;
    for await (const { tags, values } of this.#client.query(statement)) {
      const id = tags.machine_id as string;
      const read = values.map(([fromMs, sensorType, location]) =>
        descriptionOf(id, fromMs as number, String(sensorType ?? ''), String(location ?? '')),
      );
      found.set(id, [...(found.get(id) ?? []), ...read]);
    }
    return found;
  }
}

function descriptionOf(machineId: string, fromMs: number, sensorType: string, location: string): Description {
  const series = seriesOf(READINGS, [
    ['location', location],
    ['machine_id', machineId],
    ['sensor_type', sensorType],
  ]);
  return { fromMs, sensorType, location, series };
}

function lineOf(machineId: string, { fromMs, sensorType, location }: Description): string {
  const series = seriesOf(DESCRIPTIONS, [['machine_id', machineId]]);
  return `${series}sensor_type=${quoteField(sensorType)},location=${quoteField(location)} ${nanoseconds(fromMs)}\n`;
}
