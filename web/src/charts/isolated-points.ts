// Finds points of a line without neighbours to be connected to. They are drawn as dots.

import type uPlot from 'uplot';

/** A point with a hole on either side has no line to be seen by. */
export function isolatedPoints(u: uPlot, series: number): number[] {
  const values = u.data[series] ?? [];
  const isolated: number[] = [];
  let [before, alone] = [null as number | null, -1];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    if (value === null) {
      if (alone >= 0) isolated.push(alone);
      alone = -1;
    } else alone = before === null && alone < 0 ? i : -1;
    before = value;
  }
  if (alone >= 0) isolated.push(alone);
  return isolated;
}
