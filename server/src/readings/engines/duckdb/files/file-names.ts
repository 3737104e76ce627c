// Where the files of the store stand and what their names say; described in docs/formats/readings-files.md.

import { join } from 'node:path';
import { DAY_MS, dayOf, HOUR_MS, HOURS_PER_DAY, type Tier } from '../../../time-buckets.ts';

export const TIER_SPAN_NAME: Record<Tier, RegExp> = {
  '1m': /^\d{4}-\d\d-\d\d$/,
  '1h': /^\d{4}-\d\d$/,
  '1d': /^\d{4}$/,
};
const TIER_SPAN_LETTERS: Record<Tier, number> = { '1m': 10, '1h': 7, '1d': 4 };
export const RAW_DAY_NAME = TIER_SPAN_NAME['1m'];

/** Directory of the bucket that starts at `timestampMs`: minutes stand by day, hours by month, days by year. */
export function tierSpan(tier: Tier, timestampMs: number): string {
  return new Date(timestampMs).toISOString().slice(0, TIER_SPAN_LETTERS[tier]);
}

export function tierSpanEndMs(tier: Tier, span: string): number {
  const [year = 0, month = 1, day = 1] = span.split('-').map(Number);
  if (tier === '1d') return Date.UTC(year + 1, 0);
  return tier === '1h' ? Date.UTC(year, month) : Date.UTC(year, month - 1, day + 1);
}

export function looseDirectory(root: string): string {
  return join(root, 'raw', 'loose');
}

export function loosePath(root: string, minGeneration: number, maxGeneration: number): string {
  return join(looseDirectory(root), generationName(minGeneration, maxGeneration));
}

export function settledPath(root: string, hour: number, generation: number): string {
  const day = new Date(dayOf(hour) * DAY_MS).toISOString().slice(0, 10);
  const hourOfDay = String(hour - dayOf(hour) * HOURS_PER_DAY).padStart(2, '0');
  return join(root, 'raw', day, `${hourOfDay}-${padded(generation)}.parquet`);
}

export function parseSettledName(day: string, name: string): { hour: number; generation: number } | null {
  const match = /^([01]\d|2[0-3])-(\d{12})\.parquet$/.exec(name);
  if (!match) return null;
  return { hour: Date.parse(`${day}T00:00:00Z`) / HOUR_MS + Number(match[1]), generation: Number(match[2]) };
}

export function tierPath(root: string, tier: Tier, span: string, minGeneration: number, maxGeneration: number): string {
  return join(root, tier, span, generationName(minGeneration, maxGeneration));
}

export function parseGenerationName(name: string): { minGeneration: number; maxGeneration: number } | null {
  const match = /^(\d{12})-(\d{12})\.parquet$/.exec(name);
  return match && { minGeneration: Number(match[1]), maxGeneration: Number(match[2]) };
}

function generationName(minGeneration: number, maxGeneration: number): string {
  return `${padded(minGeneration)}-${padded(maxGeneration)}.parquet`;
}

const padded = (generation: number) => String(generation).padStart(12, '0');
