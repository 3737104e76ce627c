// What decoding needs to know of the catalogue of metrics.

import type { MetricKind } from '@gonsters/contract';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';

/** The metric that a field of a payload names. */
export interface FieldTarget {
  /** See `metric-index.ts`. */
  readonly metric: number;
  readonly name: string;
  readonly kind: MetricKind;
  /** Range of plausible values, both ends included; infinite where there is none. */
  readonly min: number;
  readonly max: number;
  /** The symbol of its unit, which may be empty. */
  readonly unit: string;
  /** Nobody has described it yet. */
  readonly isNew: boolean;
  /** Every machine has it. */
  readonly isBuiltIn: boolean;
}

/** What is added to the values of a machine as they come in. */
export interface SensorOffsets {
  /** In the unit of the metric; 0 if there is no offset for values of this time, UTC ms. */
  at(metric: number, timestampMs: number): number;
}

/** Called for every value of every reading: each method is one or two look-ups. */
export interface MetricFields {
  /**
   * The metric of a field as a device writes it, with the ranges of the machine; a reason if its values are refused;
   * undefined if it must be discovered first.
   */
  find(field: string, machineId: string): FieldTarget | RejectionReason | undefined;
  /** The code of a state; a reason if the state is refused; undefined if it must be added first. */
  stateCode(metric: number, text: string): number | RejectionReason | undefined;
  /** Whether the machine has the metric already, or may get it within the limits of the plant. */
  admits(machineId: string, metric: number): boolean;
  /** The value in the unit of the metric; null if the unit is not understood or of another quantity. */
  convert(metric: number, value: number, unit: string): number | null;
  /** The calibration offsets of a machine, called once for each reading; null if it has none, as nearly all machines. */
  offsetsOf(machineId: string): SensorOffsets | null;
  /**
   * Is told the values of new metrics, which people see where they describe them.
   *
   * @param gateway as for `discover`
   * @param measuredMs time of the reading, UTC ms
   */
  noteArrival(
    metric: number,
    value: number | boolean | string,
    machineId: string,
    gateway: string,
    measuredMs: number,
  ): void;
}

/** A field that the catalogue does not know, with the first of its values. */
export interface UnknownField {
  readonly field: string;
  readonly value: number | boolean | string;
  /** The unit that the payload names for it. */
  readonly unit: string | null;
}

/** A payload is decoded at most this often with new names: its fields are added first, then further states of these. */
export const DISCOVERY_ROUNDS = 2;

/** What a payload contains that must be added to the catalogue before the payload can be stored. */
export class UnknownNames {
  readonly fields = new Map<string, UnknownField>();
  /** New states, by the number of their metric. */
  readonly states = new Map<number, Set<string>>();

  get isEmpty(): boolean {
    return this.fields.size === 0 && this.states.size === 0;
  }

  addState(metric: number, text: string): void {
    const known = this.states.get(metric);
    if (known) known.add(text);
    else this.states.set(metric, new Set([text]));
  }
}

/** The catalogue as ingest uses it. */
export interface IngestCatalogue extends MetricFields {
  /**
   * Adds names to the catalogue. Resolves when `find` and `stateCode` answer for each of them, with a reason where it was
   * refused. Rejects while the database cannot be written; then the payload must be sent again.
   *
   * @param gateway id of the gateway that sent them, or the client's address; it counts towards the bound per gateway
   */
  discover(unknown: UnknownNames, gateway: string): Promise<void>;
}
