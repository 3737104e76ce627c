// The part of the address that belongs to the history, so that a view survives a reload and can be shared.

import {
  INTERVALS,
  type IntervalName,
  isTimeZone,
  MAX_COMPARED_MACHINES,
  METRIC_NAMES,
  type MetricName,
} from '@gonsters/contract';
import type { TimeSpan } from '../../charts/history/history-zoom.ts';
import { browserZone } from '../../i18n/zone.ts';

const HOUR_MS = 3_600_000;
export const RANGES = {
  '1h': HOUR_MS,
  '8h': 8 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
  '30d': 30 * 24 * HOUR_MS,
  '1y': 365 * 24 * HOUR_MS,
} as const;
export type RangeName = keyof typeof RANGES;
export const RANGE_NAMES = Object.keys(RANGES) as RangeName[];
const DEFAULT_RANGE: RangeName = '24h';
export const INTERVAL_CHOICES = ['auto', ...INTERVALS] as const;
export type IntervalChoice = (typeof INTERVAL_CHOICES)[number];

/** Times are ISO 8601 in UTC. */
export interface HistorySearch {
  /** Up to now; left out with `from` and `to`, or where it is the default. */
  range?: RangeName;
  from?: string;
  to?: string;
  /** The part that is looked at. */
  zf?: string;
  zt?: string;
  /** The browser's where left out. */
  tz?: string;
  interval?: IntervalName;
  metric?: MetricName;
  /** Ids separated by commas. */
  machines?: string;
  /** The one with the envelope and the table; the first where left out. */
  focus?: string;
}

/** The address, read. */
export interface HistoryChoice {
  range: RangeName | null;
  /** Set where `range` is not. */
  fixed: TimeSpan | null;
  zoom: TimeSpan | null;
  zone: string;
  interval: IntervalChoice;
  metric: MetricName;
  machineIds: string[];
  focusId: string | null;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Invalid parts are left out. */
export function readHistorySearch(search: Readonly<Record<string, unknown>>): HistorySearch {
  const read: HistorySearch = {};
  const text = (name: keyof HistorySearch) => (typeof search[name] === 'string' ? search[name] : '');
  const fixed = spanOfText(text('from'), text('to'));
  if (fixed) Object.assign(read, { from: isoOf(fixed.fromMs), to: isoOf(fixed.toMs) });
  const range = RANGE_NAMES.find((name) => name === search.range);
  if (!fixed && range && range !== DEFAULT_RANGE) read.range = range;
  const zoom = spanOfText(text('zf'), text('zt'));
  if (zoom) Object.assign(read, { zf: isoOf(zoom.fromMs), zt: isoOf(zoom.toMs) });
  if (text('tz') !== '' && isTimeZone(text('tz'))) read.tz = text('tz');
  const interval = INTERVALS.find((name) => name === search.interval);
  if (interval) read.interval = interval;
  const metric = METRIC_NAMES.find((name) => name === search.metric);
  if (metric) read.metric = metric;
  const ids = idsOf(text('machines'));
  if (ids.length > 0) read.machines = ids.join(',');
  if (ID.test(text('focus'))) read.focus = text('focus').toLowerCase();
  return read;
}

/** `machineIds` in place of those in the address, for the page of one machine. */
export function choiceOf(search: HistorySearch, machineIds?: string[]): HistoryChoice {
  const fixed = spanOfText(search.from ?? '', search.to ?? '');
  const ids = machineIds ?? idsOf(search.machines ?? '');
  return {
    range: fixed ? null : (search.range ?? DEFAULT_RANGE),
    fixed,
    zoom: spanOfText(search.zf ?? '', search.zt ?? ''),
    zone: search.tz ?? browserZone(),
    interval: search.interval ?? 'auto',
    metric: search.metric ?? (METRIC_NAMES[0] as MetricName),
    machineIds: ids,
    focusId: ids.find((id) => id === search.focus) ?? ids[0] ?? null,
  };
}

const isoOf = (timeMs: number) => new Date(timeMs).toISOString();

function spanOfText(from: string, to: string): TimeSpan | null {
  const span = { fromMs: utcMs(from), toMs: utcMs(to) };
  return span.fromMs < span.toMs ? span : null;
}

/** As the server reads it: without a zone it is UTC. */
const utcMs = (text: string) =>
  Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);

function idsOf(text: string): string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim().toLowerCase())
    .filter((id) => ID.test(id));
  return [...new Set(ids)].slice(0, MAX_COMPARED_MACHINES);
}
