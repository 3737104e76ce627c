import { METRIC_NAMES } from '@gonsters/contract';
import { describe, expect, it, vi } from 'vitest';
import { LiveMetrics, SEED_METRICS } from './live-metrics.ts';
import { valuesOf } from './test-frames.ts';

describe('the metrics of the page', () => {
  it('begin with those that every machine has, and give each name one number', () => {
    const metrics = new LiveMetrics();
    expect(SEED_METRICS.map((metric) => metrics.nameOf(metric))).toEqual(METRIC_NAMES);
    const flow = metrics.numberOf('flow');
    expect(metrics.numberOf('flow')).toBe(flow);
    expect([metrics.nameOf(flow), metrics.kindOf(flow), metrics.statesOf(flow)]).toEqual(['flow', null, []]);
    expect(() => metrics.nameOf(99)).toThrow(RangeError);
  });

  it('are translated from the numbers of a connection, which end with it', () => {
    const metrics = new LiveMetrics();
    const told = vi.fn();
    metrics.signal.subscribe(told);
    metrics.announce([{ number: 0, name: 'flow', kind: 'counter' }]);
    expect(told).toHaveBeenCalledTimes(1);
    const frame = valuesOf([[[0, 5]]]);
    metrics.translate(frame);
    expect(metrics.nameOf(frame.metrics[0] as number)).toBe('flow');
    expect(metrics.kindOf(metrics.numberOf('flow'))).toBe('counter');
    metrics.forgetNumbers();
    expect(() => metrics.translate(valuesOf([[[0, 5]]]))).toThrow(RangeError);
  });

  it('have values of replies as numbers: booleans, and states whose list may grow', () => {
    const metrics = new LiveMetrics();
    const [running, mode, flow] = ['running', 'mode', 'flow'].map((name) => metrics.numberOf(name)) as [
      number,
      number,
      number,
    ];
    expect([true, false, null, undefined].map((value) => metrics.valueOf(running, value))).toEqual([
      1,
      0,
      Number.NaN,
      Number.NaN,
    ]);
    expect(metrics.kindOf(running)).toBe('boolean');
    expect(['idle', 'running', 'idle'].map((value) => metrics.valueOf(mode, value))).toEqual([0, 1, 0]);
    expect(metrics.valueOf(flow, 3.5)).toBe(3.5);
    metrics.announce([{ number: 4, name: 'mode', kind: 'state', states: ['idle', 'running'] }]);
    metrics.announce([{ number: 4, name: 'mode', kind: 'state', states: ['idle', 'running', 'fault'] }]);
    expect(metrics.statesOf(mode)).toEqual(['idle', 'running', 'fault']);
    const frame = valuesOf([[[4, 2]], [[4, Number.NaN, 2]]]);
    metrics.translate(frame);
    expect([...frame.values]).toEqual([2, Number.NaN]);
  });
});
