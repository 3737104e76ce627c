// SQL that summarises values in buckets, as `bucket-partials.ts` does in memory.

import type { MetricKind } from '@gonsters/contract';
import { FORMER_HOLD_MS, HELD_CODE } from '../../../held-times.ts';
import { BAD } from '../../../reading-batch.ts';
import { bucketSql, quotedList, ROLLUP_COLUMNS, VALUE_COLUMNS } from '../reading-sql.ts';

/** Metrics whose buckets depend on the order of their values, by name. */
export interface OrderedMetrics {
  readonly counters: readonly string[];
  /** Kinds `boolean` and `state`. */
  readonly states: readonly string[];
}

export function orderedMetrics(names: readonly string[], kindOf: (name: string) => MetricKind): OrderedMetrics {
  const counters: string[] = [];
  const states: string[] = [];
  for (const name of names) {
    const kind = name === '' ? 'gauge' : kindOf(name);
    if (kind === 'counter') counters.push(name);
    else if (kind !== 'gauge') states.push(name);
  }
  return { counters, states };
}

/** Rolls up single values into buckets of `widthMs`, in no order. A state holds until the next value, at most `holdMs`. */
export function rollUpValues(
  source: string,
  widthMs: number,
  { counters, states }: OrderedMetrics,
  holdMs: number,
): string {
  const summary = `SELECT machine_id, metric, bucket, count(*) FILTER (quality <> ${BAD})::INTEGER AS count,
      count(*) FILTER (quality = ${BAD})::INTEGER AS bad, sum(value) FILTER (quality <> ${BAD}) AS sum,
      min(value) FILTER (quality <> ${BAD}) AS min, max(value) FILTER (quality <> ${BAD}) AS max,
      arg_max(value, timestamp_ms) FILTER (quality <> ${BAD}) AS last
    FROM bucketed GROUP BY ALL`;
  const bucketed = `bucketed AS (
    SELECT ${VALUE_COLUMNS}, ${bucketSql('timestamp_ms', widthMs)} AS bucket FROM ${source})`;
  const ordered = [...counters, ...states];
  if (ordered.length === 0) {
    const unordered = nulls('first, first_ms, last_ms, increase, changes, code, duration_ms');
    return `WITH ${bucketed}
      SELECT machine_id, metric, bucket AS timestamp_ms, count, bad, sum, min, max, last, ${unordered}
      FROM (${summary})`;
  }
  return `WITH ${bucketed},
    summary AS (${summary}),
    steps AS (
      SELECT machine_id, metric, bucket, timestamp_ms, value,
        lag(value) OVER series AS before, lead(timestamp_ms) OVER series AS next_ms
      FROM bucketed WHERE metric IN (${quotedList(ordered)}) AND quality <> ${BAD}
      WINDOW series AS (PARTITION BY machine_id, metric, bucket ORDER BY timestamp_ms)),
    facts AS (
      SELECT machine_id, metric, bucket, arg_min(value, timestamp_ms) AS first, min(timestamp_ms) AS first_ms,
        max(timestamp_ms) AS last_ms, sum(${growthSql('before', 'value')}) AS growth,
        count(*) FILTER (before <> value) AS turns
      FROM steps GROUP BY ALL)
    SELECT machine_id, metric, bucket AS timestamp_ms, count, bad, sum, min, max, last, first, first_ms, last_ms,
      ${onlyOf(counters, 'growth')} AS increase, ${onlyOf(states, 'turns')} AS changes, ${nulls('code, duration_ms')}
    FROM summary LEFT JOIN facts USING (machine_id, metric, bucket)
    UNION ALL BY NAME
    SELECT machine_id, metric, bucket AS timestamp_ms, value AS code,
      sum(least(next_ms - timestamp_ms, ${holdMs}))::DOUBLE AS duration_ms
    FROM steps WHERE ${isOneOf(states)} AND next_ms IS NOT NULL GROUP BY ALL
    ${holdMs < widthMs ? cutBuckets(states, holdMs) : ''}`;
}

/** Buckets in which a value was counted for the hold only. Of others the durations tell what the hold may be. */
function cutBuckets(states: readonly string[], holdMs: number): string {
  return `UNION ALL BY NAME
    SELECT machine_id, metric, bucket AS timestamp_ms, ${HELD_CODE}::DOUBLE AS code, -${holdMs}::DOUBLE AS duration_ms
    FROM steps WHERE ${isOneOf(states)} AND next_ms - timestamp_ms > ${holdMs} GROUP BY ALL`;
}

/**
 * Rolls up finer rollups, in no order. What lies between two of them is added.
 *
 * @param bucket SQL of the start of the bucket of a row
 */
export function rollUpFiner(source: string, bucket: string, holdMs: number): string {
  return `WITH bucketed AS (
      SELECT ${ROLLUP_COLUMNS}, ${bucket} AS bucket FROM ${source}),
    -- A bucket with bad values only is between no two values.
    steps AS (
      SELECT *, lag(last) OVER series AS before, lag(last_ms) OVER series AS before_ms
      FROM bucketed WHERE code IS NULL AND count > 0 AND first_ms IS NOT NULL
      WINDOW series AS (PARTITION BY machine_id, metric, bucket ORDER BY timestamp_ms)),
    facts AS (
      SELECT machine_id, metric, bucket, arg_min(first, timestamp_ms) AS first, min(first_ms) AS first_ms,
        max(last_ms) AS last_ms,
        sum(CASE WHEN increase IS NULL THEN NULL ELSE increase + coalesce(${growthSql('before', 'first')}, 0) END) AS increase,
        sum(CASE WHEN changes IS NULL THEN NULL ELSE changes + CASE WHEN before <> first THEN 1 ELSE 0 END END)::BIGINT AS changes
      FROM steps GROUP BY ALL),
    summary AS (
      SELECT machine_id, metric, bucket, sum(count)::INTEGER AS count, sum(bad)::INTEGER AS bad, sum(sum) AS sum,
        min(min) AS min, max(max) AS max, arg_max(last, timestamp_ms) AS last
      FROM bucketed WHERE code IS NULL GROUP BY ALL),
    -- As bucket-partials.ts has it: inferHeld, then combineHeld of all parts and of what lies between them.
    parts AS (
      SELECT machine_id, metric, bucket, timestamp_ms, max(duration_ms) FILTER (code = ${HELD_CODE}) AS given,
        coalesce(sum(duration_ms) FILTER (code <> ${HELD_CODE}), 0) AS known, max(last_ms - first_ms) AS span,
        max(count) AS count
      FROM bucketed WHERE code IS NOT NULL OR changes IS NOT NULL GROUP BY ALL HAVING max(count) > 0),
    exactness AS (
      SELECT machine_id, metric, bucket, coalesce(given, CASE WHEN count < 2 OR span IS NULL THEN 0
        WHEN known = span THEN span ELSE -${FORMER_HOLD_MS} END) AS held FROM parts
      UNION ALL
      SELECT machine_id, metric, bucket,
        CASE WHEN first_ms - before_ms <= ${holdMs} THEN first_ms - before_ms ELSE -${holdMs} END AS held
      FROM steps WHERE changes IS NOT NULL AND before_ms IS NOT NULL),
    held AS (
      SELECT machine_id, metric, bucket, code, duration_ms FROM bucketed WHERE code IS NOT NULL AND code <> ${HELD_CODE}
      UNION ALL
      SELECT machine_id, metric, bucket, before AS code, least(first_ms - before_ms, ${holdMs})::DOUBLE AS duration_ms
      FROM steps WHERE changes IS NOT NULL AND before_ms IS NOT NULL)
    SELECT machine_id, metric, bucket AS timestamp_ms, count, bad, sum, min, max, last, first, first_ms, last_ms,
      increase, changes, ${nulls('code, duration_ms')}
    FROM summary LEFT JOIN facts USING (machine_id, metric, bucket)
    UNION ALL BY NAME
    SELECT machine_id, metric, bucket AS timestamp_ms, code, sum(duration_ms) AS duration_ms FROM held GROUP BY ALL
    UNION ALL BY NAME
    SELECT machine_id, metric, bucket AS timestamp_ms, ${HELD_CODE}::DOUBLE AS code,
      CASE WHEN min(held) >= 0 THEN max(held)
        WHEN max(held) FILTER (held < 0) = min(held) AND coalesce(max(held) FILTER (held >= 0), 0) <= -min(held)
        THEN min(held) ELSE -1 END::DOUBLE AS duration_ms
    FROM exactness GROUP BY ALL`;
}

/** For each machine, metric and timestamp, the value with the greatest `sequence` wins, with its quality. */
export function foldRepeats(source: string): string {
  // arg_max ignores rows whose value is NULL.
  const value = `arg_max(coalesce(value, 'nan'::DOUBLE), sequence)`;
  return `SELECT machine_id, metric, timestamp_ms, CASE WHEN isnan(value) THEN NULL ELSE value END AS value, quality
    FROM (SELECT machine_id, metric, timestamp_ms, ${value} AS value, arg_max(quality, sequence) AS quality
      FROM ${source} GROUP BY machine_id, metric, timestamp_ms)`;
}

/** A value that is smaller than the one before means that the counter began again at 0. */
function growthSql(before: string, after: string): string {
  return `CASE WHEN ${after} >= ${before} THEN ${after} - ${before} WHEN ${after} < ${before} THEN greatest(${after}, 0) END`;
}

function onlyOf(names: readonly string[], column: string): string {
  if (names.length === 0) return `NULL::DOUBLE`;
  // The first value of a bucket grows from nothing.
  return `CASE WHEN ${isOneOf(names)} AND first_ms IS NOT NULL THEN coalesce(${column}, 0)::DOUBLE END`;
}

function isOneOf(names: readonly string[]): string {
  return names.length === 0 ? 'false' : `metric IN (${quotedList(names)})`;
}

function nulls(columns: string): string {
  return columns
    .split(', ')
    .map((column) => `NULL::DOUBLE AS ${column}`)
    .join(', ');
}
