// Every machine in memory with its newest values: what the hot path, the lists and the live view ask.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Connection,
  type EffectiveLimits,
  isoTime,
  MAX_AHEAD_MS,
  type Machine,
  type MachineInput,
  type MachineLimits,
  type MachinePatch,
  type MetricName,
} from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError, isAppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { overridesOf } from './limit-overrides.ts';
import { type LimitOwner, LimitRules } from './limit-rules.ts';
import { plantLimits } from './limits-in-force.ts';
import { MachineConnection } from './machine-connection.ts';
import { type IndexedEntry, latestReading, type MachineEntry } from './machine-entry.ts';
import { type MachineChange, MachineIndex } from './machine-index.ts';
import type { AlarmOf, MachineQuery, Present } from './machine-list.ts';
import type { MachineRepository } from './machine-repository.ts';
import { type MachineSummary, summarise } from './machine-summary.ts';

export type { MachineEntry, MachineQuery, MachineSummary };

/** Machines of an import that are taken over before others get their turn. */
const TAKEN_AT_ONCE = 250;
/** For who asks nothing about alarms. */
const NO_ALARM: AlarmOf = () => null;
/** With more new machines than this, sorting all of them anew is cheaper than finding a place for each. */
const PLACED_ONE_BY_ONE = 50;

export class MachineService {
  readonly #repository: MachineRepository;
  readonly #settings: SettingsService;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #index = new MachineIndex();
  readonly #limits: LimitRules;
  readonly #connection: MachineConnection;
  /** Grows with every change that this node makes. */
  #version = 0;

  constructor(deps: { repository: MachineRepository; settings: SettingsService; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#settings = deps.settings;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.#limits = new LimitRules(deps.repository);
    this.#connection = new MachineConnection(deps.settings);
  }

  /** Loads machines and limits; `latest` are the newest stored readings. */
  async start(latest: ReadingColumns): Promise<void> {
    for (const record of await this.#repository.all()) this.#index.put(record);
    this.#index.list.clear();
    await this.#limits.start();
    this.observe(latest);
  }

  stop(): void {
    this.#index.clear();
  }

  get(machineId: string): MachineEntry | undefined {
    return this.#index.get(machineId);
  }

  entries(): IterableIterator<MachineEntry> {
    return this.#index.entries();
  }

  connectionOf(entry: MachineEntry): Connection {
    return this.#connection.at(entry, this.#clock.nowMs());
  }

  /** As it is answered. */
  view(entry: MachineEntry): Machine {
    const { record } = entry;
    const latest = latestReading(entry);
    return {
      machine_id: record.id,
      name: record.name,
      location: record.location,
      sensor_type: record.sensorType,
      status: record.status,
      created_at: isoTime(record.createdAtMs),
      updated_at: isoTime(record.updatedAtMs),
      last_seen: latest?.timestamp ?? null,
      connection: this.connectionOf(entry),
      latest,
    };
  }

  /** 10,000 machines, any filter and page, in under 10 ms. Alarms are the alerts' matter: `alarmOf` tells them. */
  list(query: MachineQuery, alarmOf: AlarmOf = NO_ALARM): { total: number; machines: Machine[] } {
    const { total, entries } = this.#index.list.page(query, this.#present(alarmOf));
    return { total, machines: entries.map((entry) => this.view(entry)) };
  }

  summary(alarmOf: AlarmOf = NO_ALARM): MachineSummary {
    return summarise(this.#index.entries(), this.#present(alarmOf));
  }

  /** All or nothing; rejects with `name_taken` naming each fault as `[row].name`. */
  async create(inputs: readonly MachineInput[], ids?: readonly string[]): Promise<Machine[]> {
    this.#refuseTakenNames(inputs);
    if (inputs.length > TAKEN_AT_ONCE) await nextTurn();
    const records = await this.#repository.create(inputs, ids).catch((error: unknown) => {
      // Another request was quicker, and is in memory by now: then the faults can be named.
      if (isAppError(error, 'name_taken')) this.#refuseTakenNames(inputs);
      throw error;
    });
    this.#version++;
    const machines: Machine[] = [];
    const few = records.length <= PLACED_ONE_BY_ONE;
    for (const [row, record] of records.entries()) {
      if (row > 0 && row % TAKEN_AT_ONCE === 0) await nextTurn();
      const entry = this.#index.put(record);
      if (few) this.#index.list.place(entry);
      else this.#index.list.clear();
      machines.push(this.view(entry));
      this.#bus.publish({ kind: 'machine', change: 'created', machineId: record.id });
    }
    return machines;
  }

  /** Rejects with `not_found`, `name_taken`. */
  async update(machineId: string, patch: MachinePatch): Promise<Machine> {
    const record = await this.#repository.update(machineId, patch);
    this.#version++;
    // None: another node has just made it.
    const statusBefore = this.#index.get(machineId)?.record.status;
    const entry = this.#index.put(record);
    this.#limits.forget(machineId);
    this.#index.list.place(entry);
    this.#bus.publish({ kind: 'machine', change: 'updated', machineId });
    if (record.status !== statusBefore) {
      this.#bus.publish({ kind: 'machine_status', machineIds: [machineId], status: record.status });
    }
    return this.view(entry);
  }

  /** Rejects with `not_found`. */
  async delete(machineId: string): Promise<void> {
    await this.#repository.delete(machineId);
    this.#version++;
    this.#index.delete(machineId);
    this.#limits.remove(machineId);
    this.#bus.publish({ kind: 'machine', change: 'deleted', machineId });
  }

  /**
   * Takes over what another node changed about these machines, or about all of them.
   *
   * @returns how each of them changed; those that are as they were are left out
   */
  async reload(machineIds: readonly string[] | 'all'): Promise<Map<string, MachineChange>> {
    for (;;) {
      const version = this.#version;
      const records = await (machineIds === 'all' ? this.#repository.all() : this.#repository.some(machineIds));
      // What this node changed meanwhile is newer than what was read.
      if (version !== this.#version) continue;
      const changes = this.#index.takeOver(machineIds, records);
      for (const [machineId, change] of changes) {
        if (change === 'deleted') this.#limits.remove(machineId);
        else this.#limits.forget(machineId);
      }
      return changes;
    }
  }

  /** Takes over the limits that another node changed. @returns whether any did */
  reloadLimits(): Promise<boolean> {
    return this.#limits.reload();
  }

  /** Takes over newest values from stored readings, metric by metric; older ones change nothing, equal times replace. */
  observe(stored: ReadingColumns): void {
    const latestPossibleMs = this.#clock.nowMs() + MAX_AHEAD_MS;
    let machineId: string | undefined;
    let entry: IndexedEntry | undefined;
    for (let row = 0; row < stored.length; row++) {
      // Batches name the same machine many times in a row.
      if (stored.machineIds[row] !== machineId) {
        machineId = stored.machineIds[row] as string;
        entry = this.#index.get(machineId);
      }
      entry?.observe(stored, row, latestPossibleMs);
    }
  }

  /** The limits in force: machine over sensor type over plant-wide; high-high defaults to high × 1.1. Cached. */
  effectiveLimits(machineId: string): Record<MetricName, EffectiveLimits> {
    const sensorType = this.#index.get(machineId)?.record.sensorType ?? '';
    return this.#limits.inForce(machineId, sensorType, this.#settings.all());
  }

  ownLimits(machineId: string): MachineLimits {
    return this.#limits.own(machineId);
  }

  sensorTypeLimits(sensorType: string): MachineLimits {
    return this.#limits.ofSensorType(sensorType);
  }

  plantLimits(): MachineLimits {
    return overridesOf(plantLimits(this.#settings.all()));
  }

  /** Replaces the overrides of one machine or of one sensor type. Rejects with `not_found`. */
  async saveLimits(owner: LimitOwner, limits: MachineLimits): Promise<void> {
    if ('machineId' in owner && this.#index.get(owner.machineId) === undefined) {
      throw new AppError('not_found', 'There is no such machine');
    }
    await this.#limits.save(owner, limits);
    this.#bus.publish({ kind: 'limits', machineId: 'machineId' in owner ? owner.machineId : null });
  }

  #refuseTakenNames(inputs: readonly MachineInput[]): void {
    const faults = this.#index.takenNames(inputs);
    if (faults.length > 0) throw new AppError('name_taken', undefined, { faults });
  }

  #present(alarmOf: AlarmOf): Present {
    const nowMs = this.#clock.nowMs();
    return {
      connectionOf: (entry) => this.#connection.at(entry, nowMs),
      hasOwnLimits: (entry) => this.#limits.hasOwn(entry.record.id),
      alarmOf,
    };
  }
}
