// A payload that was rejected, as it is kept, shown, and told to other nodes.

import type { IngestSource, RejectionReason } from './rejection-reason.ts';

/** A value as it was sent, as far as a list or a reply may repeat it. */
export type ShownValue = string | number | boolean | null;

/** What a fault is about: the value of a metric, or anything else that has none. */
export interface RejectedValue {
  readonly metric: string | null;
  readonly value: ShownValue;
}

export interface RejectedPayload extends RejectedValue {
  /** Grows by one with every payload. */
  id: number;
  receivedAtMs: number;
  source: IngestSource;
  topic: string;
  reason: RejectionReason;
  /** The first 1 kB, as text; what is not printable UTF-8 is escaped. */
  payload: string;
}

/** As it is kept in memory. */
export type KeptPayload = Omit<RejectedPayload, 'payload'> & { bytes: Buffer };

/** What was rejected since the last share, for the other nodes: all counts, and the newest payloads. */
export interface RejectedDelta {
  payloads: (Omit<KeptPayload, 'id' | 'bytes'> & { base64: string })[];
  counts: [RejectionReason, number][];
}
