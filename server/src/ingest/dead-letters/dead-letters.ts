// Payloads, readings and values that can never be stored: counted by reason, and the newest kept in memory for inspection.

import type { Clock } from '../../clock.ts';
import type { ProcessMetrics } from '../../process-metrics.ts';
import { FairShares } from '../fair-shares.ts';
import { printable } from './printable.ts';
import type { DeadLetter, RejectedDelta, RejectedPayload, RejectedValue, ShownValue } from './rejected-payload.ts';
import type { IngestSource, RejectionReason } from './rejection-reason.ts';

/** Whether a user may see an entry. */
export type SeesRejected = (entry: Pick<DeadLetter, 'topic' | 'gatewayId'>) => boolean;

const NO_VALUE: RejectedValue = { metric: null, value: null };
const MAX_VALUE_CHARACTERS = 200;
const MAX_PAYLOAD_BYTES = 1024;
/** Payloads in one delta for other nodes; more would only replace each other there. */
const MAX_DELTA_PAYLOADS = 100;
const MAX_TOPIC_CHARACTERS = 256;

/**
 * When the buffer is full, the newest payload replaces the oldest one of the sender that has the most, so that a chatty gateway hides
 * no other. A sender is a gateway, or a topic of clients without credentials. All payloads are counted.
 */
export class DeadLetters {
  readonly #clock: Clock;
  readonly #metrics: ProcessMetrics;
  readonly #capacity: number;
  /** By id, oldest first. */
  readonly #kept = new Map<number, DeadLetter>();
  /** The ids of each sender. */
  readonly #shares = new FairShares<number>();
  readonly #counts = new Map<RejectionReason, number>();
  readonly #deltaCounts = new Map<RejectionReason, number>();
  #deltaPayloads: DeadLetter[] = [];
  #added = 0;

  constructor(deps: { clock: Clock; metrics: ProcessMetrics; capacity?: number }) {
    this.#clock = deps.clock;
    this.#metrics = deps.metrics;
    this.#capacity = deps.capacity ?? 1000;
  }

  /** `count` faults of one payload with the same reason and metric are kept as one entry, with the first of the values. */
  add(rejected: {
    source: IngestSource;
    gatewayId?: string | null;
    topic: string;
    reason: RejectionReason;
    payload: Uint8Array | string;
    count?: number;
    about?: RejectedValue;
  }): void {
    const { source, gatewayId = null, reason, payload, count = 1, about = NO_VALUE } = rejected;
    for (const counts of [this.#counts, this.#deltaCounts]) counts.set(reason, (counts.get(reason) ?? 0) + count);
    this.#metrics.readingsRejected.inc({ source, reason }, count);
    const entry = this.#store({
      receivedAtMs: this.#clock.nowMs(),
      source,
      gatewayId,
      topic: rejected.topic.slice(0, MAX_TOPIC_CHARACTERS),
      reason,
      metric: about.metric,
      value: about.value,
      // A copy, because the payload is a view of a larger network buffer.
      bytes: Buffer.from(
        typeof payload === 'string' ? payload.slice(0, MAX_PAYLOAD_BYTES) : payload.subarray(0, MAX_PAYLOAD_BYTES),
      ).subarray(0, MAX_PAYLOAD_BYTES),
    });
    this.#deltaPayloads.push(entry);
    if (this.#deltaPayloads.length > 2 * MAX_DELTA_PAYLOADS)
      this.#deltaPayloads = this.#deltaPayloads.slice(-MAX_DELTA_PAYLOADS);
  }

  /** What was added since the last call, for the other nodes; null where nothing was added. */
  takeDelta(): RejectedDelta | null {
    if (this.#deltaCounts.size === 0) return null;
    const payloads = this.#deltaPayloads
      .slice(-MAX_DELTA_PAYLOADS)
      .map(({ id: _, bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') }));
    const counts = [...this.#deltaCounts];
    this.#deltaPayloads = [];
    this.#deltaCounts.clear();
    return { payloads, counts };
  }

  /** Adds the delta of another node. */
  merge({ payloads, counts }: RejectedDelta): void {
    for (const { base64, ...rest } of payloads) {
      // A node of an older version sends neither the value nor the gateway.
      this.#store({ ...NO_VALUE, ...rest, gatewayId: rest.gatewayId ?? null, bytes: Buffer.from(base64, 'base64') });
    }
    for (const [reason, count] of counts) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** Entries, newest first. An invalid cursor starts at the newest. */
  page(query: { reason?: string; limit: number; cursor?: string; sees?: SeesRejected }): {
    rejected: RejectedPayload[];
    nextCursor: string | null;
  } {
    const before = Number(query.cursor ?? Number.NaN);
    const rejected: RejectedPayload[] = [];
    let lastId = 0;
    for (const entry of [...this.#kept.values()].reverse()) {
      if (before >= 1 && entry.id >= before) continue;
      if (query.reason !== undefined && entry.reason !== query.reason) continue;
      if (query.sees !== undefined && !query.sees(entry)) continue;
      if (rejected.length === query.limit) return { rejected, nextCursor: String(lastId) };
      lastId = entry.id;
      const { bytes, ...rest } = entry;
      const value = typeof entry.value === 'string' ? printable(entry.value) : entry.value;
      rejected.push({
        ...rest,
        value,
        topic: printable(entry.topic),
        payload: printable(bytes, bytes.length === MAX_PAYLOAD_BYTES),
      });
    }
    return { rejected, nextCursor: null };
  }

  #store(rejected: Omit<DeadLetter, 'id'>): DeadLetter {
    const id = ++this.#added;
    const entry = { id, ...rejected };
    this.#kept.set(id, entry);
    this.#shares.set(senderOf(entry), id, 1);
    if (this.#kept.size > this.#capacity) this.#kept.delete(this.#shares.removeOldestOfLargest() as number);
    return entry;
  }

  /** Counts by reason since the start, of all nodes; with `sees`, of the entries that are kept. */
  counts(sees?: SeesRejected): Record<string, number> {
    if (sees === undefined) return Object.fromEntries(this.#counts);
    const counts: Record<string, number> = {};
    for (const entry of this.#kept.values()) if (sees(entry)) counts[entry.reason] = (counts[entry.reason] ?? 0) + 1;
    return counts;
  }
}

const senderOf = ({ gatewayId, source, topic }: Pick<DeadLetter, 'gatewayId' | 'source' | 'topic'>) =>
  gatewayId ?? `${source} ${topic}`;

/** Faults of a whole reading or of its envelope. Every other field that a fault names is a metric. */
const NO_METRIC = new Set([
  '',
  'timestamp',
  'machine_id',
  'sensor_type',
  'location',
  'gateway_id',
  'batch',
  'readings',
]);
const MAX_METRIC_CHARACTERS = 100;

/** The metric and value of a fault; `field` is the path of the fault. */
export function rejectedValue(field: string, value: unknown): RejectedValue {
  const name = field.slice(field.lastIndexOf('.') + 1);
  if (NO_METRIC.has(name) || name.endsWith(']')) return NO_VALUE;
  return { metric: name.slice(0, MAX_METRIC_CHARACTERS), value: shortValue(value) ?? null };
}

/** A short form of a value that may be shown; undefined for objects and arrays. */
export function shortValue(value: unknown): ShownValue | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_VALUE_CHARACTERS);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === null || typeof value === 'boolean' ? value : undefined;
}
