import { expect, test } from 'vitest';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { seriesChoice } from '../history-search.ts';
import type { SeriesChart } from '../series.ts';
import { machineTexts, matches, roomFor } from './found-series.ts';

const machine = { machine_id: 'a', name: 'Hydraulic Press P-200', location: 'Hall A', sensor_type: 'press' };
const view = (label: string, unit: string, kind: MetricView['kind'] = 'gauge') =>
  ({ name: label.toLowerCase().replaceAll(' ', '_'), label, unit, kind, group: null }) as MetricView;

test('words are looked for in the machine and the metric together', () => {
  const oil = { machine, view: view('Oil temperature', '°C') };
  expect(
    ['press oil', 'OIL p-200', '', 'hall temp °c'].map((text) => matches(oil, text.toLowerCase().split(' '))),
  ).toEqual([true, true, true, true]);
  expect(matches(oil, ['press', 'level'])).toBe(false);
  expect(machineTexts('Press oil')).toEqual(['press oil', 'press', 'oil', '']);
  expect(machineTexts(' ')).toEqual(['']);
});

test('a series says beforehand when it would push a unit out', () => {
  const chart = (metric: MetricView): SeriesChart => ({
    unitKey: metric.unit,
    series: [{ ...seriesChoice('a', metric.name), place: 0, machineName: '', view: metric, known: true }],
  });
  const both = [chart(view('Temperature', '°C')), chart(view('Vibration', 'mm/s'))];
  expect(roomFor(view('Oil temperature', '°C'), both)).toEqual({ kind: 'chart', unit: '°C' });
  expect(roomFor(view('Level', '%'), both)).toEqual({ kind: 'other', unit: 'mm/s' });
  expect(roomFor(view('Level', '%'), both.slice(1))).toEqual({ kind: 'new' });
  expect(roomFor(view('Mode', '', 'state'), both)).toEqual({ kind: 'band' });
});
