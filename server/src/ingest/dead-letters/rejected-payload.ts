// A rejected payload as it is kept in memory, shown, and sent to other nodes.

import type { IngestSource, RejectionReason } from './rejection-reason.ts';

/** A value as it was sent, in the form in which a list or a reply may repeat it. */
export type ShownValue = string | number | boolean | null;

/** The value of a metric that a fault is about. Both are null for other faults. */
export interface RejectedValue {
  readonly metric: string | null;
  readonly value: ShownValue;
}

export interface RejectedPayload extends RejectedValue {
  /** Grows by one with every payload. */
  id: number;
  receivedAtMs: number;
  source: IngestSource;
  /** Id of the gateway that signed in; null for other senders. */
  gatewayId: string | null;
  topic: string;
  reason: RejectionReason;
  /** The first 1 kB as text. What is not printable UTF-8 is escaped. */
  payload: string;
}

/** As it is kept in memory, with the first 1 kB of the payload. */
export type DeadLetter = Omit<RejectedPayload, 'payload'> & { bytes: Buffer };

/** What was rejected since the last delta, for the other nodes: all counts, and the newest payloads. */
export interface RejectedDelta {
  payloads: (Omit<DeadLetter, 'id' | 'bytes'> & { base64: string })[];
  counts: [RejectionReason, number][];
}
