// What decoding is given: the time, the catalogue, where readings go, and who is told of faults.

import type { BatchBuilder } from '../../readings/reading-batch.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { MetricFields, UnknownNames } from './metric-fields.ts';

/** The id under which readings of a machine are stored, and the builder to which they are added. */
export interface Place {
  readonly machineId: string;
  readonly rows: BatchBuilder;
}

/** The callbacks of decoding. */
export interface DecodeContext {
  /** Time of arrival, UTC ms. */
  readonly nowMs: number;
  /** What is done with a reading without a timestamp: it gets the time of arrival, is left out, or is refused with a reason. */
  readonly withoutTime: 'arrival' | 'leave out' | RejectionReason;
  /**
   * Where readings of this machine are added, or the reason why they are refused. `id` is as the device sent it; `described` is the
   * object that contains it and may describe the machine further.
   */
  place(id: string, described: unknown): Place | RejectionReason;
  readonly fields: MetricFields;
  /** A reading whose time is before 1990 is refused, instead of getting the time of arrival. */
  readonly refusesUnsetClock?: boolean;
  /** The values are as a person has read them: calibration offsets are not added. */
  readonly isAsRead?: boolean;
  /** The zone of timestamps without one: an IANA name. UTC where it is not set. */
  readonly zone?: string;
  /** Who sent the payload, as for `IngestCatalogue.discover`. */
  readonly gateway: string;
  /** Collects what must be added to the catalogue first; null if such values are refused as `unknown_metric`. */
  readonly unknown: UnknownNames | null;
  /** The time that a reading without a timestamp gets, UTC ms. */
  arrivalMs(machineId: string): number;
  /** A reading has a timestamp of its own, whether it can be stored or not. */
  noteOwnTime?(machineId: string, timestampMs: number): void;
  /** As `noteOwnTime`, with the timestamp as the device wrote it. NaN where it cannot be read. */
  noteTime?(machineId: string, timestamp: unknown, timestampMs: number): void;
  /** Reports a fault. `field` is its path, empty for the whole payload. */
  refuse(reason: RejectionReason, field: string, error: string, value: unknown): void;
}
