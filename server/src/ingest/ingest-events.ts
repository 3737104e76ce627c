// The events of ingest, for other nodes: what was rejected here, and which machines wait here for approval.
// `share` is a field on the wire.

import type { RejectedDelta } from './dead-letters/rejected-payload.ts';
import type { SendIntervalsDelta } from './profiles/send-intervals.ts';
import type { WaitingMachinesDelta } from './provisioning/waiting-machine.ts';

export type IngestEvent =
  | { kind: 'rejected'; share: RejectedDelta }
  | { kind: 'unknown_machines'; share: WaitingMachinesDelta }
  | { kind: 'send_intervals'; share: SendIntervalsDelta };
