// The limits of machines: those of single machines in memory, and those in force, which follow from them and the catalogue.

import { isDeepStrictEqual } from 'node:util';
import type { MachineLimits } from '@gonsters/contract';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { MachineTypes } from '../metrics/machine-types.ts';
import { readAgain } from '../read-again.ts';
import type { AlertCatalogue } from './alert-catalogue.ts';
import { effectiveLimits, type LimitsByMetric, limitFaults, overridesOf, plantLimits } from './effective-limits.ts';
import type { MachineRepository } from './machine-repository.ts';

const NO_LIMITS: MachineLimits = Object.freeze({});

export class LimitRules {
  readonly #repository: MachineRepository;
  readonly #catalogue: AlertCatalogue;
  readonly #types: Pick<MachineTypes, 'limitsOf' | 'saveLimits'>;
  readonly #sensorTypeOf: (machineId: string) => string | undefined;
  readonly #bus: EventBus;
  #own = new Map<string, MachineLimits>();
  /** Increases with every change that this node makes. */
  #version = 0;
  /** Version of the catalogue that the plant-wide limits and the cached ones were computed from. */
  #catalogueVersion = -1;
  #plantWide: MachineLimits = NO_LIMITS;
  /** By machine id, for machines that have limits of their own. */
  readonly #byMachine = new Map<string, LimitsByMetric>();
  /** By sensor type, for machines that have no limits of their own. */
  readonly #bySensorType = new Map<string, LimitsByMetric>();

  constructor(deps: {
    repository: MachineRepository;
    catalogue: AlertCatalogue;
    types: Pick<MachineTypes, 'limitsOf' | 'saveLimits'>;
    /** The type of a machine; undefined for one that is not known. */
    sensorTypeOf: (machineId: string) => string | undefined;
    bus: EventBus;
  }) {
    this.#repository = deps.repository;
    this.#catalogue = deps.catalogue;
    this.#types = deps.types;
    this.#sensorTypeOf = deps.sensorTypeOf;
    this.#bus = deps.bus;
  }

  async start(): Promise<void> {
    this.#own = await this.#repository.allLimits();
  }

  /** Reads the limits of all machines again, after another node changed some. @returns whether any differ */
  reload(): Promise<boolean> {
    return readAgain(
      () => this.#version,
      () => this.#repository.allLimits(),
      (own) => {
        if (isDeepStrictEqual(own, this.#own)) return false;
        this.#own = own;
        this.#invalidateAll();
        return true;
      },
    );
  }

  own(machineId: string): MachineLimits {
    return this.#known(this.#own.get(machineId));
  }

  hasOwn(machineId: string): boolean {
    return this.#own.has(machineId);
  }

  ofSensorType(sensorType: string): MachineLimits {
    return this.#known(this.#types.limitsOf(sensorType));
  }

  /** The same object until the catalogue or the settings change. */
  plantWide(): MachineLimits {
    const { version } = this.#catalogue;
    if (version !== this.#catalogueVersion) {
      this.#catalogueVersion = version;
      this.#plantWide = plantLimits(this.#catalogue);
      this.#invalidateAll();
    }
    return this.#plantWide;
  }

  /**
   * The limits in force: machine before sensor type before plant; without a high-high of the metrics that every plant has it is
   * 10 % above high. The same object for all machines with the same rules. A machine that is not known has those of the plant.
   */
  effective(machineId: string): LimitsByMetric {
    const plantWide = this.plantWide();
    const sensorType = this.#sensorTypeOf(machineId) ?? '';
    const own = this.#own.get(machineId);
    const cache = own ? this.#byMachine : this.#bySensorType;
    const key = own ? machineId : sensorType;
    let limits = cache.get(key);
    if (!limits) {
      limits = effectiveLimits(own ?? NO_LIMITS, this.#types.limitsOf(sensorType), plantWide, this.#catalogue);
      cache.set(key, limits);
    }
    return limits;
  }

  /** @throws AppError `validation_failed` if the limits contradict the catalogue */
  #check(limits: MachineLimits): void {
    const faults = limitFaults(limits, this.#catalogue);
    if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
  }

  /** Replaces the limits of all machines of a type. Rejects with `validation_failed`, with `store_unavailable`. */
  async saveOfType(sensorType: string, limits: MachineLimits): Promise<void> {
    this.#check(limits);
    await this.#types.saveLimits(sensorType, limits);
    this.#bus.publish({ kind: 'limits', machineId: null });
  }

  /** Replaces the limits of one machine. Rejects with `not_found`, `validation_failed`, `store_unavailable`. */
  async save(machineId: string, limits: MachineLimits): Promise<void> {
    if (this.#sensorTypeOf(machineId) === undefined) {
      throw new AppError('not_found', `No machine with id ${machineId} exists`);
    }
    this.#check(limits);
    const overrides = overridesOf(limits);
    await this.#repository.saveLimits(machineId, overrides);
    this.#version++;
    if (Object.keys(overrides).length > 0) this.#own.set(machineId, overrides);
    else this.#own.delete(machineId);
    this.#invalidateAll();
    this.#bus.publish({ kind: 'limits', machineId });
  }

  /** Call when the machine has been deleted. */
  remove(machineId: string): void {
    this.#version++;
    this.#own.delete(machineId);
    this.#byMachine.delete(machineId);
  }

  /** Call when the sensor type of the machine may have changed. */
  invalidate(machineId: string): void {
    this.#byMachine.delete(machineId);
  }

  /** Without metrics that are not in the catalogue any more. */
  #known(limits: MachineLimits = NO_LIMITS): MachineLimits {
    return Object.fromEntries(Object.entries(limits).filter(([name]) => this.#catalogue.get(name) !== undefined));
  }

  #invalidateAll(): void {
    this.#byMachine.clear();
    this.#bySensorType.clear();
  }
}
