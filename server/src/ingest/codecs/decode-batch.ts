// Decodes an ingest batch that was posted over HTTP: every fault with its path, and the outcome for each machine.

import { type Fault, INGEST_LIMITS, type INGEST_OUTCOMES, lineSchema, parseIsoMs } from '@gonsters/contract';
import { metricNameAt } from '../../metric-index.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import { rejectedValue, shortValue } from '../dead-letters/dead-letters.ts';
import type { RejectedValue } from '../dead-letters/rejected-payload.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import { decodeEntry } from './decode.ts';
import type { DecodeContext, Place } from './decode-context.ts';
import { isRecord } from './reading-path.ts';

export interface MachineOutcome {
  machine_id: string;
  readings_count: number;
  status: (typeof INGEST_OUTCOMES)[number];
}

export interface DecodedBatch {
  gatewayId: string;
  /** The valid readings. Must not be stored where `isWhole` is false. */
  readings: ReadingBatch;
  /** False where the batch itself has a fault, not only single machines or readings. */
  isWhole: boolean;
  outcomes: MachineOutcome[];
  /** The number of `readings` of each outcome. */
  placed: number[];
  sentReadings: number;
  /** At most `MAX_LISTED_FAULTS`; `faultCount` counts all. */
  faults: Fault[];
  faultCount: number;
  /** For each reason and metric, the number of faults and the first of them. */
  refusals: RefusedCount[];
}

export interface RefusedCount {
  readonly reason: RejectionReason;
  readonly about: RejectedValue;
  readonly first: Fault;
  count: number;
}

/** Limits the size of the reply to a batch that is full of faults. */
export const MAX_LISTED_FAULTS = 1000;
const DESCRIPTION = ['sensor_type', 'location'] as const;

/** `place` as in `DecodeContext`; `rows` is the builder of this batch. */
export function decodeBatch(
  body: unknown,
  deps: Pick<DecodeContext, 'nowMs' | 'zone' | 'fields' | 'unknown' | 'noteOwnTime' | 'noteTime'> & {
    place: (id: string, described: unknown, rows: BatchBuilder) => Place | RejectionReason;
  },
): DecodedBatch {
  const { gateway_id, timestamp, as_read, batch } = (isRecord(body) ? body : {}) as Record<string, unknown>;
  const rows = new BatchBuilder(256);
  const found: Pick<DecodedBatch, 'faults' | 'faultCount'> = { faults: [], faultCount: 0 };
  const refusals = new Map<string, RefusedCount>();
  const context: DecodeContext = {
    ...deps,
    isAsRead: as_read === true,
    gateway: typeof gateway_id === 'string' ? gateway_id : '',
    withoutTime: 'bad_timestamp',
    place: (id, described) => deps.place(id, described, rows),
    // Over HTTP a reading without a time is refused.
    arrivalMs: () => deps.nowMs,
    refuse: (reason, field, error, value) => {
      const fault: Fault = { field, error, ...shown(value) };
      found.faultCount++;
      if (found.faults.length < MAX_LISTED_FAULTS) found.faults.push(fault);
      const about = rejectedValue(field, value);
      const key = `${reason} ${about.metric}`;
      const known = refusals.get(key);
      if (known) known.count++;
      else refusals.set(key, { reason, about, first: fault, count: 1 });
    },
  };
  if (!isRecord(body)) context.refuse('wrong_shape', '', 'Must be an object', body);
  else {
    const name = lineSchema(100).safeParse(gateway_id);
    if (!name.success) {
      const [issue] = name.error.issues;
      context.refuse('wrong_shape', 'gateway_id', issue?.message ?? 'Must be a name', gateway_id);
    }
    if (typeof timestamp !== 'string' || Number.isNaN(parseIsoMs(timestamp))) {
      context.refuse('bad_timestamp', 'timestamp', 'Must be an ISO 8601 time', timestamp);
    }
    if (as_read !== undefined && typeof as_read !== 'boolean') {
      context.refuse('wrong_shape', 'as_read', 'Must be true or false', as_read);
    }
    checkSize(batch, context);
  }
  const isWhole = found.faultCount === 0;
  const entries = Array.isArray(batch) ? batch.slice(0, INGEST_LIMITS.machines) : [];
  const isTooLarge = entries.reduce((sum: number, entry) => sum + sizeOf(entry), 0) > INGEST_LIMITS.readings;
  const outcomes = isTooLarge
    ? []
    : entries.map((entry, i) => {
        const before = found.faultCount;
        const stored = decodeOne(entry, i, rows, context);
        return outcomeOf(entry, stored, found.faultCount > before);
      });
  return {
    gatewayId: String(gateway_id),
    readings: rows.finish(),
    isWhole,
    outcomes,
    placed: outcomes.map(({ readings_count }) => readings_count),
    sentReadings: entries.reduce((sum: number, entry) => sum + sizeOf(entry), 0),
    ...found,
    refusals: [...refusals.values()],
  };
}

/**
 * Subtracts rows that the store refused from the outcomes, and adds a fault for each of their machines. The rows of the batch are
 * in the order of its outcomes. With a metric, only its values were refused, and the readings count.
 */
export function leaveOut(
  batch: DecodedBatch,
  rows: readonly number[],
  { error, metric, code }: { error: string; metric?: number | undefined; code?: string | undefined },
): void {
  const left = new Map<number, number>();
  let [index, end] = [-1, 0];
  for (const row of rows) {
    while (row >= end) end += batch.placed[++index] as number;
    left.set(index, (left.get(index) ?? 0) + 1);
  }
  for (const [entry, count] of left) {
    const outcome = batch.outcomes[entry] as MachineOutcome;
    if (metric === undefined) outcome.readings_count -= count;
    outcome.status = outcome.readings_count === 0 ? 'rejected' : 'partial';
    batch.faultCount++;
    const field = `batch[${entry}].readings${metric === undefined ? '' : `.${metricNameAt(metric)}`}`;
    const fault = { field, error: `${error} (readings: ${count})`, ...(code !== undefined && { code }) };
    if (batch.faults.length < MAX_LISTED_FAULTS) batch.faults.push(fault);
  }
}

function checkSize(batch: unknown, context: DecodeContext): void {
  if (!Array.isArray(batch) || batch.length === 0) {
    context.refuse('wrong_shape', 'batch', 'Must be an array with at least one machine', batch);
    return;
  }
  if (batch.length > INGEST_LIMITS.machines) {
    context.refuse('too_large', 'batch', `Must have at most ${INGEST_LIMITS.machines} machines`, batch.length);
  }
  const readings = batch.reduce((sum: number, entry) => sum + sizeOf(entry), 0);
  if (readings > INGEST_LIMITS.readings) {
    context.refuse('too_large', 'batch', `Must have at most ${INGEST_LIMITS.readings} readings`, readings);
  }
}

/** @returns how many readings of the entry are to be stored */
function decodeOne(entry: unknown, index: number, rows: BatchBuilder, context: DecodeContext): number {
  const path = `batch[${index}]`;
  const before = rows.length;
  const described = isRecord(entry) ? entry : {};
  const missing = isRecord(entry) ? DESCRIPTION.filter((name) => typeof described[name] !== 'string') : [];
  for (const name of missing) context.refuse('wrong_shape', `${path}.${name}`, 'Must be a string', described[name]);
  // The readings of an entry with a fault of its own are checked, but not stored.
  const nowhere = { ...context, place: (machineId: string) => ({ machineId, rows: new BatchBuilder() }) };
  decodeEntry(entry, path, missing.length > 0 ? nowhere : context);
  return rows.length - before;
}

function outcomeOf(entry: unknown, stored: number, hasFaults: boolean): MachineOutcome {
  const machineId = isRecord(entry) ? entry.machine_id : undefined;
  return {
    machine_id: String(shortValue(machineId) ?? ''),
    readings_count: stored,
    status: stored === 0 ? 'rejected' : hasFaults ? 'partial' : 'success',
  };
}

/** The value of a fault as a reply repeats it. */
function shown(value: unknown): { value?: unknown } {
  const text = shortValue(value);
  return text === undefined ? {} : { value: text };
}

function sizeOf(entry: unknown): number {
  const readings = isRecord(entry) ? entry.readings : undefined;
  return Array.isArray(readings) ? readings.length : 0;
}
