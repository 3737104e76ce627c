// The port to what the clock guard remembers over a restart, and what the nodes of a plant know of each other's clocks.

import type { ClockFault } from '@gonsters/contract';

/** Retention is on hold on a node. */
export interface ClockHold {
  fault: ClockFault;
  byMs: number;
  /** How long it has lasted, restarts included. */
  heldMs: number;
  /** What the clock of the node said when this was recorded, UTC ms. */
  clockMs: number;
}

export interface NodeHold extends ClockHold {
  nodeId: string;
  host: string;
}

export interface ClockRecords {
  /** This node. */
  readonly node: Pick<NodeHold, 'nodeId' | 'host'>;
  /**
   * `newestArrivalMs`: when readings arrived last at any node, by that node's clock while it was trusted; null where none is
   * recorded. `heldMs`: how long the hold of this node had lasted when the process ended; null where there was none.
   */
  load(): Promise<{ newestArrivalMs: number | null; heldMs: number | null }>;
  /** An earlier arrival than the recorded one changes nothing, except as a correction of a time that was wrong. */
  saveArrival(arrivalMs: number, isCorrection: boolean): Promise<void>;
  /** @returns whether a person has confirmed the clock since the hold began */
  saveHold(hold: ClockHold): Promise<boolean>;
  endHold(): Promise<void>;
  /** Of the other nodes that run, as long as nobody has confirmed their clocks. */
  holdsOfOthers(): Promise<NodeHold[]>;
  /** Ends every hold: that of another node when it looks next. */
  confirmAll(): Promise<void>;
}
