// The port to the stored catalogue: metrics, machine types, and what single machines have otherwise.

import type {
  MachineOverrides,
  MachineTypeInput,
  MetricKind,
  MetricLimits,
  MetricLimitsPatch,
  MetricStatus,
} from '@gonsters/contract';

/** A metric as stored. Times are UTC ms. */
export interface MetricRecord {
  name: string;
  label: string;
  /** The symbol. */
  unit: string | null;
  /** UCUM; null without a unit, and for one that is not in the table of units. */
  unitCode: string | null;
  displayUnit: string | null;
  kind: MetricKind;
  decimals: number;
  min: number | null;
  max: number | null;
  /** Plant-wide. Low and high of a built-in metric are null here, because they are settings. */
  limits: MetricLimits;
  group: string | null;
  description: string | null;
  order: number;
  status: MetricStatus;
  /** Name of the metric of which this one is an alias. */
  mergedInto: string | null;
  isFreeText: boolean;
  /** `field` is what the device called it, `gateway` the id of the gateway that sent it first. */
  discovered: { atMs: number; field: string; gateway: string | null } | null;
  aliases: readonly string[];
  /** Names of states by their code. Stored for ever, also after the metric was deleted. */
  states: readonly string[];
  createdAtMs: number;
  updatedAtMs: number;
  updatedBy: string | null;
}

/** A machine type without its limits, which are stored beside it. */
export type TypeDefinition = Omit<MachineTypeInput, 'limits'>;

export interface MachineTypeRecord {
  name: string;
  definition: TypeDefinition;
  /** By metric; a missing entry overrides nothing. */
  limits: Readonly<Record<string, MetricLimitsPatch>>;
  createdAtMs: number;
  updatedAtMs: number;
  updatedBy: string | null;
}

/** What is added to the values of a sensor from `fromMs` on, until the next one. */
export interface CalibrationRecord {
  readonly fromMs: number;
  /** In the unit of the metric. */
  readonly offset: number;
  readonly setAtMs: number;
  readonly setBy: string | null;
}

export interface StoredCatalogue {
  /** Grows with every change. */
  revision: number;
  /** The oldest first; metrics of the same time by name. */
  metrics: readonly MetricRecord[];
  types: readonly MachineTypeRecord[];
  overrides: ReadonlyMap<string, MachineOverrides>;
  /** By machine and name of the metric, the latest `fromMs` first. Machines and metrics without any are missing. */
  calibrations: ReadonlyMap<string, ReadonlyMap<string, readonly CalibrationRecord[]>>;
  /** The states of metrics that were deleted, by name. A metric of that name begins with them. */
  formerStates: ReadonlyMap<string, readonly string[]>;
}

export interface CatalogueChange {
  /** Created, or replaced with all fields. States are only added. */
  metrics?: readonly MetricRecord[];
  /** Their limits, overrides and calibrations are deleted too; the names of their states stay. */
  deletedMetrics?: readonly string[];
  types?: readonly MachineTypeRecord[];
  /** Their limits are deleted too. */
  deletedTypes?: readonly string[];
  /** null removes the overrides of the machine. */
  overrides?: ReadonlyMap<string, MachineOverrides | null>;
  /** Each replaces the calibration of one metric on one machine. */
  calibrations?: readonly { machineId: string; metric: string; offsets: readonly CalibrationRecord[] }[];
}

/** Every method rejects with `store_unavailable` while the database cannot be reached. */
export interface MetricRepository {
  /** What is stored: the same object as `known` if that is still so. Large catalogues are read over several turns. */
  read(known: StoredCatalogue | null): Promise<StoredCatalogue>;
  /**
   * Calls `decide` with what is stored and writes what it returns, in one transaction. No other change runs at the same time,
   * on any node, because names are unique over metrics and aliases. Durable when the promise resolves, with what is stored
   * then. Rejects with the error that `decide` throws, and with `conflict` where a deleted type is that of a machine, and then
   * writes nothing.
   *
   * @param known what the caller has read before; it is read again only if it is out of date
   */
  change(known: StoredCatalogue | null, decide: (stored: StoredCatalogue) => CatalogueChange): Promise<StoredCatalogue>;
  /** Which metrics each machine has sent, as pairs. */
  series(): Promise<{ machineId: string; metric: string }[]>;
  /** Adds pairs; those that exist already are no error. */
  addSeries(pairs: readonly { machineId: string; metric: string }[]): Promise<void>;
}
