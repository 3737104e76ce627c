// What is said of a machine in one word, as it is now, and how it looks.

import { type MachineCondition as Condition, conditionOf, type Machine } from '@gonsters/contract';
import type { MachineAlarm } from '../../../live/live-alerts.ts';
import { useMachineAlarm, useMachineState } from '../../../live/use-live.ts';

export type { Condition };

/** Its values are old or were never there: shown grey. */
export const isOff = (connection: Machine['connection']) => connection !== 'online';

/** The colour of words and values; a condition that somebody has acknowledged is neutral again. */
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
