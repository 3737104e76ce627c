// Reads one page of single readings. The rollups give the counts, so that only the hours of the page are read.

import { metricIndexOf } from '../../../../metric-index.ts';
import type { RawPage, RawQuery } from '../../../reading-store.ts';
import type { MetricColumn, ReadingTable } from '../../../reading-table.ts';
import { DAY_MS, HOUR_MS } from '../../../time-buckets.ts';
import { READINGS } from '../series.ts';
import { chunksOf } from './chunks-of-hours.ts';
import type { MachineView } from './machine-view.ts';
import { partsOfHours, type TimeRange } from './query-plan.ts';
import { readCounts } from './read-buckets.ts';
import { tableOf } from './series-table.ts';

/** In shorter ranges, reading the rows is quicker than counting them first. */
const COUNT_FROM_MS = 2 * HOUR_MS;

export async function readRawPage(view: MachineView, query: RawQuery): Promise<RawPage> {
  const page = new PageCollector(query);
  const range = { fromMs: Math.max(query.fromMs, view.firstValueMs), toMs: query.toMs };
  if (range.fromMs < range.toMs) await collect(view, range, page);
  return page.finish();
}

/**
 * The single readings of a range in chunks of bounded length. Each chunk is ascending; the chunks are in the given
 * order.
 */
async function* readTables(
  view: MachineView,
  range: TimeRange,
  query: Pick<RawQuery, 'metrics' | 'everyReading' | 'order'>,
  read: ReadChunk = (run) => run(),
): AsyncIterable<ReadingTable> {
  const { metrics, everyReading } = query;
  const wanted = everyReading ? [READINGS, ...metrics] : metrics;
  const chunks = chunksOf(view.hoursWithValues(range), wanted.length);
  for (const hours of query.order === 'asc' ? chunks : chunks.reverse()) {
    const series = await read(() => view.readParts(partsOfHours(hours, range), wanted));
    yield tableOf(series, metrics, everyReading);
  }
}

/** Reads one chunk, again without files that prove to be damaged. */
type ReadChunk = <T>(run: () => Promise<T>) => Promise<T>;

/** `metrics` null means every metric that has a value; then each table has the metrics of its hours. */
export async function* exportTables(
  view: MachineView,
  range: TimeRange,
  metrics: readonly number[] | null,
  read: ReadChunk,
): AsyncIterable<ReadingTable> {
  if (metrics !== null) {
    yield* readTables(view, range, { metrics, everyReading: false, order: 'asc' }, read);
    return;
  }
  for (const hours of chunksOf(view.hoursWithValues(range), 1)) {
    const found = [...(await read(() => view.metricNamesIn(hours)))].map(metricIndexOf);
    for (const fewer of chunksOf(hours, found.length)) {
      const series = await read(() => view.readParts(partsOfHours(fewer, range), found));
      const occurring = found.filter((metric) => (series.get(metric)?.length ?? 0) > 0);
      yield tableOf(
        series,
        occurring.sort((a, b) => a - b),
        false,
      );
    }
  }
}

async function collect(view: MachineView, range: TimeRange, page: PageCollector): Promise<void> {
  const span = range.toMs - range.fromMs;
  if (span <= COUNT_FROM_MS) {
    for await (const table of readTables(view, range, page.query)) page.add(table);
    return;
  }
  const { metrics, everyReading, order } = page.query;
  const [interval, unitMs] = span > 2 * DAY_MS ? (['1d', DAY_MS] as const) : (['1h', HOUR_MS] as const);
  const counts = await readCounts(view, range, interval, everyReading ? [] : metrics);
  for (const { startMs, readings, values } of order === 'asc' ? counts : counts.reverse()) {
    const rows = everyReading ? readings : rowsWithAny(readings, values);
    if (rows !== null && page.passesOver(rows)) continue;
    const unit = { fromMs: Math.max(range.fromMs, startMs), toMs: Math.min(range.toMs, startMs + unitMs) };
    await collect(view, unit, page);
  }
}

/** Number of readings that have at least one of the metrics; null if the numbers of values do not tell. */
function rowsWithAny(readings: number, values: readonly number[]): number | null {
  const most = Math.max(0, ...values);
  const sum = values.reduce((total, count) => total + count, 0);
  return most === readings || most === sum ? most : null;
}

class PageCollector {
  readonly query: RawQuery;
  readonly #end: number;
  /** Rows passed so far, whether they belong to the page or not. */
  #position = 0;
  /** In the order of the page. */
  readonly #parts: ReadingTable[] = [];

  constructor(query: RawQuery) {
    this.query = query;
    this.#end = query.offset + query.limit;
  }

  /** Counts rows without reading them. False if some of them belong to the page. */
  passesOver(count: number): boolean {
    const isOutside = this.#position + count <= this.query.offset || this.#position >= this.#end;
    if (isOutside) this.#position += count;
    return isOutside;
  }

  /** `ascending` are the next rows in the order of the page. */
  add(ascending: ReadingTable): void {
    const from = Math.max(0, this.query.offset - this.#position);
    const to = Math.min(ascending.length, this.#end - this.#position);
    this.#position += ascending.length;
    if (from >= to) return;
    this.#parts.push(
      this.query.order === 'asc'
        ? sliced(ascending, from, to)
        : reversed(sliced(ascending, ascending.length - to, ascending.length - from)),
    );
  }

  finish(): RawPage {
    const [only] = this.#parts;
    const isWhole = only !== undefined && this.#parts.length === 1;
    return { total: this.#position, rows: isWhole ? only : this.#joined() };
  }

  #joined(): ReadingTable {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const timestampsMs = new Float64Array(length);
    const columns = this.query.metrics.map((metric) => ({
      metric,
      values: new Float64Array(length),
      qualities: new Uint8Array(length),
    }));
    let at = 0;
    for (const part of this.#parts) {
      timestampsMs.set(part.timestampsMs, at);
      for (const [c, column] of part.columns.entries()) {
        columns[c]?.values.set(column.values, at);
        columns[c]?.qualities.set(column.qualities, at);
      }
      at += part.length;
    }
    return { length, timestampsMs, columns };
  }
}

function sliced(table: ReadingTable, start: number, end: number): ReadingTable {
  return {
    length: end - start,
    timestampsMs: table.timestampsMs.subarray(start, end),
    columns: table.columns.map(
      ({ metric, values, qualities }): MetricColumn => ({
        metric,
        values: values.subarray(start, end),
        qualities: qualities.subarray(start, end),
      }),
    ),
  };
}

function reversed(table: ReadingTable): ReadingTable {
  return {
    length: table.length,
    timestampsMs: table.timestampsMs.slice().reverse(),
    columns: table.columns.map(
      ({ metric, values, qualities }): MetricColumn => ({
        metric,
        values: values.slice().reverse(),
        qualities: qualities.slice().reverse(),
      }),
    ),
  };
}
