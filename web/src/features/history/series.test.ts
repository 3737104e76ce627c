import { describe, expect, it } from 'vitest';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { seriesChoice } from './history-search.ts';
import { placeSeries, type Series, withSeries } from './series.ts';

const KINDS: Record<string, [MetricView['kind'], string]> = {
  oil: ['gauge', '°C'],
  bearing: ['gauge', '°C'],
  vibration: ['gauge', 'mm/s'],
  level: ['gauge', '%'],
  parts: ['counter', ''],
  mode: ['state', ''],
};
const series = (...names: string[]) =>
  names.map((name, place): Series => {
    const [kind, unit] = KINDS[name] ?? ['gauge', ''];
    const view = { name, kind, unit } as MetricView;
    return { ...seriesChoice('a', name), place, machineName: 'A', view, known: true };
  });
const namesOf = (all: readonly { metric: string }[]) => all.map(({ metric }) => metric);

describe('the places of series', () => {
  it('are two charts of one unit each, with states below and a third unit left', () => {
    const places = placeSeries(series('oil', 'vibration', 'mode', 'level', 'bearing'));
    expect(places.charts.map((chart) => namesOf(chart.series))).toEqual([['oil', 'bearing'], ['vibration']]);
    expect([namesOf(places.bands), namesOf(places.left)]).toEqual([['mode'], ['level']]);
  });

  it('a third unit takes the place of the last one, and nothing else does', () => {
    const chosen = series('oil', 'bearing', 'vibration', 'mode');
    const { charts } = placeSeries(chosen);
    expect(namesOf(withSeries(charts, chosen, series('level')))).toEqual(['oil', 'bearing', 'mode', 'level']);
    expect(namesOf(withSeries(charts, chosen, series('mode'))).slice(0, 4)).toEqual(namesOf(chosen));
    expect(namesOf(withSeries(charts, chosen, series('level', 'parts')))).toEqual(['mode', 'level', 'parts']);
  });
});
