// Machine types and the overrides of single machines: reading and changing them.

import { type MachineOverrides, type MachineTypeInput, METRIC_NAMES, type MetricLimitsPatch } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import { overrideFaults, typeFaults, withoutUndefined } from './machine-type-rules.ts';
import { refuse } from './metric-changes.ts';
import type { MachineTypeRecord, StoredCatalogue } from './metric-repository.ts';

const NO_LIMITS: Readonly<Record<string, MetricLimitsPatch>> = Object.freeze({});

export class MachineTypes {
  readonly #store: CatalogueStore;
  readonly #clock: Clock;

  constructor(deps: { store: CatalogueStore; clock: Clock }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
  }

  get(name: string): MachineTypeRecord | undefined {
    return this.#store.memory.types.get(name);
  }

  all(): MachineTypeRecord[] {
    return [...this.#store.memory.types.values()];
  }

  /** The limits of a type by metric; the same object until the catalogue changes. */
  limitsOf(name: string): Readonly<Record<string, MetricLimitsPatch>> {
    return this.get(name)?.limits ?? NO_LIMITS;
  }

  /** Creates the type or replaces it. Rejects with `validation_failed`. */
  put(name: string, input: MachineTypeInput, by: string): Promise<void> {
    return this.#store.change((stored) => {
      refuse(typeFaults(input, stored.metrics));
      return { types: [changedType(stored, name, input, { by, nowMs: this.#clock.nowMs() })] };
    });
  }

  /** Rejects with `not_found`, and with `conflict` while machines are of the type. */
  delete(name: string): Promise<void> {
    return this.#store.change((stored) => {
      if (!stored.types.some((type) => type.name === name)) throw unknownType(name);
      return { deletedTypes: [name] };
    });
  }

  /** Creates an empty type for each name that is not known. */
  async ensure(names: Iterable<string>): Promise<void> {
    const missing = [...new Set(names)].filter((name) => this.get(name) === undefined);
    if (missing.length === 0) return;
    const nowMs = this.#clock.nowMs();
    await this.#store.change((stored) => {
      const known = new Set(stored.types.map((type) => type.name));
      const types = missing.filter((name) => !known.has(name)).map((name) => emptyType(name, nowMs));
      return types.length === 0 ? {} : { types };
    });
  }

  /** Replaces the limits of the built-in metrics of a type; creates the type if there is none. */
  saveLimits(name: string, limits: Readonly<Record<string, MetricLimitsPatch | undefined>>): Promise<void> {
    return this.#store.change((stored) => {
      const nowMs = this.#clock.nowMs();
      const before = stored.types.find((type) => type.name === name) ?? emptyType(name, nowMs);
      const others = Object.entries(before.limits).filter(([metric]) => !(METRIC_NAMES as string[]).includes(metric));
      const given = Object.entries(limits).map(([metric, of]) => [metric, withoutUndefined(of ?? {})] as const);
      return { types: [{ ...before, limits: notEmpty([...others, ...given]) }] };
    });
  }

  /** null where the machine overrides nothing. */
  overridesOf(machineId: string): MachineOverrides | null {
    return this.#store.memory.overrides.get(machineId) ?? null;
  }

  /** Replaces the overrides of a machine, but for its limits. Rejects with `validation_failed`. */
  saveOverrides(machineId: string, overrides: MachineOverrides): Promise<void> {
    return this.#store.change((stored) => {
      refuse(overrideFaults(overrides.metrics, stored.metrics));
      return { overrides: new Map([[machineId, unlessEmpty(overrides)]]) };
    });
  }

  /** Sets the inactivity timeout of a machine, in seconds; null: as its type or the plant has it. */
  saveTimeout(machineId: string, inactivity_timeout: number | null): Promise<void> {
    return this.#store.change((stored) => {
      const before = stored.overrides.get(machineId) ?? { metrics: [] };
      return { overrides: new Map([[machineId, unlessEmpty({ ...before, inactivity_timeout })]]) };
    });
  }
}

const unlessEmpty = (overrides: MachineOverrides): MachineOverrides | null =>
  overrides.metrics.length === 0 && overrides.inactivity_timeout == null ? null : overrides;

/** The record that replaces the type. Limits that the input does not name stay as they are. */
export function changedType(
  stored: StoredCatalogue,
  name: string,
  { limits, ...definition }: MachineTypeInput,
  { by, nowMs }: { by: string; nowMs: number },
): MachineTypeRecord {
  const before = stored.types.find((type) => type.name === name) ?? emptyType(name, nowMs);
  const given = limits && Object.entries(limits).map(([metric, of]) => [metric, withoutUndefined(of)] as const);
  return {
    ...before,
    definition,
    limits: given === undefined ? before.limits : notEmpty(given),
    updatedAtMs: nowMs,
    updatedBy: by,
  };
}

const unknownType = (name: string) => new AppError('not_found', `No machine type with the name ${name} exists`);

const emptyType = (name: string, nowMs: number): MachineTypeRecord => ({
  name,
  definition: { metrics: [], headline: [], charts: [] },
  limits: {},
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
  updatedBy: null,
});

const notEmpty = (entries: readonly (readonly [string, MetricLimitsPatch])[]): Record<string, MetricLimitsPatch> =>
  Object.fromEntries(entries.filter(([, of]) => Object.keys(of).length > 0));
