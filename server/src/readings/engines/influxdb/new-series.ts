// Waits until what was written to openGemini can be read. Its index shows a new series up to three seconds after the write was
// acknowledged (the interval at which openGemini's mergeset writes its items to parts), where InfluxDB shows it at once.

import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '../../time-buckets.ts';
import { InfluxdbError, type SeriesRows } from './influxdb-answers.ts';
import { quoteName, where } from './influxql.ts';
import { seriesOf } from './line-protocol.ts';

const WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 100;
/** Bounds the length of a statement. */
const MACHINES_PER_STATEMENT = 100;
/** When this many are known, all are forgotten; each is then looked for once more. */
const MAX_KNOWN = 500_000;
const MACHINE_TAG = /(?<=,)machine_id=((?:\\.|[^,\\ ])*)/;

type Query = (statement: string) => AsyncIterable<SeriesRows>;

/** Series of one measurement on one day that were not seen yet. */
interface Unseen {
  readonly measurement: string;
  readonly day: number;
  /** Measurement and tags, as `seriesOf` writes them. */
  readonly series: Set<string>;
}

export class NewSeries {
  readonly #query: Query;
  /** A series is new in each part of the index, of which there is at most one for each day. */
  readonly #known = new Set<string>();

  constructor(query: Query) {
    this.#query = query;
  }

  /** Resolves when queries find every series of the lines. Rejects with InfluxdbError after 15 seconds. */
  async untilVisible(lines: string): Promise<void> {
    const endsAt = performance.now() + WITHIN_MS;
    const unseen = this.#unseenIn(lines);
    for (const found of unseen.values()) {
      for (let isFirst = true; found.series.size > 0; isFirst = false) {
        if (!isFirst) await sleep(LOOK_EVERY_MS);
        if (performance.now() > endsAt) throw new InfluxdbError(null, 'openGemini does not show what it has stored');
        for await (const series of this.#visible(found)) {
          found.series.delete(series);
          this.#known.add(`${found.day} ${series}`);
        }
      }
    }
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
  }

  #unseenIn(lines: string): Map<string, Unseen> {
    const unseen = new Map<string, Unseen>();
    for (const line of lines.split('\n')) {
      const end = line.search(/(?<!\\) /);
      if (end < 0) continue;
      const series = line.slice(0, end + 1);
      const day = Math.floor(Number(line.slice(line.lastIndexOf(' ') + 1, -6)) / DAY_MS);
      if (this.#known.has(`${day} ${series}`)) continue;
      const measurement = series.slice(0, series.search(/[, ]/));
      const key = `${day} ${measurement}`;
      const found = unseen.get(key) ?? { measurement, day, series: new Set<string>() };
      unseen.set(key, found);
      found.series.add(series);
    }
    return unseen;
  }

  async *#visible({ measurement, day, series }: Unseen): AsyncGenerator<string> {
    const range = { fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS };
    const machines = [...new Set([...series].map((each) => MACHINE_TAG.exec(each)?.[1] ?? null))];
    for (let first = 0; first < machines.length; first += MACHINES_PER_STATEMENT) {
      const some = machines.slice(first, first + MACHINES_PER_STATEMENT);
      const named = some.some((id) => id === null) ? null : (some as string[]);
      const statement = `SELECT * FROM ${quoteName(measurement)} WHERE ${where(range, named)} GROUP BY * LIMIT 1`;
      for await (const { tags } of this.#query(statement)) yield seriesOf(measurement, Object.entries(tags).sort());
    }
  }
}
