// Every machine in memory with its newest reading: what the hot path, the lists and the live view ask.

import type {
  Connection,
  EffectiveLimits,
  Machine,
  MachineInput,
  MachineLimits,
  MachinePatch,
  MachineStatus,
  MetricName,
} from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { SettingBook } from '../settings/setting-book.ts';
import type { MachineRecord, MachineRepository } from './machine-repository.ts';

/** Shared and updated in place; read it, do not keep or change it. */
export interface MachineEntry {
  readonly record: MachineRecord;
  /** Timestamp of the newest reading, NaN where there is none. */
  readonly latestMs: number;
  /** Its values, catalogue order, NaN for not measured. */
  readonly latestValues: Float64Array;
}

export interface MachineQuery {
  limit: number;
  offset: number;
  location?: string;
  status?: MachineStatus;
  sensorType?: string;
  connection?: Connection;
  /** Part of the name, the location, the sensor type or the id, without regard to case. */
  search?: string;
  sort: {
    by: 'name' | 'location' | 'status' | 'last_seen' | 'created_at';
    descending: boolean;
  };
}

export interface MachineSummary {
  total: number;
  byStatus: Record<MachineStatus, number>;
  byConnection: Record<Connection, number>;
  locations: { name: string; count: number }[];
  sensorTypes: { name: string; count: number }[];
}

export declare class MachineDirectory {
  constructor(parts: {
    repository: MachineRepository;
    settings: SettingBook;
    bus: LiveBus;
    clock: Clock;
  });
  /** Loads machines and limits; `latest` are the newest stored readings. */
  start(latest: ReadingColumns): Promise<void>;
  stop(): void;
  get(machineId: string): MachineEntry | undefined;
  entries(): IterableIterator<MachineEntry>;
  connectionOf(entry: MachineEntry): Connection;
  /** As it is answered. */
  view(entry: MachineEntry): Machine;
  /** 10,000 machines, any filter and page, in under 10 ms. */
  list(query: MachineQuery): { total: number; machines: Machine[] };
  summary(): MachineSummary;
  /** All or nothing; rejects with `name_taken` naming each fault as `[row].name`. */
  create(inputs: readonly MachineInput[], ids?: readonly string[]): Promise<Machine[]>;
  update(machineId: string, patch: MachinePatch): Promise<Machine>;
  delete(machineId: string): Promise<void>;
  /** Takes over newest values from stored readings; older ones change nothing, equal timestamps merge by metric. */
  observe(stored: ReadingColumns): void;
  /** The limits in force: machine over sensor type over plant-wide; high-high defaults to high × 1.1. Cached. */
  effectiveLimits(machineId: string): Record<MetricName, EffectiveLimits>;
  ownLimits(machineId: string): MachineLimits;
  sensorTypeLimits(sensorType: string): MachineLimits;
  saveLimits(owner: { machineId: string } | { sensorType: string }, limits: MachineLimits): Promise<void>;
}
