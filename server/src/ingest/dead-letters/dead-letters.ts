// Payloads, readings and values that can never be stored: counted by reason, the newest kept for people to look at.

import { isUtf8 } from 'node:buffer';
import { METRIC_NAMES } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { ProcessMetrics } from '../../process-metrics.ts';
import type { KeptPayload, RejectedDelta, RejectedPayload, RejectedValue, ShownValue } from './rejected-payload.ts';
import type { IngestSource, RejectionReason } from './rejection-reason.ts';

const NO_VALUE: RejectedValue = { metric: null, value: null };
const SHOWN_CHARACTERS = 200;
const KEPT_BYTES = 1024;
/** More than these in one share would only push each other out. */
const SHARED_PAYLOADS = 100;
const KEPT_TOPIC_CHARACTERS = 256;

/** When full, the oldest payload makes room; the counts go on. */
export class DeadLetters {
  readonly #clock: Clock;
  readonly #metrics: ProcessMetrics;
  readonly #ring: (KeptPayload | undefined)[];
  readonly #counts = new Map<RejectionReason, number>();
  readonly #unsharedCounts = new Map<RejectionReason, number>();
  #unshared: KeptPayload[] = [];
  #added = 0;

  constructor(parts: { clock: Clock; metrics: ProcessMetrics; capacity?: number }) {
    this.#clock = parts.clock;
    this.#metrics = parts.metrics;
    this.#ring = new Array<KeptPayload | undefined>(parts.capacity ?? 1000).fill(undefined);
  }

  /** `count` faults of one payload that share the reason, and the metric, are kept once, with the first of the values. */
  add(rejected: {
    source: IngestSource;
    topic: string;
    reason: RejectionReason;
    payload: Uint8Array | string;
    count?: number;
    about?: RejectedValue;
  }): void {
    const { source, reason, payload, count = 1, about = NO_VALUE } = rejected;
    for (const counts of [this.#counts, this.#unsharedCounts]) counts.set(reason, (counts.get(reason) ?? 0) + count);
    this.#metrics.readingsRejected.inc({ source, reason }, count);
    const kept = this.#keep({
      receivedAtMs: this.#clock.nowMs(),
      source,
      topic: rejected.topic.slice(0, KEPT_TOPIC_CHARACTERS),
      reason,
      metric: about.metric,
      value: about.value,
      // A copy: the payload is a view of a whole chunk from the network.
      bytes: Buffer.from(
        typeof payload === 'string' ? payload.slice(0, KEPT_BYTES) : payload.subarray(0, KEPT_BYTES),
      ).subarray(0, KEPT_BYTES),
    });
    this.#unshared.push(kept);
    if (this.#unshared.length > 2 * SHARED_PAYLOADS) this.#unshared = this.#unshared.slice(-SHARED_PAYLOADS);
  }

  /** What the other nodes have not heard of; null where there is nothing. */
  takeDelta(): RejectedDelta | null {
    if (this.#unsharedCounts.size === 0) return null;
    const payloads = this.#unshared
      .slice(-SHARED_PAYLOADS)
      .map(({ id: _, bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') }));
    const counts = [...this.#unsharedCounts];
    this.#unshared = [];
    this.#unsharedCounts.clear();
    return { payloads, counts };
  }

  /** Another node's share. */
  merge({ payloads, counts }: RejectedDelta): void {
    for (const { base64, ...rest } of payloads) {
      // A node of the version before says nothing of values.
      this.#keep({ ...NO_VALUE, ...rest, bytes: Buffer.from(base64, 'base64') });
    }
    for (const [reason, count] of counts) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** Newest first; a cursor that is none starts at the newest. */
  page(query: { reason?: string; limit: number; cursor?: string }): {
    rejected: RejectedPayload[];
    nextCursor: string | null;
  } {
    const before = Number(query.cursor ?? Number.NaN);
    const rejected: RejectedPayload[] = [];
    const oldest = Math.max(1, this.#added - this.#ring.length + 1);
    for (let id = Math.min(this.#added, before >= 1 ? before - 1 : this.#added); id >= oldest; id--) {
      const kept = this.#ring[id % this.#ring.length] as KeptPayload;
      if (query.reason !== undefined && kept.reason !== query.reason) continue;
      if (rejected.length === query.limit) return { rejected, nextCursor: String(id + 1) };
      const { bytes, ...rest } = kept;
      const value = typeof kept.value === 'string' ? printable(kept.value) : kept.value;
      rejected.push({ ...rest, value, topic: printable(kept.topic), payload: printable(bytes) });
    }
    return { rejected, nextCursor: null };
  }

  #keep(rejected: Omit<KeptPayload, 'id'>): KeptPayload {
    const id = ++this.#added;
    const kept = { id, ...rejected };
    this.#ring[id % this.#ring.length] = kept;
    return kept;
  }

  /** Since the start, over all nodes. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** `field` is the path of a fault. */
export function rejectedValue(field: string, value: unknown): RejectedValue {
  const name = field.slice(field.lastIndexOf('.') + 1);
  return METRIC_NAMES.some((each) => each === name) ? { metric: name, value: shownValue(value) ?? null } : NO_VALUE;
}

/** Not more than a line of a value, and nothing nested: then undefined. */
export function shownValue(value: unknown): ShownValue | undefined {
  if (typeof value === 'string') return value.slice(0, SHOWN_CHARACTERS);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === null || typeof value === 'boolean' ? value : undefined;
}

/** Control characters, and what would turn the direction of a line, shown as `\u001b`; bytes that are no text as `\xff`. */
function printable(content: Buffer | string): string {
  const text = typeof content === 'string' ? content : textOf(content);
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function textOf(bytes: Buffer): string {
  // The cut at 1 kB may go through a character: up to three bytes of it are left out.
  for (let cut = 0; cut <= 3 && cut <= bytes.length; cut++) {
    const whole = bytes.subarray(0, bytes.length - cut);
    if ((cut === 0 || bytes.length === KEPT_BYTES) && isUtf8(whole)) return whole.toString();
  }
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}
