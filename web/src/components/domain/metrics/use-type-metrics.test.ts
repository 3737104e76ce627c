import type { MachineType, MetricDefinition } from '@gonsters/contract';
import { expect, test } from 'vitest';
import { LiveMetrics } from '../../../live/live-metrics.ts';
import { fleetMetrics } from './use-type-metrics.ts';

const limits = { low_low: null, low: null, high: 5, high_high: null };
const metric = (name: string, more: Partial<MetricDefinition> = {}) =>
  ({
    ...{ name, label: name.toUpperCase(), unit: 'A', unit_code: 'A', display_unit: null, kind: 'gauge', states: null },
    ...{ decimals: 1, min: null, max: null, limits, group: null, status: 'active', ...more },
  }) as MetricDefinition;
const pump = {
  name: 'pump',
  metrics: [{ name: 'flow', label: 'Flow of the pump', decimals: 3 }],
  headline: ['flow', 'gone'],
  limits: { flow: { high: 9 } },
} as unknown as MachineType;

test('a type shows its headline with what it has otherwise, and every other type what every machine has', () => {
  const catalogue = [metric('flow'), metric('retired', { status: 'retired' }), metric('current')];
  const fleet = fleetMetrics(catalogue, [pump], new LiveMetrics(), 'en');
  const { headline, all } = fleet.ofType('pump');
  expect(headline.map(({ label, decimals }) => [label, decimals])).toEqual([['Flow of the pump', 3]]);
  expect(headline[0]?.limits.high).toBe(9);
  expect(all.map(({ name }) => name)).toEqual(['flow', 'temperature', 'pressure', 'speed']);
  expect(fleet.ofType('press').headline.map(({ name }) => name)).toEqual(['temperature', 'pressure', 'speed']);
  expect(fleet.ofType('press').all.map(({ name }) => name)).toEqual([
    'flow',
    'current',
    'temperature',
    'pressure',
    'speed',
  ]);
  expect([fleet.named('current').unit, fleet.named('mystery').label]).toEqual(['A', 'mystery']);
  expect(fleet.ofType('pump')).toBe(fleet.ofType('pump'));
});
