// The port to the question which node keeps watch: evaluates alerts, ends shelves, does the housekeeping. Never two.

/** A time of keeping watch, from taking it to losing it. */
export interface LeaderTerm {
  /** Goes with everything that is written for the plant, and is refused once another has taken over; null: there is none. */
  readonly epoch: number | null;
  /** Up to when everything stored was evaluated before, UTC ms by the database's clock; null where nothing ever was. */
  readonly keptUntilMs: number | null;
  /** To be called where a write was refused as `deposed`. */
  lost(): void;
}

/** Who is called when the watch comes and goes. */
export interface LeaderDuty {
  /** Begins. May take its time; it is called again only after `leave` or `finish`. */
  take(term: LeaderTerm): Promise<void>;
  /** The watch is lost: from the moment of the call nothing may be written any more. May come during `take`. */
  leave(): Promise<void>;
  /** The watch is given up in order: what is under way is stored first. May come during `take`. */
  finish(): Promise<void>;
  /** Whether everything stored has been evaluated, and what was found is stored, but for what is on its way. */
  readonly isUpToDate: boolean;
  /** Somebody, this node or another, keeps watch at this moment and is up to date. */
  kept(): void;
}

export interface Leadership {
  readonly leads: boolean;
  start(duty: LeaderDuty): Promise<void>;
  /** Finishes the duty and frees the watch for others at once. Safe twice. */
  stop(): Promise<void>;
}
