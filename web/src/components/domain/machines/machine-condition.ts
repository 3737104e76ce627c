// The condition of a machine as it is now, and its colour.

import { type MachineCondition as Condition, conditionOf, type Machine } from '@gonsters/contract';
import type { MachineAlarm } from '../../../live/live-alerts.ts';
import { useMachineAlarm, useMachineState } from '../../../live/use-live.ts';

export type { Condition };

/** Its values are old or missing. They are shown grey. */
export const isOff = (connection: Machine['connection']) => connection !== 'online';

/** The class that colours words and values. */
export const TONES: Record<Condition, '' | 'crit' | 'warn' | 'maint' | 'stale'> = {
  critical: 'crit',
  warning: 'warn',
  critical_acked: 'crit',
  warning_acked: 'warn',
  error: 'crit',
  stale: 'stale',
  maintenance: 'maint',
  inactive: '',
  never: '',
  normal: '',
};

export interface MachineCondition {
  condition: Condition;
  connection: Machine['connection'];
  alarm: MachineAlarm | null;
}

/** As it is now: what the list said, with every change since. */
export function useMachineCondition(machine: Machine): MachineCondition {
  const state = useMachineState(machine.machine_id);
  const alarm = useMachineAlarm(machine.machine_id);
  const connection = state?.connection ?? machine.connection;
  return { condition: conditionOf(state?.status ?? machine.status, connection, alarm), connection, alarm };
}
