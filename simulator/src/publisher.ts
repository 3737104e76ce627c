// The port through which a simulation sends, whatever the way.

import type { MetricValues } from '@gonsters/contract';
import type { RefusedValues } from './refused-values.ts';

/** A machine that exists on the server. */
export interface KnownMachine {
  readonly machineId: string;
  readonly name: string;
  readonly location: string;
  readonly sensorType: string;
  /** Newest stored reading, UTC ms; NaN where there is none. */
  readonly latestMs: number;
}

export interface PublisherCounts {
  /** Readings. */
  sent: number;
  /** The server keeps them, perhaps without values that it refused. */
  acknowledged: number;
  /** The server never will. */
  refused: number;
  refusedValues: RefusedValues;
}

/**
 * Sends readings. `publish` resolves as soon as the reading is under way, and waits while too many are unacknowledged,
 * so that a slow server slows the simulation down instead of filling its memory.
 */
export interface Publisher {
  readonly counts: Readonly<PublisherCounts>;
  start(): Promise<void>;
  publish(machine: KnownMachine, timestampMs: number, values: MetricValues): Promise<void>;
  /** Waits until everything sent was answered, at most `withinMs`, then lets go. Safe twice. */
  stop(withinMs: number): Promise<void>;
}

export class SimulationError extends Error {}
