// Paths and names of the files of the store, as described in docs/formats/readings-files.md.

import { join } from 'node:path';
import type { DamagedPart } from '@gonsters/contract';
import { DAY_MS, dayOf, HOUR_MS, HOURS_PER_DAY, ROLLUP_INTERVALS, type RollupInterval } from '../../../time-buckets.ts';

/** Files of format 1 have a column per metric, files of format 2 a row per value. The folder says which format it is. */
export type FileFormat = 1 | 2;
export const FILE_FORMATS: readonly FileFormat[] = [1, 2];

export const ROLLUP_SPAN_NAME: Record<RollupInterval, RegExp> = {
  '1m': /^\d{4}-\d\d-\d\d$/,
  '1h': /^\d{4}-\d\d$/,
  '1d': /^\d{4}$/,
};
const ROLLUP_SPAN_LETTERS: Record<RollupInterval, number> = { '1m': 10, '1h': 7, '1d': 4 };
export const VALUE_DAY_NAME = ROLLUP_SPAN_NAME['1m'];

/**
 * The directory of the bucket that starts at `timestampMs`: one per day for minutes, per month for hours, per year for
 * days.
 */
export function rollupSpan(interval: RollupInterval, timestampMs: number): string {
  return new Date(timestampMs).toISOString().slice(0, ROLLUP_SPAN_LETTERS[interval]);
}

export function rollupSpanEndMs(interval: RollupInterval, span: string): number {
  const [year = 0, month = 1, day = 1] = span.split('-').map(Number);
  if (interval === '1d') return Date.UTC(year + 1, 0);
  return interval === '1h' ? Date.UTC(year, month) : Date.UTC(year, month - 1, day + 1);
}

export function rollupSpanStartMs(span: string): number {
  const [year = 0, month = 1, day = 1] = span.split('-').map(Number);
  return Date.UTC(year, month - 1, day);
}

/** Folder of the L0 files below the folder of the values. */
export const L0_FOLDER = 'loose';

/** Single values. */
export function valuesDirectory(root: string, format: FileFormat = 2): string {
  return join(root, format === 1 ? 'raw' : 'values');
}

export function rollupDirectory(root: string, interval: RollupInterval, format: FileFormat = 2): string {
  return format === 1 ? join(root, interval) : join(rollupsDirectory(root), interval);
}

export function l0Directory(root: string, format: FileFormat = 2): string {
  return join(valuesDirectory(root, format), L0_FOLDER);
}

export function l0Path(root: string, minSequence: number, maxSequence: number): string {
  return join(l0Directory(root), sequenceName(minSequence, maxSequence));
}

export function compactedPath(root: string, hour: number, sequence: number): string {
  const day = new Date(dayOf(hour) * DAY_MS).toISOString().slice(0, 10);
  const hourOfDay = String(hour - dayOf(hour) * HOURS_PER_DAY).padStart(2, '0');
  return join(valuesDirectory(root), day, `${hourOfDay}-${padded(sequence)}.parquet`);
}

export function parseCompactedName(day: string, name: string): { hour: number; sequence: number } | null {
  const match = /^([01]\d|2[0-3])-(\d{12})\.parquet$/.exec(name);
  if (!match) return null;
  return { hour: Date.parse(`${day}T00:00:00Z`) / HOUR_MS + Number(match[1]), sequence: Number(match[2]) };
}

export function rollupPath(
  root: string,
  interval: RollupInterval,
  span: string,
  minSequence: number,
  maxSequence: number,
): string {
  return join(rollupDirectory(root, interval), span, sequenceName(minSequence, maxSequence));
}

export function parseSequenceName(name: string): { minSequence: number; maxSequence: number } | null {
  const match = /^(\d{12})-(\d{12})\.parquet$/.exec(name);
  return match && { minSequence: Number(match[1]), maxSequence: Number(match[2]) };
}

/** The rollup file with this name relative to the root, of any format; null for another file. */
export function parseRollupName(name: string): { interval: RollupInterval; span: string } | null {
  const [span = '', folder = ''] = name.split('/').reverse().slice(1);
  const interval = ROLLUP_INTERVALS.find((each) => each === folder);
  return interval && ROLLUP_SPAN_NAME[interval].test(span) ? { interval, span } : null;
}

const LOCAL_DAYS_PREFIX = '1d-';

/** The folder of the day rollups of a time zone, below the folder of all rollups. */
export function localDaysFolder(zone: string): string {
  return `${LOCAL_DAYS_PREFIX}${encodeURIComponent(zone)}`;
}

export function isLocalDaysFolder(name: string): boolean {
  return name.startsWith(LOCAL_DAYS_PREFIX);
}

export function rollupsDirectory(root: string): string {
  return join(root, 'rollups');
}

/** `span` is the year in which the days start in UTC. */
export function localDaysPath(
  root: string,
  zone: string,
  span: string,
  minSequence: number,
  maxSequence: number,
): string {
  return join(rollupsDirectory(root), localDaysFolder(zone), span, sequenceName(minSequence, maxSequence));
}

const ROLLUP_PARTS = { '1m': 'minutes', '1h': 'hours', '1d': 'days' } as const;

/** What a file with this name relative to the root holds; the range is null where the name does not tell. */
export function contentOf(name: string): { part: DamagedPart; fromMs: number | null; toMs: number | null } {
  const rollup = parseRollupName(name);
  if (rollup) {
    const { interval, span } = rollup;
    return {
      part: ROLLUP_PARTS[interval],
      fromMs: rollupSpanStartMs(span),
      toMs: rollupSpanEndMs(interval, span),
    };
  }
  const [file = '', folder = '', top = ''] = name.split('/').reverse();
  if (isLocalDaysFolder(top) && ROLLUP_SPAN_NAME['1d'].test(folder)) {
    return { part: 'days', fromMs: rollupSpanStartMs(folder), toMs: rollupSpanEndMs('1d', folder) };
  }
  const compacted = VALUE_DAY_NAME.test(folder) ? parseCompactedName(folder, file) : null;
  if (compacted) {
    const fromMs = compacted.hour * HOUR_MS;
    return { part: 'readings', fromMs, toMs: fromMs + HOUR_MS };
  }
  const part = top !== '' ? 'readings' : folder === 'journal' ? 'journal' : 'lists';
  return { part, fromMs: null, toMs: null };
}

function sequenceName(minSequence: number, maxSequence: number): string {
  return `${padded(minSequence)}-${padded(maxSequence)}.parquet`;
}

const padded = (sequence: number) => String(sequence).padStart(12, '0');
