// Publishes a recording at its own speed or faster, and shifts it to the present if requested.

import { setTimeout as delay } from 'node:timers/promises';
import type { MachineInput } from '@gonsters/contract';
import { type KnownMachine, type Publisher, SimulationError } from '../publisher.ts';
import type { ReplayOptions } from '../simulate-options.ts';
import { type CsvFormat, detectFormat, readCsvFile } from './csv-file.ts';
import { type CellFault, planRecording, type RecordingPlan, readRows } from './recording.ts';

const MOST_MACHINES = 10_000;
/** Faults that are told with line and column; all of them are counted. */
const FAULTS_TOLD = 5;

export interface RecordingSummary {
  readonly format: CsvFormat;
  readonly plan: RecordingPlan;
  readonly rows: number;
  /** Rows without a readable time or value. */
  readonly unreadable: number;
  /** Cells of the other rows that are not of the kind of their column, by metric. */
  readonly unreadableValues: { readonly [metric: string]: number };
  /** What is wrong with the first cells and rows that cannot be read. */
  readonly firstFaults: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly machines: readonly string[];
}

/**
 * Reads the recording twice: to find out what its columns are, then its time range, machines and faults.
 *
 * @throws SimulationError if a column is missing, or no row can be used
 */
export async function surveyRecording(options: ReplayOptions): Promise<RecordingSummary> {
  const format = await detectFormat(options.file);
  const plan = await planRecording(readCsvFile(options.file, format), format.delimiter, options);
  let rows = 0;
  let unreadable = 0;
  const unreadableValues: { [metric: string]: number } = {};
  const firstFaults: string[] = [];
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  const machines = new Set<string>();
  const note = ({ field, message }: CellFault) => {
    if (field !== null) unreadableValues[field] = (unreadableValues[field] ?? 0) + 1;
    if (firstFaults.length < FAULTS_TOLD) firstFaults.push(message);
  };
  for await (const row of readRows(readCsvFile(options.file, format), plan, note)) {
    rows++;
    if (row === null) {
      unreadable++;
      continue;
    }
    firstMs = Math.min(firstMs, row.timestampMs);
    lastMs = Math.max(lastMs, row.timestampMs);
    machines.add(row.machine ?? machineOf(options));
    if (machines.size > MOST_MACHINES)
      throw new SimulationError(`The recording names more than ${MOST_MACHINES} machines`);
  }
  if (rows === unreadable) {
    const reasons = firstFaults.map((fault) => `. ${fault}`).join('');
    throw new SimulationError(`None of the ${rows} rows has a readable time and a value${reasons}`);
  }
  return { format, plan, rows, unreadable, unreadableValues, firstFaults, firstMs, lastMs, machines: [...machines] };
}

/** The machine of a recording that names none. */
export function machineOf({ machine }: ReplayOptions): string {
  return machine ?? 'SIM-001';
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
  for await (const row of readRows(readCsvFile(options.file, summary.format), summary.plan)) {
    if (signal.aborted) return;
    if (row === null) continue;
    const dueMs = startMs + (row.timestampMs - summary.firstMs) / options.speed;
    const waitMs = dueMs - Date.now();
    if (waitMs > 1) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const machine = byName.get(row.machine ?? machineOf(options));
    if (machine !== undefined) await publisher.publish(machine, row.timestampMs + movedMs, row.values);
  }
}
