// Frames for tests.

import type { FrameValues } from '@gonsters/contract';

/** The values of each row, as number of the metric, value and quality. */
export function valuesOf(
  rows: readonly (readonly (readonly [metric: number, value: number, quality?: number])[])[],
): FrameValues {
  const all = rows.flat();
  const starts = new Uint32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) starts[i + 1] = (starts[i] as number) + row.length;
  return {
    starts,
    metrics: Uint16Array.from(all, ([metric]) => metric),
    values: Float64Array.from(all, ([, value]) => value),
    qualities: Uint8Array.from(all, ([, , quality = 0]) => quality),
  };
}
