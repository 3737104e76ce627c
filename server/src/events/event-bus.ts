// The port to the bus: the only fan-out. What is published here has been stored.

import type { MachineStatus } from '@gonsters/contract';
import type { AlertRecord } from '../alerts/store/alert-repository.ts';
import type { RejectedShare } from '../ingest/dead-letters/rejected-payload.ts';
import type { UnknownShare } from '../ingest/provisioning/waiting-machine.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';

export type LiveEvent =
  | { kind: 'readings'; readings: ReadingColumns }
  /** Ascending by `seq`. `after`: changes up to this number had been told here before. */
  | { kind: 'alerts'; alerts: readonly AlertRecord[]; after: number }
  | {
      kind: 'machine';
      change: 'created' | 'updated' | 'deleted';
      machineId: string;
    }
  /** `connection` turned stale, or a person set another status. */
  | {
      kind: 'machine_status';
      machineIds: readonly string[];
      status?: MachineStatus;
    }
  /** Names of settings. */
  | { kind: 'config'; changed: readonly string[] }
  /** null: those of more than one machine. */
  | { kind: 'limits'; machineId: string | null }
  /** These sessions are over: sockets close, tokens are refused. */
  | { kind: 'sessions_ended'; sessionIds: readonly string[]; reason: string }
  | { kind: 'gateways' }
  | NodeEvent;

/** What only other nodes need to hear: their subscribers are told nothing of it. */
export type NodeEvent =
  | { kind: 'rejected'; share: RejectedShare }
  | { kind: 'unknown_machines'; share: UnknownShare }
  | { kind: 'sign_in'; account: string; address: string; succeeded: boolean };

export interface EventBus {
  /** Delivers in order; on one node before it returns. A subscriber that throws is logged and harms nobody else. */
  publish(event: LiveEvent): void;
  /** @returns a function that ends the subscription */
  subscribe(handler: (event: LiveEvent) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
