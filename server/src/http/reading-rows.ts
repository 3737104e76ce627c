// Converts stored readings and buckets into the rows of a reply.

import type { QueriedMetric } from '../readings/queried-metric.ts';
import { BAD, GOOD } from '../readings/reading-batch.ts';
import type { BucketColumn, BucketPage } from '../readings/reading-store.ts';
import type { ReadingTable } from '../readings/reading-table.ts';
import { stateName } from '../readings/shown-metrics.ts';
import { utcText } from '../utc-text.ts';

const MINUTE_MS = 60_000;
/** Of `05.000Z` at the end of a time. */
const SECONDS_LETTERS = 7;

/** Rows as JSON text: a reply has up to 100,000 rows, and an object for each would cost as much as the query. */
export interface Rows {
  length: number;
  rowJson(index: number): string;
}

/** `metrics` are those of the columns, in the same order. A bad value is null, with its number under `original`. */
export function rawRows({ length, timestampsMs, columns }: ReadingTable, metrics: readonly QueriedMetric[]): Rows {
  const shown = columns.map((column, i) => {
    const metric = metrics[i] as QueriedMetric;
    return {
      key: `"${metric.name}":`,
      values: column.values,
      valueJson: valueJsonOf(metric),
      // Nearly every value is good, and then nothing is looked up for each row.
      qualities: column.qualities.some((quality) => quality !== GOOD) ? column.qualities : null,
    };
  });
  const timestampJson = timestampWriter();
  return {
    length,
    rowJson(index) {
      let row = timestampJson(timestampsMs[index] as number);
      let quality = '';
      let original = '';
      for (const { key, values, valueJson, qualities } of shown) {
        const value = values[index] as number;
        const isBad = qualities !== null && qualities[index] === BAD;
        row += `,${key}${isBad ? 'null' : valueJson(value)}`;
        if (qualities === null || qualities[index] === GOOD) continue;
        quality += `${quality === '' ? '' : ','}${key}${isBad ? '"bad"' : '"uncertain"'}`;
        if (isBad && !Number.isNaN(value)) original += `${original === '' ? '' : ','}${key}${valueJson(value)}`;
      }
      if (quality !== '') row += `,"quality":{${quality}}`;
      if (original !== '') row += `,"original":{${original}}`;
      return `${row}}`;
    },
  };
}

/**
 * A gauge is its mean, a counter its increase, a boolean the share of the known time in which it was true, a state the last
 * one. `stats` has the rest.
 */
export function bucketRows(page: BucketPage, metrics: readonly QueriedMetric[]): Rows {
  const columns = page.columns.map((column, i) => bucketColumn(column, metrics[i] as QueriedMetric));
  const timestampJson = timestampWriter();
  return {
    length: page.length,
    rowJson(index) {
      let row = timestampJson(page.timestampsMs[index] as number);
      let stats = '';
      for (const { key, valueJson, statsJson } of columns) {
        row += `,${key}${valueJson(index)}`;
        stats += `${stats === '' ? '' : ','}${key}${statsJson(index)}`;
      }
      return `${row},"stats":{${stats}}}`;
    },
  };
}

interface ShownColumn {
  key: string;
  valueJson: (index: number) => string;
  statsJson: (index: number) => string;
}

function bucketColumn(column: BucketColumn, metric: QueriedMetric): ShownColumn {
  const key = `"${metric.name}":`;
  const at = (values: Float64Array, index: number) => numberJson(values[index] as number);
  const valueJson = valueJsonOf(metric);
  const lastJson = (index: number) => valueJson(column.last[index] as number);
  const badJson = (index: number) => ((column.bad[index] as number) > 0 ? `,"bad":${column.bad[index]}` : '');
  const countJson = (index: number) => `"count":${column.count[index]}${badJson(index)}`;
  const seconds = (code: number, index: number) => (column.durations.get(code)?.[index] ?? 0) / 1000;
  switch (metric.kind) {
    case 'gauge':
      return {
        key,
        valueJson: (index) => numberJson((column.sum[index] as number) / (column.count[index] as number)),
        statsJson: (index) =>
          `{"min":${at(column.min, index)},"max":${at(column.max, index)},${countJson(index)},"last":${lastJson(index)}}`,
      };
    case 'counter':
      return {
        key,
        valueJson: (index) => (isKnown(column, index) ? at(column.increase, index) : 'null'),
        statsJson: (index) => `{"last":${lastJson(index)},${countJson(index)}}`,
      };
    case 'boolean':
      return {
        key,
        valueJson: (index) => {
          const known = seconds(0, index) + seconds(1, index);
          return known === 0 ? 'null' : String(seconds(1, index) / known);
        },
        statsJson: (index) =>
          `{"true_seconds":${seconds(1, index)},"false_seconds":${seconds(0, index)},"changes":${column.changes[index]},"last":${lastJson(index)},${countJson(index)}}`,
      };
    case 'state':
      return {
        key,
        valueJson: lastJson,
        statsJson: (index) => {
          const times: string[] = [];
          for (const [code, durations] of column.durations) {
            const ms = durations[index] as number;
            if (ms > 0) times.push(`${JSON.stringify(stateName(metric.states, code))}:${ms / 1000}`);
          }
          return `{${times.join(',')}}`;
        },
      };
  }
}

const isKnown = ({ count }: BucketColumn, index: number) => (count[index] as number) > 0;

/** Stored values are finite, or NaN for an absent value. */
function valueJsonOf(metric: QueriedMetric): (value: number) => string {
  if (metric.kind === 'boolean') return (value) => (Number.isNaN(value) ? 'null' : String(value === 1));
  if (metric.kind !== 'state') return numberJson;
  return (value) => (Number.isNaN(value) ? 'null' : JSON.stringify(stateName(metric.states, value)));
}

/** The beginning of a row. Rows follow each other in time, so that what they have in common is formatted once a minute. */
function timestampWriter(): (timestampMs: number) => string {
  let minuteMs = Number.NaN;
  let minute = '';
  return (timestampMs) => {
    const startMs = Math.floor(timestampMs / MINUTE_MS) * MINUTE_MS;
    if (startMs !== minuteMs) {
      minuteMs = startMs;
      minute = `{"timestamp":"${utcText(startMs).slice(0, -SECONDS_LETTERS)}`;
    }
    const ms = timestampMs - startMs;
    const second = Math.floor(ms / 1000);
    return `${minute}${second < 10 ? '0' : ''}${second}.${String(Math.floor(ms - second * 1000)).padStart(3, '0')}Z"`;
  };
}

const numberJson = (value: number) => (Number.isNaN(value) ? 'null' : String(value));

export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
