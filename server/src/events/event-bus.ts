// The port for events. What is published on the bus has been stored before.

import type { MachineStatus } from '@gonsters/contract';
import type { AlertRecord } from '../alerts/store/alert-repository.ts';
import type { RejectedDelta } from '../ingest/dead-letters/rejected-payload.ts';
import type { WaitingMachinesDelta } from '../ingest/provisioning/waiting-machine.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';

export type LiveEvent =
  | { kind: 'readings'; readings: ReadingColumns }
  /** Changed alerts, ascending by `seq`. `after` is the highest `seq` that was published on this node before. */
  | { kind: 'alerts'; alerts: readonly AlertRecord[]; after: number }
  | {
      kind: 'machine';
      change: 'created' | 'updated' | 'deleted';
      machineId: string;
    }
  /** The machines' connection became stale, or a person set another status. */
  | {
      kind: 'machine_status';
      machineIds: readonly string[];
      status?: MachineStatus;
    }
  /** `changed` holds names of settings. */
  | { kind: 'config'; changed: readonly string[] }
  /** null where the limits of more than one machine changed. */
  | { kind: 'limits'; machineId: string | null }
  /** These sessions have ended: their sockets are closed and their tokens refused. */
  | { kind: 'sessions_ended'; sessionIds: readonly string[]; reason: string }
  | { kind: 'gateways' }
  | NodeEvent;

/** Events that update the memory of other nodes and are not delivered to subscribers there. `share` is a field on the wire. */
export type NodeEvent =
  | { kind: 'rejected'; share: RejectedDelta }
  | { kind: 'unknown_machines'; share: WaitingMachinesDelta }
  | { kind: 'sign_in'; account: string; address: string; succeeded: boolean };

export interface EventBus {
  /**
   * Delivers the event to this node's subscribers before it returns, in the order of the calls. Other nodes receive it
   * later, in the same order, at most once: an event can be lost on the way. A subscriber that throws is logged, and the
   * others still receive the event. After `stop` nothing is delivered.
   */
  publish(event: LiveEvent): void;
  /** The handler is called synchronously. @returns a function that ends the subscription */
  subscribe(handler: (event: LiveEvent) => void): () => void;
  start(): Promise<void>;
  /** Ends all subscriptions. Safe to call twice. */
  stop(): Promise<void>;
}
