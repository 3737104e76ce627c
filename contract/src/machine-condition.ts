// What is said of a machine in one word: the worst that holds, from its alarm, its status and its connection.

import type { Severity } from './alert-terms.ts';
import type { Connection, MachineStatus } from './machine.ts';

/** Worst first: the order in which lists and grids show machines. */
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

/** The worst active alert about a value; acknowledged where every alert of that severity is. */
export interface AlarmState {
  readonly severity: Severity;
  readonly acknowledged: boolean;
}

export function conditionOf(status: MachineStatus, connection: Connection, alarm: AlarmState | null): MachineCondition {
  if (alarm) return alarm.acknowledged ? `${alarm.severity}_acked` : alarm.severity;
  if (status !== 'active') return status;
  return connection === 'online' ? 'normal' : connection;
}

/** What a list of machines can be ordered by. */
export const MACHINE_SORTS = ['condition', 'name', 'location', 'status', 'last_seen', 'created_at'] as const;
export type MachineSort = (typeof MACHINE_SORTS)[number];
