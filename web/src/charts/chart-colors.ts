// The colours of a chart, read from the theme, and how many there are for compared machines.

import { readColor } from '../components/ui/theme/design-tokens.ts';

export interface ChartColors {
  line: string;
  text: string;
  grid: string;
  surface: string;
  band: string;
  bandWarn: string;
  bandCrit: string;
  warnText: string;
  warnFill: string;
  critText: string;
  critFill: string;
  hatch: string;
  /** A band of states: running, idle, stopped. */
  running: string;
  idle: string;
  stopped: string;
  critTint: string;
  strong: string;
}

/** @param line name of the token that the line has */
export function readChartColors(line: string): ChartColors {
  return {
    line: readColor(line),
    text: readColor('text-3'),
    grid: readColor('grid'),
    surface: readColor('surface-1'),
    band: readColor('band'),
    bandWarn: readColor('band-warn'),
    bandCrit: readColor('band-crit'),
    warnText: readColor('warn-text'),
    warnFill: readColor('warn-fill'),
    critText: readColor('crit-text'),
    critFill: readColor('crit-fill'),
    hatch: readColor('line-2'),
    running: readColor('cell-4'),
    idle: readColor('cell-3'),
    stopped: readColor('text-3'),
    critTint: readColor('crit-tint'),
    strong: readColor('text-1'),
  };
}

/** Of compared machines; further ones repeat the colours with a dashed line. */
export const HUES = 6;
