// Keeps the limits that machines and sensor types override in memory, and caches the limits in force that follow from them.

import { isDeepStrictEqual } from 'node:util';
import type { EffectiveLimits, MachineLimits, MetricName, Settings } from '@gonsters/contract';
import { effectiveLimits, overridesOf } from './effective-limits.ts';
import type { LimitOwner, MachineRepository } from './machine-repository.ts';

type LimitsByMetric = Record<MetricName, EffectiveLimits>;

const NO_LIMITS: MachineLimits = Object.freeze({});

export class LimitRules {
  readonly #repository: MachineRepository;
  #own = new Map<string, MachineLimits>();
  #ofSensorType = new Map<string, MachineLimits>();
  /** Increases with every change that this node makes. */
  #version = 0;
  /** The settings that the cached limits were computed from; a change of the settings creates a new object. */
  #settings: Settings | null = null;
  /** By machine id, for machines that have limits of their own. */
  readonly #byMachine = new Map<string, LimitsByMetric>();
  /** By sensor type, for machines that have no limits of their own. */
  readonly #bySensorType = new Map<string, LimitsByMetric>();

  constructor(repository: MachineRepository) {
    this.#repository = repository;
  }

  async start(): Promise<void> {
    const { machines, sensorTypes } = await this.#repository.allLimits();
    this.#own = machines;
    this.#ofSensorType = sensorTypes;
  }

  /** Reads all limits again, after another node changed some. @returns whether any differ */
  async reload(): Promise<boolean> {
    for (;;) {
      const version = this.#version;
      const { machines, sensorTypes } = await this.#repository.allLimits();
      // This node made a change while the rows were read, so they may be older.
      if (version !== this.#version) continue;
      if (isDeepStrictEqual([machines, sensorTypes], [this.#own, this.#ofSensorType])) return false;
      this.#own = machines;
      this.#ofSensorType = sensorTypes;
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
    return this.#ofSensorType.get(sensorType) ?? NO_LIMITS;
  }

  /** The same object for all machines with the same rules. An unknown machine (`sensorType` is '') has the plant-wide limits. */
  effective(machineId: string, sensorType: string, settings: Settings): LimitsByMetric {
    if (settings !== this.#settings) {
      this.#settings = settings;
      this.#invalidateAll();
    }
    const own = this.#own.get(machineId);
    const cache = own ? this.#byMachine : this.#bySensorType;
    const key = own ? machineId : sensorType;
    let limits = cache.get(key);
    if (!limits) {
      limits = effectiveLimits(own ?? NO_LIMITS, this.ofSensorType(sensorType), settings);
      cache.set(key, limits);
    }
    return limits;
  }

  /** Replaces the overrides of one owner. Rejects with `store_unavailable`. */
  async save(owner: LimitOwner, limits: MachineLimits): Promise<void> {
    const overrides = overridesOf(limits);
    await this.#repository.saveLimits(owner, overrides);
    this.#version++;
    const [rules, key] = 'machineId' in owner ? [this.#own, owner.machineId] : [this.#ofSensorType, owner.sensorType];
    if (Object.keys(overrides).length > 0) rules.set(key, overrides);
    else rules.delete(key);
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
