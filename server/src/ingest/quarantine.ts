// Payloads that can never be stored: counted by reason, the newest kept for people to look at.

import type { Clock } from '../clock.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { IngestSource } from './ingest-readings.ts';

export interface RejectedPayload {
  id: number;
  receivedAtMs: number;
  source: IngestSource;
  topic: string;
  reason: string;
  /** The first 1 kB, as text; what is not printable UTF-8 is escaped. */
  payload: string;
}

export declare class Quarantine {
  constructor(parts: {
    clock: Clock;
    metrics: ProcessMetrics;
    capacity?: number;
  });
  add(rejected: { source: IngestSource; topic: string; reason: string; payload: Uint8Array | string }): void;
  page(query: { reason?: string; limit: number; cursor?: string }): {
    rejected: RejectedPayload[];
    nextCursor: string | null;
  };
  counts(): Record<string, number>;
}
