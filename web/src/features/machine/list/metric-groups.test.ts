import { describe, expect, test } from 'vitest';
import { NO_LIMITS } from '../../../charts/limit-zones.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { BAD, GOOD } from '../../../live/readings/metric-series.ts';
import { type ListedMetric, listed, listMetrics } from './metric-groups.ts';

const same = (value: number) => value;
const view = (name: string, given: Partial<MetricView> = {}): MetricView => ({
  ...{ name, number: 0, label: name, unit: 'A', decimals: 1, kind: 'gauge', states: [], limits: NO_LIMITS },
  ...{ min: null, max: null, group: null, isNew: false, color: 'metric-1', toShown: same, toStored: same },
  ...given,
});
const NOW = 1_000_000;
const row = (metric: MetricView, value = 1, quality = GOOD, timeMs = NOW): ListedMetric =>
  listed(metric, { value, quality, timeMs }, null, NOW, 60_000);
const names = (rows: readonly ListedMetric[]) => rows.map(({ metric }) => metric.name);

describe('the list of metrics', () => {
  const limits = { ...NO_LIMITS, high: 10, high_high: 20 };
  const rows = [
    row(view('load', { group: 'Spindle' })),
    row(view('flow', { group: 'Coolant' }), Number.NaN, BAD),
    row(view('vibration', { group: 'Spindle', limits }), 15),
    row(view('chips', { isNew: true })),
    row(view('bearing', { group: 'Spindle', limits }), 25),
    row(view('level', { group: 'Coolant' }), 1, GOOD, NOW - 61_000),
  ];

  test('begins with what needs a look, the worst first, and has the rest in the groups of the type', () => {
    const { look, groups, counts, open } = listMetrics(rows, '', 'all');
    expect(names(look)).toEqual(['bearing', 'vibration', 'flow', 'chips']);
    expect(groups.map(({ name, rows: of, total }) => [name, names(of), total])).toEqual([
      ['Spindle', ['load'], 3],
      ['Coolant', ['level'], 2],
    ]);
    expect(counts).toEqual({ all: 6, abnormal: 2, bad: 2, new: 1 });
    expect(open).toBe(true);
  });

  test('is searched by name, group and unit, every word of it', () => {
    expect(names(listMetrics(rows, ' spindle LOAD ', 'all').groups[0]?.rows ?? [])).toEqual(['load']);
    expect(listMetrics(rows, 'spindle flow', 'all')).toMatchObject({ look: [], groups: [] });
  });

  test('groups many names without a group by their first word, and begins shut', () => {
    const many = Array.from({ length: 70 }, (_, i) => row(view(i < 60 ? `axis_${i}` : `only${i}_x`, { isNew: true })));
    const { look, groups, open } = listMetrics(many, '', 'all');
    expect([look.length, open]).toEqual([0, false]);
    expect(groups.map(({ name, total }) => [name, total])).toEqual([
      ['Axis', 60],
      ['', 10],
    ]);
    expect(listMetrics(many, 'axis', 'all').open).toBe(true);
  });
});
