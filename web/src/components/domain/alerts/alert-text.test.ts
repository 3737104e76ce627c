import type { Alert, MetricDefinition } from '@gonsters/contract';
import { expect, test } from 'vitest';
import { en } from '../../../i18n/en/en.ts';
import { createFormat } from '../../../i18n/format.ts';
import { createTranslate } from '../../../i18n/text.ts';
import { LiveMetrics } from '../../../live/live-metrics.ts';
import { fleetMetrics } from '../metrics/use-type-metrics.ts';
import { alertText, figuresText } from './alert-text.ts';

const limits = { low_low: null, low: null, high: null, high_high: null };
const metric = (name: string, more: Partial<MetricDefinition> = {}) =>
  ({
    ...{ name, label: name, unit: null, unit_code: null, display_unit: null, kind: 'gauge', states: null, decimals: 1 },
    ...{ min: null, max: null, limits, group: null, status: 'active', ...more },
  }) as MetricDefinition;
const catalogue = [
  metric('vibration', { label: 'Vibration', unit: 'mm/s', unit_code: 'mm/s', decimals: 2 }),
  metric('pressure', { label: 'Pressure', unit: 'kPa', unit_code: 'kPa', display_unit: 'bar' }),
  metric('door', { label: 'Door open', kind: 'boolean' }),
  metric('mode', { label: 'Mode', kind: 'state', states: ['auto', 'fault'] }),
  metric('old', { label: 'Old flow', unit: 'l/s', unit_code: 'L/s', status: 'retired' }),
];
const metrics = new LiveMetrics();
// The page has met the states in another order than the catalogue has them.
metrics.valueOf(metrics.numberOf('mode'), 'fault');
const format = createFormat('en');
const words = {
  t: createTranslate('en', en, (value) => format.number(value)),
  format,
  metrics,
  metricNamed: fleetMetrics(catalogue, [], metrics, 'en').named,
};
const about = (name: string, value: number | null, threshold: number | null, kind: Alert['limit_kind'] = 'high') => {
  const alert = { metric: name, limit_kind: kind, value, threshold };
  return [alertText(words, alert), figuresText(words, alert)];
};

test('an alert has the label, unit, decimals and display unit of its metric, whatever that is', () => {
  expect(about('vibration', 7.234, 7.1)).toEqual(['Vibration high', '7.23 mm/s · limit 7.10 mm/s']);
  expect(about('pressure', 155, 150)).toEqual(['Pressure high', '1.6 bar · limit 1.5 bar']);
  expect(about('door', 1, 0.5)[1]).toMatch(/^True|^Yes|^On/i);
  expect(about('mode', 1, null)).toEqual(['Mode high', 'fault']);
  expect(about('old', 3, 2)).toEqual(['Old flow high', '3.0 l/s · limit 2.0 l/s']);
  expect(about('mystery', 3, 2)[0]).toBe('mystery high');
});

test('an alert about bad values has the last of them, and one about the connection no figures', () => {
  expect(about('vibration', 3276.7, null, 'stale')).toEqual(['Vibration bad values', 'the last one 3,276.70 mm/s']);
  expect(about('vibration', null, null, 'stale')[1]).toBeNull();
  expect(about('connection', null, null, 'stale')).toEqual(['Connection no data', null]);
});

test('an alert about a gateway is not one about the connection of a machine', () => {
  const alert = { metric: 'connection', limit_kind: 'stale' } as const;
  expect(alertText(words, { ...alert, condition: 'gateway' })).toBe('Gateway offline');
  expect(alertText(words, { ...alert, condition: 'connection' })).not.toBe('Gateway offline');
});
