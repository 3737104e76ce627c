// Writes readings and rollups in InfluxDB's line protocol.

import { METRICS } from '@gonsters/contract';
import type { RollupColumns } from '../../bucket-sums.ts';
import type { ReadingColumns } from '../../reading-columns.ts';
import type { RollupInterval } from '../../time-buckets.ts';

export const READINGS = 'sensor_readings';
export const ROLLUP_MEASUREMENTS: Record<RollupInterval, string> = {
  '1m': `${READINGS}_1m`,
  '1h': `${READINGS}_1h`,
  '1d': `${READINGS}_1d`,
};
export const DESCRIPTIONS = 'machine_descriptions';
export const DIRTY_HOURS = 'late_readings';
export const ROLLUP_STATE = 'rollup_state';
export const WRITE_CHECK = 'write_check';

/** A field that is 1 in every reading, so that readings can be counted whatever they measured. */
export const COUNTED = 'n';

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

/** The lines of the given rows. `seriesAt` returns measurement and tags of a machine at a time. */
export function readingLines(
  columns: ReadingColumns,
  rows: readonly number[],
  seriesAt: (machineId: string, timestampMs: number) => string,
): string {
  let lines = '';
  for (const row of rows) {
    const timestampMs = columns.timestampsMs[row] as number;
    lines += `${seriesAt(columns.machineIds[row] as string, timestampMs)}${COUNTED}=1i`;
    for (let m = 0; m < METRICS.length; m++) {
      const value = (columns.values[m] as Float64Array)[row] as number;
      if (!Number.isNaN(value)) lines += `,${(METRICS[m] as { name: string }).name}=${digitsOf(value)}`;
    }
    lines += ` ${nanoseconds(timestampMs)}\n`;
  }
  return lines;
}

/**
 * One line per rollup: `n` (omitted if it is NaN, so that the stored value remains), then count, sum, min and max of
 * each metric that has values.
 */
export function rollupLines(interval: RollupInterval, machineId: string, columns: RollupColumns): string[] {
  const series = seriesOf(ROLLUP_MEASUREMENTS[interval], [['machine_id', machineId]]);
  const at = (column: number, row: number) => (columns[column] as Float64Array)[row] as number;
  const lines: string[] = [];
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    const fields = Number.isNaN(at(1, row)) ? [] : [`${COUNTED}=${at(1, row)}i`];
    for (const [m, { name }] of METRICS.entries()) {
      const c = 2 + 4 * m;
      if (at(c, row) === 0) continue;
      fields.push(`${name}_count=${at(c, row)}i`, `${name}_sum=${at(c + 1, row)}`);
      fields.push(`${name}_min=${at(c + 2, row)}`, `${name}_max=${at(c + 3, row)}`);
    }
    lines.push(`${series}${fields.join(',')} ${nanoseconds(at(0, row))}\n`);
  }
  return lines;
}

/** The number as text; -0 keeps its sign. */
function digitsOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function escapeTag(value: string): string {
  return value.replaceAll(/[,= ]/g, (character) => `\\${character}`);
}
