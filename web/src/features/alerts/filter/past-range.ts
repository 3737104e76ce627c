// The time range of past alerts: the last hours or days, last night, or a custom range.

import { type AlertsPageSearch, RELATIVE_RANGES, type RelativeRange } from './alert-search.ts';

export interface PastRange {
  fromMs: number;
  /** null: up to now, including what is raised in the meantime. */
  toMs: number | null;
}

/** The night shift, by local hours. */
const NIGHT_FROM = 22;
const NIGHT_TO = 6;

export function rangeOf({ range, from, to }: AlertsPageSearch, nowMs: number): PastRange {
  if (from !== undefined && to !== undefined) return { fromMs: Date.parse(from), toMs: Date.parse(to) };
  const relative: RelativeRange = range ?? '24h';
  return { fromMs: nowMs - RELATIVE_RANGES[relative], toMs: null };
}

/** From ten in the evening to six, of the night that ended last or is under way before six. */
export function lastNight(nowMs: number): { fromMs: number; toMs: number } {
  const to = new Date(nowMs);
  to.setHours(NIGHT_TO, 0, 0, 0);
  const from = new Date(to);
  from.setDate(from.getDate() - 1);
  from.setHours(NIGHT_FROM);
  return { fromMs: from.getTime(), toMs: to.getTime() };
}

/** A local time as fields of browsers write it. */
export function localInput(timeMs: number): string {
  const offsetMs = new Date(timeMs).getTimezoneOffset() * 60_000;
  return new Date(timeMs - offsetMs).toISOString().slice(0, 16);
}
