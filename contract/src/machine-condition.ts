// The condition of a machine in one word, derived from its alarm, status and connection.

import type { Severity } from './alert-terms.ts';
import type { Connection, MachineStatus } from './machine.ts';

/** The worst first, which is the order of lists and grids. */
export const MACHINE_CONDITIONS = [
  'critical',
  'critical_acked',
  'warning',
  'warning_acked',
  'error',
  'stale',
  'maintenance',
  'normal',
  'inactive',
  'never',
] as const;
export type MachineCondition = (typeof MACHINE_CONDITIONS)[number];

/** The worst active alert about a value. `acknowledged` means that every alert of that severity is acknowledged. */
export interface AlarmState {
  readonly severity: Severity;
  readonly acknowledged: boolean;
}

/** An alarm has precedence over the status, and the status over the connection. */
export function conditionOf(status: MachineStatus, connection: Connection, alarm: AlarmState | null): MachineCondition {
  if (alarm) return alarm.acknowledged ? `${alarm.severity}_acked` : alarm.severity;
  if (status !== 'active') return status;
  return connection === 'online' ? 'normal' : connection;
}

/** What a list of machines can be sorted by; `condition` is in the order of `MACHINE_CONDITIONS`. */
export const MACHINE_SORTS = ['condition', 'name', 'location', 'status', 'last_seen', 'created_at'] as const;
export type MachineSort = (typeof MACHINE_SORTS)[number];
