// The part of the address that belongs to the history, so that a view survives a reload and can be shared.

import {
  INTERVALS,
  type IntervalName,
  isTimeZone,
  MAX_COMPARED_MACHINES,
  METRIC_NAME,
  METRIC_NAMES,
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

/** The same time of the day before, or of the week before. */
export const GHOSTS = ['day', 'week'] as const;
export type Ghost = (typeof GHOSTS)[number];

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
  /** Of all `machines`. */
  metric?: string;
  /** Ids separated by commas. */
  machines?: string;
  /** In place of `machines` and `metric` where they do not share one metric: `id.metric` separated by commas. */
  series?: string;
  /** The one with the envelope and the table, `id` or `id.metric`; the first where left out. */
  focus?: string;
  ghost?: Ghost;
}

/** One metric of one machine. */
export interface SeriesChoice {
  /** `id.metric` */
  key: string;
  machineId: string;
  metric: string;
}

/** The address, read. */
export interface HistoryChoice {
  range: RangeName | null;
  /** Set where `range` is not. */
  fixed: TimeSpan | null;
  zoom: TimeSpan | null;
  zone: string;
  interval: IntervalChoice;
  /** In the order chosen; `machineIds` names each of their machines once. */
  series: SeriesChoice[];
  machineIds: string[];
  focusKey: string | null;
  ghost: Ghost | null;
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
  if (METRIC_NAME.test(text('metric'))) read.metric = text('metric');
  const ids = idsOf(text('machines'));
  if (ids.length > 0) read.machines = ids.join(',');
  const series = seriesOf(text('series'));
  if (series.length > 0) read.series = series.map(({ key }) => key).join(',');
  const [id = '', metric = METRIC_NAMES[0] as string] = text('focus').split('.');
  if (ID.test(id) && METRIC_NAME.test(metric)) read.focus = text('focus').toLowerCase();
  const ghost = GHOSTS.find((name) => name === search.ghost);
  if (ghost) read.ghost = ghost;
  return read;
}

/** With `machineId` only what is of this machine, for its page. */
export function choiceOf(search: HistorySearch, machineId?: string): HistoryChoice {
  const fixed = spanOfText(search.from ?? '', search.to ?? '');
  const metric = search.metric ?? (METRIC_NAMES[0] as string);
  const named = seriesOf(search.series ?? '').filter((each) => machineId === undefined || each.machineId === machineId);
  const ids = machineId === undefined ? idsOf(search.machines ?? '') : [machineId];
  const series = named.length > 0 ? named : ids.map((id) => seriesChoice(id, metric));
  const { focus } = search;
  const focused = series.find((each) => each.key === focus) ?? series.find((each) => each.machineId === focus);
  return {
    range: fixed ? null : (search.range ?? DEFAULT_RANGE),
    fixed,
    zoom: spanOfText(search.zf ?? '', search.zt ?? ''),
    zone: search.tz ?? browserZone(),
    interval: search.interval ?? 'auto',
    series,
    machineIds: [...new Set(series.map((each) => each.machineId))],
    focusKey: (focused ?? series[0])?.key ?? null,
    ghost: search.ghost ?? null,
  };
}

export const seriesChoice = (machineId: string, metric: string): SeriesChoice => ({
  key: `${machineId}.${metric}`,
  machineId,
  metric,
});

/** What of the address names these series, in the older form where they share one metric. */
export function searchOfSeries(
  series: readonly SeriesChoice[],
): Record<'series' | 'machines' | 'metric', string | undefined> {
  const metrics = new Set(series.map(({ metric }) => metric));
  const [metric] = metrics;
  if (metrics.size > 1) {
    return { series: series.map(({ key }) => key).join(','), machines: undefined, metric: undefined };
  }
  const machines = series.map(({ machineId }) => machineId).join(',') || undefined;
  return { series: undefined, machines, metric: metric === METRIC_NAMES[0] ? undefined : metric };
}

const isoOf = (timeMs: number) => new Date(timeMs).toISOString();

function spanOfText(from: string, to: string): TimeSpan | null {
  const span = { fromMs: utcMs(from), toMs: utcMs(to) };
  return span.fromMs < span.toMs ? span : null;
}

/** As the server reads it: without a zone it is UTC. */
const utcMs = (text: string) =>
  Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);

function seriesOf(text: string): SeriesChoice[] {
  const found = new Map<string, SeriesChoice>();
  for (const part of text.split(',')) {
    const [id = '', metric = ''] = part.trim().toLowerCase().split('.');
    const series = seriesChoice(id, metric);
    if (ID.test(id) && METRIC_NAME.test(metric)) found.set(series.key, series);
  }
  return [...found.values()].slice(0, MAX_COMPARED_MACHINES);
}

function idsOf(text: string): string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim().toLowerCase())
    .filter((id) => ID.test(id));
  return [...new Set(ids)].slice(0, MAX_COMPARED_MACHINES);
}
