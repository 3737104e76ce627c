// Rollups as they are stored: the fields of a metric by its kind, and how rows become partials of buckets.

import type { MetricKind } from '@gonsters/contract';
import { metricNameAt } from '../../../metric-index.ts';
import { addDuration, type BucketPartial, emptyPartial, holds } from '../../bucket-partials.ts';
import { inferHeld } from '../../held-times.ts';
import type { MachineRollups } from '../../store-copies.ts';
import type { RollupInterval } from '../../time-buckets.ts';
import type { Fields } from './influxql.ts';
import {
  COUNTED,
  digitsOf,
  LOCAL_DAYS,
  nanoseconds,
  quoteField,
  ROLLUP_MEASUREMENTS,
  seriesOf,
} from './line-protocol.ts';
import type { Point } from './quality-marks.ts';

export interface KnownMetric {
  readonly metric: number;
  readonly kind: MetricKind;
}

const GAUGE_FIELDS = ['count', 'sum', 'min', 'max', 'last', 'bad'] as const;
const COUNTER_FIELDS = [...GAUGE_FIELDS, 'first', 'first_ms', 'last_ms', 'increase'] as const;
const STATE_FIELDS = [...GAUGE_FIELDS, 'first', 'first_ms', 'last_ms', 'changes', 'durations'] as const;

function fieldsOf(kind: MetricKind): Fields {
  if (kind === 'counter') return COUNTER_FIELDS;
  return holds(kind) ? STATE_FIELDS : GAUGE_FIELDS;
}

export const rollupField = (metric: number, field: string) => `${metricNameAt(metric)}_${field}`;

/** The fields that `RollupReader` expects. */
export function rollupFields(metrics: readonly KnownMetric[]): Fields {
  return [COUNTED, ...metrics.flatMap(({ metric, kind }) => fieldsOf(kind).map((field) => rollupField(metric, field)))];
}

/** Collects rows of one machine with the time and `rollupFields`, ascending. */
export class RollupReader implements MachineRollups {
  readonly readings = new Map<number, number>();
  readonly partials: Map<number, BucketPartial[]>;
  readonly #metrics: readonly KnownMetric[];

  constructor(metrics: readonly KnownMetric[]) {
    this.#metrics = metrics;
    this.partials = new Map(metrics.map(({ metric }) => [metric, []]));
  }

  add(row: Point): void {
    const startMs = row[0] as number;
    this.readings.set(startMs, (row[1] as number | null) ?? 0);
    let at = 2;
    for (const { metric, kind } of this.#metrics) {
      const partial = partialOf(startMs, kind, row, at);
      if (partial !== null) (this.partials.get(metric) as BucketPartial[]).push(partial);
      at += fieldsOf(kind).length;
    }
  }
}

/** `at`: where the fields of the metric begin in the row, in the order of `fieldsOf`. */
function partialOf(startMs: number, kind: MetricKind, row: Point, at: number): BucketPartial | null {
  const count = (row[at] as number | null) ?? 0;
  const bad = (row[at + 5] as number | null) ?? 0;
  if (count === 0 && bad === 0) return null;
  const partial = emptyPartial(startMs);
  partial.bad = bad;
  // The other fields may be left from an earlier rollup, before the values became bad.
  if (count === 0) return partial;
  const number = (offset: number) => (row[at + offset] as number | null) ?? Number.NaN;
  partial.count = count;
  partial.sum = number(1);
  partial.min = number(2);
  partial.max = number(3);
  partial.last = number(4);
  if (kind === 'gauge') return partial;
  partial.first = number(6);
  partial.firstMs = number(7);
  partial.lastMs = number(8);
  if (kind === 'counter') partial.increase = number(9) || 0;
  else {
    partial.changes = number(9) || 0;
    partial.heldMs = Number.NaN;
    readDurations((row[at + 10] as string | null) ?? '', partial);
    if (Number.isNaN(partial.heldMs)) partial.heldMs = inferHeld(partial);
  }
  return partial;
}

/**
 * One line per bucket. `n` keeps its stored value if it is NaN.
 *
 * @param tier an interval, or the time zone of days
 * @param kindOf decides which fields are written
 */
export function rollupLines(
  tier: RollupInterval | { readonly zone: string },
  machineId: string,
  { readings, partials }: MachineRollups,
  kindOf: (metric: number) => MetricKind,
): string[] {
  const series =
    typeof tier === 'string'
      ? seriesOf(ROLLUP_MEASUREMENTS[tier], [['machine_id', machineId]])
      : seriesOf(LOCAL_DAYS, [
          ['machine_id', machineId],
          ['zone', tier.zone],
        ]);
  const fields = new Map<number, string[]>();
  const at = (startMs: number) => {
    const known = fields.get(startMs) ?? [];
    fields.set(startMs, known);
    return known;
  };
  for (const [startMs, count] of readings) if (!Number.isNaN(count)) at(startMs).push(`${COUNTED}=${count}i`);
  for (const [metric, buckets] of partials) {
    for (const partial of buckets) at(partial.startMs).push(...writtenFields(metric, kindOf(metric), partial));
  }
  return [...fields].map(([startMs, written]) => `${series}${written.join()} ${nanoseconds(startMs)}\n`);
}

function writtenFields(metric: number, kind: MetricKind, partial: BucketPartial): string[] {
  const name = metricNameAt(metric);
  // Also zeros, because an earlier rollup may have stored another number.
  const written = [`${name}_count=${partial.count}i`, `${name}_bad=${partial.bad}i`];
  if (partial.count === 0) return written;
  const add = (field: string, value: number) => {
    if (!Number.isNaN(value)) written.push(`${name}_${field}=${digitsOf(value)}`);
  };
  const addWhole = (field: string, value: number) => {
    if (!Number.isNaN(value)) written.push(`${name}_${field}=${value}i`);
  };
  add('sum', partial.sum);
  add('min', partial.min);
  add('max', partial.max);
  add('last', partial.last);
  if (kind === 'gauge') return written;
  add('first', partial.first);
  addWhole('first_ms', partial.firstMs);
  addWhole('last_ms', partial.lastMs);
  if (kind === 'counter') add('increase', partial.increase);
  else {
    addWhole('changes', partial.changes);
    written.push(`${name}_durations=${quoteField(writeDurations(partial))}`);
  }
  return written;
}

/** In the place of a value. */
const HELD = 'held';

/**
 * Milliseconds of each value, such as `0:1200,3:58800`. One field, because a rollup that is written again replaces it. `heldMs` is
 * among them unless the durations tell it.
 */
export function writeDurations(partial: BucketPartial): string {
  const { durations, heldMs } = partial;
  const written = [...durations].map(([value, ms]) => `${value}:${ms}`);
  if (heldMs !== inferHeld(partial)) written.push(`${HELD}:${heldMs}`);
  return written.join();
}

export function readDurations(text: string, into: BucketPartial): void {
  if (text === '') return;
  for (const part of text.split(',')) {
    const [value, ms] = part.split(':');
    if (value === HELD) into.heldMs = Number(ms);
    else addDuration(into, Number(value), Number(ms));
  }
}
