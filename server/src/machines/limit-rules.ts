// Keeps the limits of single machines in memory, and caches the limits in force that follow from them and the catalogue.

import { isDeepStrictEqual } from 'node:util';
import {
  type EffectiveLimits,
  type MachineLimits,
  type MetricName,
  perMetric,
  type Settings,
} from '@gonsters/contract';
import type { MetricService } from '../metrics/metric-service.ts';
import { effectiveLimits, overridesOf } from './effective-limits.ts';
import type { MachineRepository } from './machine-repository.ts';

type LimitsByMetric = Record<MetricName, EffectiveLimits>;

const NO_LIMITS: MachineLimits = Object.freeze({});

export class LimitRules {
  readonly #repository: MachineRepository;
  readonly #catalogue: MetricService;
  #own = new Map<string, MachineLimits>();
  /** Increases with every change that this node makes. */
  #version = 0;
  /** The settings that the cached limits were computed from; a change of the settings creates a new object. */
  #settings: Settings | null = null;
  /** The version of the catalogue that they were computed from. */
  #catalogueVersion = -1;
  /** By machine id, for machines that have limits of their own. */
  readonly #byMachine = new Map<string, LimitsByMetric>();
  /** By sensor type, for machines that have no limits of their own. */
  readonly #bySensorType = new Map<string, LimitsByMetric>();

  constructor(repository: MachineRepository, catalogue: MetricService) {
    this.#repository = repository;
    this.#catalogue = catalogue;
  }

  async start(): Promise<void> {
    this.#own = await this.#repository.allLimits();
  }

  /** Reads the limits of all machines again, after another node changed some. @returns whether any differ */
  async reload(): Promise<boolean> {
    for (;;) {
      const version = this.#version;
      const own = await this.#repository.allLimits();
      // This node made a change while the rows were read, so they may be older.
      if (version !== this.#version) continue;
      if (isDeepStrictEqual(own, this.#own)) return false;
      this.#own = own;
      this.#invalidateAll();
      return true;
    }
  }

  own(machineId: string): MachineLimits {
    return this.#own.get(machineId) ?? NO_LIMITS;
  }

  hasOwn(machineId: string): boolean {
    return this.#own.has(machineId);
  }

  ofSensorType(sensorType: string): MachineLimits {
    return overridesOf(this.#catalogue.types.limitsOf(sensorType));
  }

  plantWide(): MachineLimits {
    return overridesOf(perMetric((_, index) => this.#catalogue.plantLimits(index)));
  }

  /** The same object for all machines with the same rules. An unknown machine (`sensorType` is '') has the plant-wide limits. */
  effective(machineId: string, sensorType: string, settings: Settings): LimitsByMetric {
    if (settings !== this.#settings || this.#catalogue.version !== this.#catalogueVersion) {
      this.#settings = settings;
      this.#catalogueVersion = this.#catalogue.version;
      this.#invalidateAll();
    }
    const own = this.#own.get(machineId);
    const cache = own ? this.#byMachine : this.#bySensorType;
    const key = own ? machineId : sensorType;
    let limits = cache.get(key);
    if (!limits) {
      limits = effectiveLimits(own ?? NO_LIMITS, this.ofSensorType(sensorType), this.plantWide());
      cache.set(key, limits);
    }
    return limits;
  }

  /** Replaces the limits of one machine. Rejects with `store_unavailable`. */
  async save(machineId: string, limits: MachineLimits): Promise<void> {
    const overrides = overridesOf(limits);
    await this.#repository.saveLimits(machineId, overrides);
    this.#version++;
    if (Object.keys(overrides).length > 0) this.#own.set(machineId, overrides);
    else this.#own.delete(machineId);
    this.#invalidateAll();
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

  #invalidateAll(): void {
    this.#byMachine.clear();
    this.#bySensorType.clear();
  }
}
