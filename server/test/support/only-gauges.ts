// Stands in for the catalogue where a test needs no kinds and no headlines.

import type { ShownMetrics } from '../../src/readings/shown-metrics.ts';

/** A plant in which every metric is a gauge and is shown, and no machine type has a headline. */
export const ONLY_GAUGES: ShownMetrics & { headlineOf(sensorType: string): readonly number[] } = {
  version: 0,
  kindOf: () => 'gauge',
  statesOf: () => [],
  isShown: () => true,
  headlineOf: () => [],
};
