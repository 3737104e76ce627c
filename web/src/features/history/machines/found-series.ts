// Finds series by words of the machine and the metric together: those of the chosen machines first.

import type { Machine } from '@gonsters/contract';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { isBand, MOST_UNITS, type SeriesChart, unitKeyOf } from '../series.ts';

export interface FoundSeries {
  key: string;
  machine: Pick<Machine, 'machine_id' | 'name' | 'location' | 'sensor_type'>;
  view: MetricView;
}

export type Room = { kind: 'chart' | 'other'; unit: string } | { kind: 'band' } | { kind: 'new' };

/** Words as they are typed, without case. */
export const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** What to ask the server for: it searches machines, and does not know which words are those of a metric. */
export function machineTexts(text: string): string[] {
  const words = wordsOf(text);
  const starts = words.map((_, i) => words.slice(0, words.length - i).join(' '));
  return [...new Set([...starts.slice(0, 3), words.at(-1) ?? '', ''])].slice(0, 5);
}

/** Whether every word is in the machine or in the metric. */
export function matches({ machine, view }: Omit<FoundSeries, 'key'>, words: readonly string[]): boolean {
  const text = [machine.name, machine.location, machine.sensor_type, view.label, view.name, view.group ?? '', view.unit]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Where a series would be drawn: on a chart, on a new one, below them, or in place of a unit. */
export function roomFor(view: MetricView, charts: readonly SeriesChart[]): Room {
  if (isBand(view)) return { kind: 'band' };
  const unitKey = unitKeyOf(view);
  const chart = charts.find((each) => each.unitKey === unitKey);
  if (chart) return { kind: 'chart', unit: view.unit || view.label };
  if (charts.length < MOST_UNITS) return { kind: 'new' };
  const last = charts.at(-1)?.series[0]?.view;
  return { kind: 'other', unit: last?.unit || last?.label || '' };
}
