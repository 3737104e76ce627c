// The port through which a simulation sends readings.

import type { RefusedValues } from './refused-values.ts';
import type { SentValues } from './sent-values.ts';

/** A machine that exists on the server. */
export interface KnownMachine {
  readonly machineId: string;
  readonly name: string;
  readonly location: string;
  readonly sensorType: string;
  /** null: it belongs to every factory. */
  readonly factoryId: string | null;
  /** Newest stored reading, UTC ms; NaN if there is none. */
  readonly latestMs: number;
}

export interface PublisherCounts {
  /** Readings. */
  sent: number;
  /** Stored by the server, perhaps without some refused values. */
  acknowledged: number;
  /** Refused by the server for good. */
  refused: number;
  refusedValues: RefusedValues;
}

/**
 * Sends readings. `publish` resolves when the reading has been handed over, and waits while too many readings are
 * unacknowledged, so that a slow server slows the simulation down.
 */
export interface Publisher {
  readonly counts: Readonly<PublisherCounts>;
  start(): Promise<void>;
  publish(machine: KnownMachine, timestampMs: number, values: SentValues): Promise<void>;
  /** Waits until everything is answered, at most `withinMs`, and disconnects. Safe twice. */
  stop(withinMs: number): Promise<void>;
}

export class SimulationError extends Error {}
