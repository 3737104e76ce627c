import { describe, expect, it } from 'vitest';
import type { AlertMarker } from './chart-markers.ts';
import { mergeMarkers } from './chart-markers.ts';

const marker = (timeMs: number, severity: AlertMarker['severity'], acknowledged = false): AlertMarker => ({
  timeMs,
  severity,
  acknowledged,
});
const merge = (...markers: AlertMarker[]) =>
  mergeMarkers(markers, ({ timeMs }) => timeMs, { from: 0, to: 100, room: 14 }).map((group) => [
    group.x,
    group.markers.map((each) => each.timeMs),
  ]);

describe('alert markers', () => {
  it('stand apart where there is room for each', () => {
    expect(merge(marker(10, 'warning'), marker(24, 'warning'))).toEqual([
      [24, [24]],
      [10, [10]],
    ]);
  });

  it('merge where they are too close, at the place of the worst', () => {
    expect(merge(marker(10, 'warning'), marker(15, 'critical'), marker(20, 'warning'))).toEqual([[15, [15, 20, 10]]]);
    expect(merge(marker(10, 'critical', true), marker(15, 'critical'), marker(80, 'warning'))).toEqual([
      [15, [15, 10]],
      [80, [80]],
    ]);
  });

  it('are left out beyond the window', () => {
    expect(merge(marker(-1, 'critical'), marker(101, 'critical'), marker(Number.NaN, 'critical'))).toEqual([]);
  });
});
