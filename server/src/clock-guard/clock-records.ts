// The port for the records of the clock guard: what it needs after a restart, and the state of the other nodes' clocks.

import type { ClockFault } from '@gonsters/contract';

/** Retention is on hold on a node because its clock disagrees with the stored data. */
export interface ClockHold {
  fault: ClockFault;
  /** The size of the deviation; always positive. */
  byMs: number;
  /** How long the hold has lasted, over restarts. */
  heldMs: number;
  /** The time of the node's clock when this was recorded, UTC ms. */
  clockMs: number;
}

export interface NodeHold extends ClockHold {
  nodeId: string;
  host: string;
}

/** All methods reject with `store_unavailable`. Records are durable when a promise resolves. */
export interface ClockRecords {
  /** This node. */
  readonly node: Pick<NodeHold, 'nodeId' | 'host'>;
  /**
   * `newestArrivalMs`: when readings arrived last at any node, UTC ms by that node's clock while it was trusted; null where
   * no arrival is recorded. `heldMs`: how long the hold of this node had lasted when the process ended; null without a hold.
   */
  load(): Promise<{ newestArrivalMs: number | null; heldMs: number | null }>;
  /** Records an arrival. One before the recorded arrival changes nothing, unless it corrects a wrong clock. */
  saveArrival(arrivalMs: number, isCorrection: boolean): Promise<void>;
  /** Records the hold of this node. @returns whether a person has confirmed the clock since the hold began */
  saveHold(hold: ClockHold): Promise<boolean>;
  /** Removes the record of this node's hold. */
  endHold(): Promise<void>;
  /** Holds of the other running nodes that no person has confirmed. */
  holdsOfOthers(): Promise<NodeHold[]>;
  /** Confirms the clocks of all nodes. Another node ends its hold at its next check. */
  confirmAll(): Promise<void>;
}
