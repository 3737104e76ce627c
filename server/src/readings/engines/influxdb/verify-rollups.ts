// Compares the rollups with the readings that they were made from.

import { METRICS } from '@gonsters/contract';
import { DAY_MS, HOUR_MS, hourOf } from '../../time-buckets.ts';
import type { DirtyHours } from './dirty-hours.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { END_MS, isoOf, type Source, sumsStatement, type TimeRange } from './influxql.ts';
import type { RollupState } from './rollup-state.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** Hours whose values are in memory at once. */
const HOURS_AT_ONCE = 6;
const NAMES: Record<Exclude<Source, 'raw'>, string> = { '1m': 'minutes', '1h': 'hours', '1d': 'days' };

/**
 * Returns one sentence for each hour or day of a machine whose rollup differs. Dirty hours are skipped, because they
 * are rolled up again later.
 */
export async function verifyRollups(
  deps: { client: InfluxdbClient; rollupWriter: RollupWriter; dirtyHours: DirtyHours; state: RollupState },
  progress: (line: string) => void,
): Promise<{ readings: number; faults: string[] }> {
  const { client, rollupWriter, dirtyHours, state } = deps;
  const faults: string[] = [];
  let readings = 0;
  const dirty = await dirtyHours.due({ fromMs: state.dirtyProcessedUntilMs + 1, toMs: END_MS });
  const isDirty = (machineId: string, range: TimeRange) =>
    dirty.get(machineId)?.some((run) => run.first * HOUR_MS < range.toMs && (run.last + 1) * HOUR_MS > range.fromMs) ??
    false;

  const compare = async (range: TimeRange, widthMs: number, rollups: readonly Exclude<Source, 'raw'>[]) => {
    const expected = await figuresOf(client, 'raw', range, widthMs);
    for (const [, { count }] of expected) readings += widthMs === HOUR_MS ? count : 0;
    for (const interval of rollups) {
      const found = await figuresOf(client, interval, range, widthMs);
      for (const key of new Set([...expected.keys(), ...found.keys()])) {
        if (expected.get(key)?.text === found.get(key)?.text) continue;
        const [startMs, machineId] = [Number(key.slice(0, key.indexOf(' '))), key.slice(key.indexOf(' ') + 1)];
        if (isDirty(machineId, { fromMs: startMs, toMs: startMs + widthMs })) continue;
        faults.push(
          `Machine ${machineId}, ${isoOf(startMs)}: the rollup of its ${NAMES[interval]} differs from its readings`,
        );
      }
    }
  };

  let atMs = state.retainedFromMs.raw;
  for (;;) {
    const firstMs = await rollupWriter.firstReadingMs({ fromMs: atMs, toMs: state.rolledUpUntilMs });
    if (firstMs === null) return { readings, faults };
    const dayMs = Math.floor(firstMs / DAY_MS) * DAY_MS;
    const endMs = Math.min(dayMs + DAY_MS, state.rolledUpUntilMs);
    // A day that began before the oldest retained reading has rollups of more readings than remain.
    for (let hour = hourOf(Math.max(dayMs, atMs)); hour * HOUR_MS < endMs; hour += HOURS_AT_ONCE) {
      const range = { fromMs: hour * HOUR_MS, toMs: Math.min((hour + HOURS_AT_ONCE) * HOUR_MS, endMs) };
      await compare(range, HOUR_MS, ['1m', '1h']);
    }
    if (endMs === dayMs + DAY_MS) await compare({ fromMs: dayMs, toMs: endMs }, DAY_MS, ['1d']);
    progress(`Readings have been checked up to ${isoOf(endMs).slice(0, 10)}`);
    atMs = endMs;
  }
}

/** By start and machine. Sums depend on the order of addition and are not compared. Counts, minima and maxima are. */
async function figuresOf(
  client: InfluxdbClient,
  source: Source,
  range: TimeRange,
  widthMs: number,
): Promise<Map<string, { count: number; text: string }>> {
  const figures = new Map<string, { count: number; text: string }>();
  for await (const { tags, values } of client.query(sumsStatement(source, range, widthMs), { isLong: true })) {
    for (const row of values) {
      const compared = METRICS.flatMap((_, m) => [row[2 + 4 * m] ?? 0, row[4 + 4 * m], row[5 + 4 * m]]);
      const text = JSON.stringify([row[1], ...compared]);
      figures.set(`${row[0]} ${tags.machine_id}`, { count: (row[1] as number | null) ?? 0, text });
    }
  }
  return figures;
}
