// The chosen series: what each of them measures, and on which chart it is. Two units fit below each other.

import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import type { SeriesChoice } from './history-search.ts';

export const MOST_UNITS = 2;

export interface Series extends SeriesChoice {
  /** Place among the chosen ones, which gives its colour. */
  place: number;
  /** null for a machine that is not there. */
  machineName: string | null;
  view: MetricView;
  /** Whether the metric is more than a name that the machine does not have. */
  known: boolean;
}

export interface SeriesChart {
  /** What its lines share. */
  unitKey: string;
  series: Series[];
}

export interface SeriesPlaces {
  charts: SeriesChart[];
  /** States and booleans, below the charts. */
  bands: Series[];
  /** Of a third unit. */
  left: Series[];
}

export const isBand = ({ kind }: MetricView): boolean => kind === 'state' || kind === 'boolean';

/** Metrics with the same one share a chart: the unit, or the metric where there is none. Increases are apart from values. */
export function unitKeyOf({ kind, unit, name }: MetricView): string {
  const measured = unit === '' ? name : unit;
  return kind === 'counter' ? `+${measured}` : measured;
}

export function placeSeries(series: readonly Series[]): SeriesPlaces {
  const places: SeriesPlaces = { charts: [], bands: [], left: [] };
  for (const each of series) {
    if (isBand(each.view)) {
      places.bands.push(each);
      continue;
    }
    const unitKey = unitKeyOf(each.view);
    const chart = places.charts.find((one) => one.unitKey === unitKey);
    if (chart) chart.series.push(each);
    else if (places.charts.length < MOST_UNITS) places.charts.push({ unitKey, series: [each] });
    else places.left.push(each);
  }
  return places;
}

/** The choice with `added`: what a third unit pushes out is the unit that was added last. */
export function withSeries(
  charts: readonly SeriesChart[],
  chosen: readonly SeriesChoice[],
  added: readonly (SeriesChoice & { view: MetricView })[],
): SeriesChoice[] {
  const units = new Set(added.filter(({ view }) => !isBand(view)).map(({ view }) => unitKeyOf(view)));
  const out = new Set<string>();
  const kept = charts.filter(({ unitKey }) => !units.has(unitKey));
  for (let over = kept.length + units.size - MOST_UNITS; over > 0; over--) {
    for (const { key } of kept.pop()?.series ?? []) out.add(key);
  }
  const plain = added.map(({ key, machineId, metric }) => ({ key, machineId, metric }));
  return [...chosen.filter(({ key }) => !out.has(key)), ...plain];
}
