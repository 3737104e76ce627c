// Writes readings in InfluxDB's line protocol.

import { metricNameAt } from '../../../metric-index.ts';
import { BAD, GOOD, type ReadingBatch } from '../../reading-batch.ts';
import type { RollupInterval } from '../../time-buckets.ts';

export const READINGS = 'sensor_readings';
export const QUALITY = 'sensor_quality';
export const ROLLUP_MEASUREMENTS: Record<RollupInterval, string> = {
  '1m': `${READINGS}_1m`,
  '1h': `${READINGS}_1h`,
  '1d': `${READINGS}_1d`,
};
/** Days of the time zone of the plant. Tags: machine_id, zone. */
export const LOCAL_DAYS = `${READINGS}_1d_local`;
export const DESCRIPTIONS = 'machine_descriptions';
export const MACHINE_METRICS = 'machine_metrics';
export const DIRTY_HOURS = 'late_readings';
export const ROLLUP_STATE = 'rollup_state';
export const WRITE_CHECK = 'write_check';

/** A field that is 1 in every reading, so that readings can be counted whatever they measured. */
export const COUNTED = 'n';
/**
 * Fields of `sensor_quality` for a metric. No name of a field ends with another one of these or of the rollups, so that
 * fields of two metrics never have the same name.
 */
export const qualityField = (metric: number) => `${metricNameAt(metric)}_quality`;
export const originalField = (metric: number) => `${metricNameAt(metric)}_value`;
/** The stored quality of a bad value that has no number. The others are stored as `reading-batch.ts` numbers them. */
export const BAD_WITHOUT_NUMBER = 3;

/**
 * Measurement and tags, to be followed by fields. `tags` are in alphabetical order. A tag with an empty value is
 * omitted.
 */
export function seriesOf(measurement: string, tags: readonly (readonly [name: string, value: string])[]): string {
  const written = tags.filter(([, value]) => value !== '').map(([name, value]) => `,${name}=${escapeTag(value)}`);
  return `${measurement}${written.join('')} `;
}

/** The part of a text that a tag can hold: one line that does not end with a backslash. */
export function tagText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a tag cannot hold
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').replace(/\\+$/, '');
}

export function quoteField(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Converts whole milliseconds as text, because a number would lose the last digits. */
export function nanoseconds(timestampMs: number): string {
  return `${timestampMs}000000`;
}

/** Returns measurement and tags of the readings of a machine at a time. */
export type SeriesAt = (machineId: string, timestampMs: number) => string;

/** The lines of the given rows, without their bad values. */
export function readingLines(batch: ReadingBatch, rows: readonly number[], seriesAt: SeriesAt): string {
  let lines = '';
  for (const row of rows) {
    const timestampMs = batch.timestampsMs[row] as number;
    lines += `${seriesAt(batch.machineIds[row] as string, timestampMs)}${COUNTED}=1i`;
    const end = batch.starts[row + 1] as number;
    for (let k = batch.starts[row] as number; k < end; k++) {
      if (batch.qualities[k] === BAD) continue;
      lines += `,${metricNameAt(batch.metrics[k] as number)}=${digitsOf(batch.values[k] as number)}`;
    }
    lines += ` ${nanoseconds(timestampMs)}\n`;
  }
  return lines;
}

/**
 * The lines that mark values of the given rows. A good value is marked only if an earlier mark of its time may exist
 * (`isRepeat`), which the new mark then replaces.
 */
export function qualityLines(
  batch: ReadingBatch,
  rows: readonly number[],
  seriesAt: SeriesAt,
  isRepeat: (row: number) => boolean,
): string {
  let lines = '';
  for (const row of rows) {
    const timestampMs = batch.timestampsMs[row] as number;
    const tags = seriesAt(batch.machineIds[row] as string, timestampMs).slice(READINGS.length);
    lines += `${QUALITY}${tags}${COUNTED}=1i`;
    const end = batch.starts[row + 1] as number;
    for (let k = batch.starts[row] as number; k < end; k++) {
      const quality = batch.qualities[k] as number;
      if (quality === GOOD && !isRepeat(row)) continue;
      const value = batch.values[k] as number;
      const metric = batch.metrics[k] as number;
      const hasOriginal = quality === BAD && Number.isFinite(value);
      const stored = quality === BAD && !hasOriginal ? BAD_WITHOUT_NUMBER : quality;
      lines += `,${qualityField(metric)}=${stored}i`;
      if (hasOriginal) lines += `,${originalField(metric)}=${digitsOf(value)}`;
    }
    lines += ` ${nanoseconds(timestampMs)}\n`;
  }
  return lines;
}

/** The number as text; -0 keeps its sign. */
export function digitsOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function escapeTag(value: string): string {
  return value.replaceAll(/[,= ]/g, (character) => `\\${character}`);
}
