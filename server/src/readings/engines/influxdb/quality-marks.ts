// What the points of `sensor_quality` say about values of `sensor_readings`.

import { BAD, GOOD } from '../../reading-batch.ts';
import type { SeriesRows } from './influxdb-answers.ts';
import { BAD_WITHOUT_NUMBER } from './line-protocol.ts';

/** A row of an answer: the time, then the fields. */
export type Point = SeriesRows['values'][number];

export interface MarkedValue {
  value: number;
  quality: number;
}

/**
 * The value of the i-th metric of a reading; null if it was not measured.
 *
 * @param reading time and `valueFields`; null if there is none
 * @param marks time and `qualityFields` of the same metrics; null if there are none
 */
export function valueAt(reading: Point | null, marks: Point | null, i: number): MarkedValue | null {
  const mark = (marks?.[1 + 2 * i] as number | null | undefined) ?? GOOD;
  if (mark >= BAD) return badValue(mark, marks?.[2 + 2 * i] as number | null | undefined);
  const value = reading?.[1 + i] as number | null | undefined;
  return value === null || value === undefined ? null : { value, quality: mark };
}

export function badValue(mark: number, original: number | null | undefined): MarkedValue {
  return { value: mark === BAD_WITHOUT_NUMBER ? Number.NaN : (original ?? Number.NaN), quality: BAD };
}
