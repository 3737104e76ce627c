// Publishes a recording at its own speed or faster, and shifts it to the present if requested.

import { setTimeout as delay } from 'node:timers/promises';
import type { MachineInput, MetricName } from '@gonsters/contract';
import { type KnownMachine, type Publisher, SimulationError } from './publisher.ts';
import { readRecording } from './recording.ts';
import type { SentValues } from './sent-values.ts';
import type { ReplayOptions } from './simulate-options.ts';

const MOST_MACHINES = 10_000;

export interface RecordingSummary {
  readonly rows: number;
  /** Rows without a readable time or value. */
  readonly unreadable: number;
  /** Cells of the other rows that are neither empty nor a number, by metric. */
  readonly unreadableValues: { readonly [metric in MetricName]?: number };
  readonly firstMs: number;
  readonly lastMs: number;
  readonly machines: readonly string[];
}

/**
 * Reads the recording once to find its time range and machines.
 *
 * @throws SimulationError if no row can be used
 */
export async function surveyRecording(options: ReplayOptions): Promise<RecordingSummary> {
  let rows = 0;
  let unreadable = 0;
  const unreadableValues: { [metric in MetricName]?: number } = {};
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  const machines = new Set<string>();
  for await (const row of readRecording(options.file, options)) {
    rows++;
    if (row === null) {
      unreadable++;
      continue;
    }
    for (const metric of row.unreadable) unreadableValues[metric] = (unreadableValues[metric] ?? 0) + 1;
    firstMs = Math.min(firstMs, row.timestampMs);
    lastMs = Math.max(lastMs, row.timestampMs);
    machines.add(row.machine ?? options.machine);
    if (machines.size > MOST_MACHINES)
      throw new SimulationError(`The recording names more than ${MOST_MACHINES} machines`);
  }
  if (rows === unreadable) throw new SimulationError(`None of the ${rows} rows has a readable time and a value`);
  return { rows, unreadable, unreadableValues, firstMs, lastMs, machines: [...machines] };
}

/** The machines of a recording, as they are created if they do not exist. */
export function machinesOf(summary: RecordingSummary): MachineInput[] {
  return summary.machines.map((name) => ({ name, location: 'Recorded', sensor_type: 'Recording', status: 'active' }));
}

/** The shift of the times of a recording, in ms. */
function shiftMs(options: ReplayOptions, { firstMs, lastMs }: RecordingSummary, nowMs: number): number {
  if (!options.shiftToNow) return 0;
  // At its own speed every reading happens now. A faster replay ends in the present, so that no reading lies in the
  // future.
  if (options.speed === 1) return nowMs - firstMs;
  return Math.floor(nowMs + (lastMs - firstMs) / options.speed) - lastMs;
}

/**
 * Publishes every readable row in the order of the file until the signal aborts. A row that is overdue is published at
 * once.
 */
export async function replay(
  options: ReplayOptions,
  summary: RecordingSummary,
  machines: readonly KnownMachine[],
  publisher: Publisher,
  signal: AbortSignal,
): Promise<void> {
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const startMs = Date.now();
  const movedMs = shiftMs(options, summary, startMs);
  for await (const row of readRecording(options.file, options)) {
    if (signal.aborted) return;
    if (row === null) continue;
    const dueMs = startMs + (row.timestampMs - summary.firstMs) / options.speed;
    const waitMs = dueMs - Date.now();
    if (waitMs > 1) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const machine = byName.get(row.machine ?? options.machine);
    if (machine !== undefined) await publisher.publish(machine, row.timestampMs + movedMs, row.values as SentValues);
  }
}
