// The metrics of a machine as a list: what needs a look first, then the groups; and what a search or a choice leaves of it.

import { type Zone, zoneOf } from '../../../charts/limit-zones.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import type { MachineAlarm } from '../../../live/live-alerts.ts';
import type { NewestValue } from '../../../live/readings/live-readings.ts';
import { BAD } from '../../../live/readings/metric-series.ts';

export const CHOICES = ['all', 'abnormal', 'bad', 'new'] as const;
export type Choice = (typeof CHOICES)[number];

/** More than this, and groups begin shut. */
const MANY = 60;
/** More new names than this are a new machine and no surprise: they stay in their groups. */
const FEW_NEW = 10;
/** As many names that begin with the same word are a group, where nobody has made groups. */
const LEAST_ALIKE = 3;

export interface ListedMetric extends NewestValue {
  readonly metric: MetricView;
  /** Past a limit now; normal where the value is old or bad. */
  readonly zone: Zone;
  readonly alarm: { severity: 'critical' | 'warning'; acknowledged: boolean } | null;
  /** It was sent once, and then no more. */
  readonly isOld: boolean;
}

export interface MetricGroup {
  /** '' for those without a group. */
  readonly name: string;
  /** Without those that are in `look`. */
  readonly rows: readonly ListedMetric[];
  readonly total: number;
}

export interface MetricListing {
  readonly look: readonly ListedMetric[];
  readonly groups: readonly MetricGroup[];
  readonly counts: Readonly<Record<Choice, number>>;
  /** Whether groups begin open. */
  readonly open: boolean;
}

export function listed(
  metric: MetricView,
  newest: NewestValue,
  alarm: MachineAlarm | null,
  nowMs: number,
  timeoutMs: number,
): ListedMetric {
  const isOld = nowMs - newest.timeMs > timeoutMs;
  const known = alarm?.metrics.get(metric.name) ?? null;
  const zone = isOld || metric.kind !== 'gauge' ? 'normal' : zoneOf(metric.toShown(newest.value), metric.limits);
  const passed =
    zone === 'normal'
      ? null
      : { severity: zone === 'high' || zone === 'low' ? ('warning' as const) : ('critical' as const) };
  return { ...newest, metric, zone, isOld, alarm: known ?? (passed && { ...passed, acknowledged: false }) };
}

const IS: Record<Choice, (row: ListedMetric) => boolean> = {
  all: () => true,
  abnormal: ({ alarm }) => alarm !== null,
  bad: ({ quality, isOld }) => quality === BAD || isOld,
  new: ({ metric }) => metric.isNew,
};

export function listMetrics(rows: readonly ListedMetric[], search: string, choice: Choice): MetricListing {
  const counts = Object.fromEntries(CHOICES.map((each) => [each, rows.filter(IS[each]).length])) as Record<
    Choice,
    number
  >;
  const groupOf = groupsOf(rows.map(({ metric }) => metric));
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = ({ metric }: ListedMetric) => {
    const text = [metric.label, metric.name, metric.unit, groupOf(metric)].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const shown = rows.filter((row) => IS[choice](row) && isFound(row));
  const isNewTold = counts.new <= FEW_NEW;
  const needsLook = (row: ListedMetric) => row.alarm !== null || row.quality === BAD || (isNewTold && row.metric.isNew);
  const look = shown.filter(needsLook).sort((a, b) => urgency(a) - urgency(b));
  const byName = new Map<string, { name: string; rows: ListedMetric[]; total: number }>();
  for (const row of shown) {
    const name = groupOf(row.metric);
    const group = byName.get(name) ?? { name, rows: [], total: 0 };
    byName.set(name, group);
    group.total++;
    if (!needsLook(row)) group.rows.push(row);
  }
  const groups = [...byName.values()].filter((group) => group.rows.length > 0);
  // Those without a group come last.
  groups.sort((a, b) => Number(a.name === '') - Number(b.name === ''));
  return { look, groups, counts, open: rows.length <= MANY || words.length > 0 || choice !== 'all' };
}

/** Critical before warning before bad before new; what is acknowledged after what is not. */
function urgency({ alarm, quality }: ListedMetric): number {
  if (alarm !== null) return (alarm.severity === 'critical' ? 0 : 1) + (alarm.acknowledged ? 2 : 0);
  return quality === BAD ? 4 : 5;
}

/** The group of a metric; without one, the word that its name and those of others begin with. */
function groupsOf(metrics: readonly MetricView[]): (metric: MetricView) => string {
  const firstWord = ({ name }: MetricView) => name.split('_')[0] as string;
  const alike = new Map<string, number>();
  for (const metric of metrics) {
    if (metric.group === null) alike.set(firstWord(metric), (alike.get(firstWord(metric)) ?? 0) + 1);
  }
  return (metric) => {
    if (metric.group !== null) return metric.group;
    const word = firstWord(metric);
    return (alike.get(word) ?? 0) >= LEAST_ALIKE ? word.charAt(0).toUpperCase() + word.slice(1) : '';
  };
}
