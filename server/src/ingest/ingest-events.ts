// The events of ingest, for other nodes: what was rejected here, and which machines wait here for approval.

import type { RejectedShare } from './dead-letters/rejected-payload.ts';
import type { UnknownShare } from './provisioning/waiting-machine.ts';

export type IngestEvent =
  | { kind: 'rejected'; share: RejectedShare }
  | { kind: 'unknown_machines'; share: UnknownShare };
