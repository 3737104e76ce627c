// The two axes of a live chart.

import type uPlot from 'uplot';
import type { ChartColors } from './chart-colors.ts';

export const VALUE_AXIS_PX = 48;
const TIME_AXIS_PX = 24;

export function chartAxes({
  colors,
  hasNumbers,
  timeAxis,
  timeText,
  numberText,
}: {
  colors: () => ChartColors;
  hasNumbers: boolean;
  /** Whether it names the times. */
  timeAxis: boolean;
  timeText: (timeMs: number) => string;
  numberText: (value: number) => string;
}): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: () => colors().text,
    font: '11px "Inter Variable", Inter, system-ui, sans-serif',
    grid: { stroke: () => colors().grid, width: 1 },
    ticks: { show: false },
  };
  return [
    {
      ...axis,
      size: timeAxis ? TIME_AXIS_PX : 0,
      gap: 6,
      space: 72,
      values: (_, splits) => splits.map((split) => (timeAxis ? timeText(split) : '')),
    },
    {
      ...axis,
      size: VALUE_AXIS_PX,
      gap: 8,
      space: 32,
      ...(hasNumbers ? {} : { grid: { show: false } }),
      values: (_, splits) => (hasNumbers ? splits.map(numberText) : []),
    },
  ];
}
