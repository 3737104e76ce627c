// Compares the rollups with the readings that they were made from.

import { bucketGrid, LOCAL_DAYS_WITHIN, localDaysOf } from '../../bucket-grid.ts';
import type { BucketPartial } from '../../bucket-partials.ts';
import { isExactFor } from '../../held-times.ts';
import { firstStart } from '../../local-days.ts';
import type { MachineRollups } from '../../store-copies.ts';
import { DAY_MS, HOUR_MS, hourOf, INTERVALS_MS, type RollupInterval } from '../../time-buckets.ts';
import type { DirtyHours } from './dirty-hours.ts';
import { END_MS, FIRST_MS, isoOf, type TimeRange } from './influxql.ts';
import type { LocalDayWriter } from './local-day-writer.ts';
import type { RollupState } from './rollup-state.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** Hours whose values are in memory at once. */
const HOURS_AT_ONCE = 6;
const DAYS_AT_ONCE = 30;
const NAMES: Record<RollupInterval, string> = { '1m': 'minutes', '1h': 'hours', '1d': 'days' };
const NOTHING: MachineRollups = { readings: new Map(), partials: new Map() };

/**
 * Returns one sentence for each hour or day of a machine whose rollup differs. Dirty hours are skipped, because they
 * are rolled up again later.
 */
export async function verifyRollups(
  deps: {
    rollupWriter: RollupWriter;
    localDayWriter: LocalDayWriter;
    dirtyHours: DirtyHours;
    state: RollupState;
    holdMs: number;
  },
  progress: (line: string) => void,
): Promise<{ readings: number; faults: string[] }> {
  const { rollupWriter, localDayWriter, dirtyHours, state, holdMs } = deps;
  const faults: string[] = [];
  let readings = 0;
  const dirty = await dirtyHours.due({ fromMs: state.dirtyProcessedUntilMs + 1, toMs: END_MS });
  const isDirty = (machineId: string, range: TimeRange) =>
    dirty.get(machineId)?.some((run) => run.first * HOUR_MS < range.toMs && (run.last + 1) * HOUR_MS > range.fromMs) ??
    false;

  /** Compares buckets of `width` with the rollups of each of the intervals, added up to them. */
  const compare = async (range: TimeRange, width: '1h' | '1d', rollups: readonly RollupInterval[]) => {
    for (const group of await rollupWriter.groups(['raw', ...rollups], range)) {
      const expected = await rollupWriter.summarise(group, range, width);
      if (width === '1h')
        for (const each of expected.values()) for (const count of each.readings.values()) readings += count;
      for (const interval of rollups) {
        const stored = await rollupWriter.read(interval, group, range);
        for (const machineId of group.machineIds) {
          const found = rollupWriter.coarser(stored.get(machineId) ?? NOTHING, width);
          for (const startMs of differing(expected.get(machineId) ?? NOTHING, found, holdMs)) {
            if (isDirty(machineId, { fromMs: startMs, toMs: startMs + INTERVALS_MS[width] })) continue;
            faults.push(
              `Machine ${machineId}, ${isoOf(startMs)}: the rollup of its ${NAMES[interval]} differs from its readings`,
            );
          }
        }
      }
    }
  };

  let atMs = state.retainedFromMs.raw;
  for (;;) {
    const firstMs = await rollupWriter.firstReadingMs({ fromMs: atMs, toMs: state.rolledUpUntilMs });
    if (firstMs === null) break;
    const dayMs = Math.floor(firstMs / DAY_MS) * DAY_MS;
    const endMs = Math.min(dayMs + DAY_MS, state.rolledUpUntilMs);
    // A day that began before the oldest retained reading has rollups of more readings than remain.
    for (let hour = hourOf(Math.max(dayMs, atMs)); hour * HOUR_MS < endMs; hour += HOURS_AT_ONCE) {
      const range = { fromMs: hour * HOUR_MS, toMs: Math.min((hour + HOURS_AT_ONCE) * HOUR_MS, endMs) };
      await compare(range, '1h', ['1m', '1h']);
    }
    if (endMs === dayMs + DAY_MS) await compare({ fromMs: dayMs, toMs: endMs }, '1d', ['1d']);
    progress(`Readings have been checked up to ${isoOf(endMs).slice(0, 10)}`);
    atMs = endMs;
  }
  for await (const { machineId, startMs } of differingLocalDays({ rollupWriter, localDayWriter, state, holdMs })) {
    if (isDirty(machineId, { fromMs: startMs, toMs: startMs + 2 * DAY_MS })) continue;
    faults.push(`Machine ${machineId}, ${isoOf(startMs)}: the rollup of this day of the plant differs from its hours`);
  }
  return { readings, faults };
}

/** Days of the plant that differ from what they are made from, as far as this is stored. */
async function* differingLocalDays(deps: {
  rollupWriter: RollupWriter;
  localDayWriter: LocalDayWriter;
  state: RollupState;
  holdMs: number;
}): AsyncGenerator<{ machineId: string; startMs: number }> {
  const { rollupWriter, localDayWriter, holdMs } = deps;
  const { localDays, retainedFromMs, rolledUpUntilMs } = deps.state;
  const days = localDays && localDaysOf(localDays.zone);
  if (!days) return;
  const { rollup } = bucketGrid('1d', days.zone);
  const firstMs = await rollupWriter.firstRollupMs(rollup);
  if (firstMs === null) return;
  const { builtFromMs, firstMs: firstDayMs } = localDays;
  const completeMs = firstStart(days, Math.max(retainedFromMs[rollup], LOCAL_DAYS_WITHIN.fromMs));
  let fromMs = Math.max(
    days.startOf(Math.max(firstMs, LOCAL_DAYS_WITHIN.fromMs)),
    ...(retainedFromMs[rollup] > FIRST_MS ? [completeMs] : []),
    ...[builtFromMs, firstDayMs],
  );
  const endMs = days.startOf(rolledUpUntilMs);
  while (fromMs < endMs) {
    const toMs = Math.min(firstStart(days, fromMs + DAYS_AT_ONCE * DAY_MS), endMs);
    const range = { fromMs, toMs };
    for (const group of await rollupWriter.groups([rollup], range)) {
      const stored = await localDayWriter.read(days.zone, group, range);
      const finer = localDayWriter.sources(group, days, range);
      for await (const [machineId, source, part] of finer) {
        const found = within(stored.get(machineId) ?? NOTHING, part);
        for (const startMs of differing(rollupWriter.coarser(source, days), found, holdMs))
          yield { machineId, startMs };
      }
    }
    fromMs = toMs;
  }
}

function within({ readings, partials }: MachineRollups, { fromMs, toMs }: TimeRange): MachineRollups {
  const isWithin = (startMs: number) => startMs >= fromMs && startMs < toMs;
  return {
    readings: new Map([...readings].filter(([startMs]) => isWithin(startMs))),
    partials: new Map([...partials].map(([metric, parts]) => [metric, parts.filter((each) => isWithin(each.startMs))])),
  };
}

/** The starts of the buckets in which two rollups differ, ascending. */
function differing(expected: MachineRollups, found: MachineRollups, holdMs: number): number[] {
  const starts = new Set<number>();
  for (const startMs of [...expected.readings.keys(), ...found.readings.keys()]) {
    if (expected.readings.get(startMs) !== found.readings.get(startMs)) starts.add(startMs);
  }
  for (const metric of new Set([...expected.partials.keys(), ...found.partials.keys()])) {
    const left = byStart(expected.partials.get(metric));
    const right = byStart(found.partials.get(metric));
    for (const startMs of new Set([...left.keys(), ...right.keys()])) {
      if (!areEqual(left.get(startMs), right.get(startMs), holdMs)) starts.add(startMs);
    }
  }
  return [...starts].sort((a, b) => a - b);
}

const byStart = (partials: readonly BucketPartial[] = []) => new Map(partials.map((each) => [each.startMs, each]));

/** Sums and increases depend on the order of addition and are not compared. */
function areEqual(expected: BucketPartial | undefined, found: BucketPartial | undefined, holdMs: number): boolean {
  if (expected === undefined || found === undefined) return expected === found;
  const isNumberEqual = expected.count === found.count && expected.bad === found.bad;
  if (!isNumberEqual || !Object.is(expected.min, found.min) || !Object.is(expected.max, found.max)) return false;
  // What was rolled up while the metric had another kind, or by an earlier version, has no order.
  if (Number.isNaN(found.firstMs)) return true;
  return (
    expected.firstMs === found.firstMs &&
    expected.lastMs === found.lastMs &&
    expected.changes === found.changes &&
    // Those that were made with another hold are made again for each query.
    (!isExactFor(found, holdMs) || areSame(expected.durations, found.durations))
  );
}

function areSame(expected: ReadonlyMap<number, number>, found: ReadonlyMap<number, number>): boolean {
  return [...new Set([...expected.keys(), ...found.keys()])].every((value) => expected.get(value) === found.get(value));
}
