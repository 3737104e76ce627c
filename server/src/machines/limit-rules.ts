// The limits that machines and sensor types set for themselves, and what follows from them, cached.

import { isDeepStrictEqual } from 'node:util';
import type { EffectiveLimits, MachineLimits, MetricName, Settings } from '@gonsters/contract';
import { overridesOf } from './limit-overrides.ts';
import { limitsInForce } from './limits-in-force.ts';
import type { MachineRepository } from './machine-repository.ts';

export type LimitOwner = { machineId: string } | { sensorType: string };
type InForce = Record<MetricName, EffectiveLimits>;

const NO_LIMITS: MachineLimits = Object.freeze({});

export class LimitRules {
  readonly #repository: MachineRepository;
  #own = new Map<string, MachineLimits>();
  #ofSensorType = new Map<string, MachineLimits>();
  /** Grows with every change that this node makes. */
  #version = 0;
  /** What the cached limits were made from; a change of the settings makes a new object. */
  #settings: Settings | null = null;
  readonly #cached = new Map<string, InForce>();
  /** By sensor type, for all machines that have no limits of their own. */
  readonly #shared = new Map<string, InForce>();

  constructor(repository: MachineRepository) {
    this.#repository = repository;
  }

  async start(): Promise<void> {
    const { machines, sensorTypes } = await this.#repository.allLimits();
    this.#own = machines;
    this.#ofSensorType = sensorTypes;
  }

  /** Takes over what another node changed. @returns whether anything did */
  async reload(): Promise<boolean> {
    for (;;) {
      const version = this.#version;
      const { machines, sensorTypes } = await this.#repository.allLimits();
      // What this node changed meanwhile is newer than what was read.
      if (version !== this.#version) continue;
      if (isDeepStrictEqual([machines, sensorTypes], [this.#own, this.#ofSensorType])) return false;
      this.#own = machines;
      this.#ofSensorType = sensorTypes;
      this.#forgetAll();
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

  /** `sensorType` is '' for a machine that nobody knows: then the plant-wide limits. */
  inForce(machineId: string, sensorType: string, settings: Settings): InForce {
    if (settings !== this.#settings) {
      this.#settings = settings;
      this.#forgetAll();
    }
    const own = this.#own.get(machineId);
    const cache = own ? this.#cached : this.#shared;
    const key = own ? machineId : sensorType;
    let limits = cache.get(key);
    if (!limits) {
      limits = limitsInForce(own ?? NO_LIMITS, this.ofSensorType(sensorType), settings);
      cache.set(key, limits);
    }
    return limits;
  }

  async save(owner: LimitOwner, limits: MachineLimits): Promise<void> {
    const overrides = overridesOf(limits);
    await this.#repository.saveLimits(owner, overrides);
    this.#version++;
    const [rules, key] = 'machineId' in owner ? [this.#own, owner.machineId] : [this.#ofSensorType, owner.sensorType];
    if (Object.keys(overrides).length > 0) rules.set(key, overrides);
    else rules.delete(key);
    this.#forgetAll();
  }

  /** The machine was deleted. */
  remove(machineId: string): void {
    this.#version++;
    this.#own.delete(machineId);
    this.#cached.delete(machineId);
  }

  /** The machine has another sensor type. */
  forget(machineId: string): void {
    this.#cached.delete(machineId);
  }

  #forgetAll(): void {
    this.#cached.clear();
    this.#shared.clear();
  }
}
