// Reads one page of single readings. The rollups give the counts, so that only the hours of the page are read.

import { METRICS } from '@gonsters/contract';
import type { RawPage, RawRange } from '../../../reading-store.ts';
import { DAY_MS, HOUR_MS } from '../../../time-buckets.ts';
import { concatRows, type Rows, sliceRows } from '../rows.ts';
import type { MachineView } from './machine-view.ts';
import type { TimeRange } from './query-plan.ts';

/** In shorter ranges, reading the rows is quicker than counting them first. */
const COUNT_FROM_MS = 2 * HOUR_MS;

export async function readRawPage(view: MachineView, query: RawRange): Promise<RawPage> {
  const page = new PageCollector(query);
  const range = { fromMs: Math.max(query.fromMs, view.firstRawMs), toMs: query.toMs };
  if (range.fromMs < range.toMs) await collect(view, range, page);
  return page.finish(query.machineId);
}

async function collect(view: MachineView, range: TimeRange, page: PageCollector): Promise<void> {
  const span = range.toMs - range.fromMs;
  if (span <= COUNT_FROM_MS) {
    for await (const rows of view.rows(range, page.order)) page.add(rows);
    return;
  }
  const [interval, unitMs] = span > 2 * DAY_MS ? (['1d', DAY_MS] as const) : (['1h', HOUR_MS] as const);
  const counts = (await view.sums(range, interval, unitMs)).counts();
  for (const [startMs, count] of page.order === 'asc' ? counts : counts.reverse()) {
    if (page.passesOver(count)) continue;
    await collect(
      view,
      { fromMs: Math.max(range.fromMs, startMs), toMs: Math.min(range.toMs, startMs + unitMs) },
      page,
    );
  }
}

class PageCollector {
  readonly order: 'asc' | 'desc';
  readonly #offset: number;
  readonly #end: number;
  /** Rows passed so far, whether they belong to the page or not. */
  #position = 0;
  readonly #parts: Rows[] = [];

  constructor(query: RawRange) {
    this.order = query.order;
    this.#offset = query.offset;
    this.#end = query.offset + query.limit;
  }

  /** Counts rows without reading them. False if some of them belong to the page. */
  passesOver(count: number): boolean {
    const isOutside = this.#position + count <= this.#offset || this.#position >= this.#end;
    if (isOutside) this.#position += count;
    return isOutside;
  }

  /** `ascending` are the next rows in the order of the page. */
  add(ascending: Rows): void {
    const from = Math.max(0, this.#offset - this.#position);
    const to = Math.min(ascending.length, this.#end - this.#position);
    this.#position += ascending.length;
    if (from >= to) return;
    this.#parts.push(
      this.order === 'asc'
        ? sliceRows(ascending, from, to)
        : reversed(sliceRows(ascending, ascending.length - to, ascending.length - from)),
    );
  }

  finish(machineId: string): RawPage {
    const rows = concatRows(this.#parts);
    return {
      total: this.#position,
      rows: { ...rows, machineIds: new Array<string>(rows.length).fill(machineId) },
    };
  }
}

function reversed(rows: Rows): Rows {
  const flip = (column: Float64Array) => column.slice().reverse();
  return {
    length: rows.length,
    timestampsMs: flip(rows.timestampsMs),
    values: METRICS.map((_, m) => flip(rows.values[m] as Float64Array)),
  };
}
