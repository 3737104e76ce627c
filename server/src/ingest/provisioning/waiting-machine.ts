// A machine that sends readings and waits for approval, as it is kept in memory and told to other nodes.

import type { MachineInput } from '@gonsters/contract';

export interface WaitingMachine {
  firstSeenMs: number;
  lastSeenMs: number;
  readings: number;
  topic: string;
  suggestion: MachineInput;
}

/** What changed about waiting machines since the last share, for the other nodes; `readings` are those since then. */
export interface WaitingMachinesDelta {
  seen: (WaitingMachine & { machineId: string })[];
  rejected: string[];
}
