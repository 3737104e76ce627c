// The port for leader election. At most one node of a plant is the leader: it evaluates alerts, ends shelves, and runs
// compaction and retention of the shared stores.

/** The time from becoming leader until leadership ends. */
export interface LeaderTerm {
  /**
   * Sent with every write for the plant. A write is refused once another node has become leader. null on a server that
   * runs alone, where no write needs it.
   */
  readonly epoch: number | null;
  /**
   * Everything stored before this time was evaluated by earlier leaders; UTC ms by the database's clock. null where
   * nothing was evaluated before.
   */
  readonly watermarkMs: number | null;
  /** Must be called when a write was refused as `deposed`. */
  deposed(): void;
}

/** What a node does while it is the leader. The calls follow one another as they are described here. */
export interface LeaderDuty {
  /** Starts the duty. May take long. It is called again only after `loseLeadership` or `resign`. */
  becomeLeader(term: LeaderTerm): Promise<void>;
  /** Leadership is lost: from the moment of the call nothing may be written. May be called during `becomeLeader`. */
  loseLeadership(): Promise<void>;
  /** Leadership is given up before a stop: pending changes are stored first. May be called during `becomeLeader`. */
  resign(): Promise<void>;
  /** Whether everything stored has been evaluated and every change is stored, except what arrived just now. */
  readonly isUpToDate: boolean;
  /** Called on every node, about every 400 ms, while some leader is up to date: earlier readings need no replay. */
  advanceWatermarks(): void;
}

export interface Leadership {
  readonly isLeader: boolean;
  /** Resolves after the first attempt to become leader, whether it succeeded or not. Attempts continue until `stop`. */
  start(duty: LeaderDuty): Promise<void>;
  /** Calls `resign`, then releases leadership so that another node can take over at once. Safe to call twice. */
  stop(): Promise<void>;
}
