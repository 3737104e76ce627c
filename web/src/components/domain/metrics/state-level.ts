// Which of the four marks a state has: as the machine type says, and for every other state or boolean by its nature.

import type { MachineMetrics } from '@gonsters/contract';
import type { BandLevel } from '../../../charts/band-paint.ts';

export type StateRoles = MachineMetrics['state'];
const LEVELS = ['fault', 'stopped', 'idle', 'running'] as const satisfies readonly BandLevel[];

/** `state` is its name; `true` or `false` of a boolean. */
export function levelOf(roles: StateRoles, metric: string, state: string): BandLevel {
  if (roles?.metric === metric) {
    const level = LEVELS.find((each) => roles[each].includes(state));
    if (level !== undefined) return level;
  }
  return state === 'false' ? 'stopped' : 'running';
}
