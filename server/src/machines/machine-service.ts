// Keeps every machine and its newest values in memory, for ingest, lists and live clients.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Connection,
  MAX_AHEAD_MS,
  type Machine,
  type MachineInput,
  type MachinePatch,
  type MachineStatus,
} from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { isAppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { MetricService } from '../metrics/metric-service.ts';
import { readAgain } from '../read-again.ts';
import type { InactivityTimeouts } from '../readings/inactivity-timeouts.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import { refuseHiddenCharacters } from '../visible-name.ts';
import type { AlertCatalogue } from './alert-catalogue.ts';
import { LimitRules } from './limit-rules.ts';
import { MachineConnection } from './machine-connection.ts';
import type { MachineEntry } from './machine-entry.ts';
import { type MachineChange, MachineIndex } from './machine-index.ts';
import { type Claimant, keyTaken } from './machine-keys.ts';
import type { AlarmOf, CurrentState, MachineQuery } from './machine-list.ts';
import { type MachineMetrics, MachineNewest, type MoreMetrics } from './machine-newest.ts';
import type { MachineRecord, MachineRepository } from './machine-repository.ts';
import { inScope, type MachineScope } from './machine-scope.ts';
import { type MachineSummary, summarise } from './machine-summary.ts';
import { machineView } from './machine-view.ts';
import { OfflineGateways } from './offline-gateways.ts';

export type { MachineEntry, MachineQuery, MachineSummary };

/** An import yields to the event loop after this many machines. */
const YIELD_EVERY = 250;
/** For callers that need no alarms. */
const NO_ALARM: AlarmOf = () => null;
/** Beyond this many new machines, sorting all machines again is cheaper than inserting each. */
const MAX_INSERTED = 50;

export class MachineService {
  readonly newest: MachineNewest;
  readonly limits: LimitRules;
  /** How long each machine may be silent: by itself, by its type, or by the settings of the plant. */
  readonly timeouts: InactivityTimeouts;
  readonly offlineGateways = new OfflineGateways();
  readonly #repository: MachineRepository;
  readonly #metricService: MetricService;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #index = new MachineIndex();
  readonly #connection: MachineConnection;
  /** Increases with every change that this node makes. */
  #version = 0;

  constructor(deps: {
    repository: MachineRepository;
    metricService: MetricService;
    catalogue: AlertCatalogue & MachineMetrics;
    bus: EventBus;
    clock: Clock;
  }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.newest = new MachineNewest(deps.catalogue);
    this.#metricService = deps.metricService;
    const { types, timeouts } = deps.metricService;
    const sensorTypeOf = (machineId: string) => this.get(machineId)?.record.sensorType;
    this.limits = new LimitRules({ ...deps, types, sensorTypeOf });
    this.#connection = new MachineConnection(timeouts, this.offlineGateways, sensorTypeOf);
    deps.bus.subscribe((event) => void this.offlineGateways.handle(event));
    this.timeouts = this.#connection;
  }

  /** Loads machines and limits. `latest` are the newest stored readings. Rejects with `store_unavailable`. */
  async start(latest: ReadingBatch): Promise<void> {
    for (const record of await this.#repository.all()) this.#index.put(record);
    this.#index.list.clear();
    await this.limits.start();
    this.observe(latest);
  }

  stop(): void {
    this.#index.clear();
  }

  get(machineId: string): MachineEntry | undefined {
    return this.#index.get(machineId);
  }

  /** The machine that a device means by its id, an alias or its name. One lookup in memory. */
  resolve(id: string): MachineEntry | undefined {
    return this.#index.resolve(id);
  }

  /** Machines whose readings are being handed over, with their successors: new readings are stored for the successor. */
  get handovers(): ReadonlyMap<string, string> {
    return this.#index.handovers;
  }

  /** Whether the machine hands its readings over, or receives those of another one. */
  isHandedOver(machineId: string): boolean {
    return this.handovers.has(machineId) || [...this.handovers.values()].includes(machineId);
  }

  entries(): IterableIterator<MachineEntry> {
    return this.#index.entries();
  }

  /** See `MachineConnection.noteClockOffset`: a machine that sends its local time is not stale while it sends. */
  noteClockOffset(machineId: string, offsetMs: number): void {
    this.#connection.noteClockOffset(machineId, offsetMs);
  }

  connectionOf(entry: MachineEntry): Connection {
    return this.#connection.at(entry, this.#clock.nowMs());
  }

  /** The machine as the API returns it. */
  view(entry: MachineEntry, more?: MoreMetrics): Machine {
    const latest = this.newest.readingOf(entry, more);
    const overrides = this.#metricService.types.overridesOf(entry.record.id);
    const inactivityTimeout = overrides?.inactivity_timeout ?? null;
    return machineView(entry.record, { latest, connection: this.connectionOf(entry), inactivityTimeout });
  }

  /** One page of machines, in under 10 ms for 10,000 machines. `alarmOf` gives the alarms, which the alert service knows. */
  list(query: MachineQuery, alarmOf = NO_ALARM, more?: MoreMetrics): { total: number; machines: Machine[] } {
    const { total, entries } = this.#index.list.page(query, this.#currentState(alarmOf));
    return { total, machines: entries.map((entry) => this.view(entry, more)) };
  }

  summary(alarmOf: AlarmOf = NO_ALARM, scope: MachineScope = null): MachineSummary {
    return summarise(inScope(this.#index.entries(), scope), this.#currentState(alarmOf));
  }

  /**
   * Creates all machines or none, and an empty type for each unknown sensor type. Rejects with `name_taken`, `alias_taken` or
   * `conflict`, by the first of the faults, which name each taken name, alias and id as `[row].field`.
   */
  async create(inputs: readonly MachineInput[]): Promise<Machine[]> {
    this.#refuseTakenKeys(inputs);
    if (inputs.length > YIELD_EVERY) await nextTurn();
    await this.#metricService.types.ensure(inputs.map((input) => input.sensor_type));
    const records = await this.#repository.create(inputs).catch((error: unknown) => {
      // Another request has created the machine meanwhile; it is in memory now, so the faults can be named.
      if (isAppError(error)) this.#refuseTakenKeys(inputs);
      throw error;
    });
    this.#version++;
    const entries: MachineEntry[] = [];
    const few = records.length <= MAX_INSERTED;
    for (const [row, record] of records.entries()) {
      if (row > 0 && row % YIELD_EVERY === 0) await nextTurn();
      const entry = this.#index.put(record);
      if (few) this.#index.list.insert(entry);
      else this.#index.list.clear();
      entries.push(entry);
      this.#bus.publish({ kind: 'machine', change: 'created', machineId: record.id });
    }
    if (inputs.some(({ inactivity_timeout }) => inactivity_timeout != null)) {
      const difference = await this.#metricService.reload();
      if (difference !== null) this.#bus.publish({ kind: 'metrics_changed', ...difference });
    }
    return entries.map((entry) => this.view(entry));
  }

  /** An unknown sensor type becomes an empty type. Rejects with `not_found`, and as `create` does. */
  async update(machineId: string, { inactivity_timeout: timeout, ...patch }: MachinePatch): Promise<Machine> {
    const before = this.#index.get(machineId)?.record;
    if (before !== undefined) {
      refuseChangedText(before, patch);
      this.#refuseTakenKeys([patch], machineId);
    }
    if (patch.sensor_type !== undefined) await this.#metricService.types.ensure([patch.sensor_type]);
    if (timeout !== undefined) await this.#metricService.types.saveTimeout(machineId, timeout);
    const record = await this.#repository.update(machineId, patch);
    this.#version++;
    // Undefined if another node has just created the machine.
    const statusBefore = this.#index.get(machineId)?.record.status;
    const entry = this.#index.put(record);
    this.#invalidate(machineId);
    this.#index.list.insert(entry);
    this.#bus.publish({ kind: 'machine', change: 'updated', machineId });
    if (record.status !== statusBefore) {
      this.#bus.publish({ kind: 'machine_status', machineIds: [machineId], status: record.status });
    }
    return this.view(entry);
  }

  /**
   * Sets the status of these machines, of all or of none. With `untilMs` they return to their former status by themselves.
   *
   * @returns how many have another status, or another end of it, than before
   */
  async setStatus(machineIds: readonly string[], status: MachineStatus, untilMs: number | null): Promise<number> {
    const changed = machineIds.filter((id) => {
      const record = this.#index.get(id)?.record;
      return record !== undefined && (record.status !== status || record.statusUntilMs !== untilMs);
    });
    if (changed.length === 0) return 0;
    await this.#repository.setStatus(changed, status, untilMs);
    await this.#readStatus(changed);
    return changed.length;
  }

  /** Machines whose status has ended return to the one before. @returns those machines, as they are now */
  async endStatuses(nowMs: number): Promise<MachineRecord[]> {
    const ended = await this.#repository.endStatuses(nowMs);
    await this.#readStatus(ended);
    return ended.flatMap((id) => this.#index.get(id)?.record ?? []);
  }

  /** Rejects with `not_found`, and with `conflict` while it takes part in a handover of readings. */
  async delete(machineId: string, keepsReadings = true): Promise<void> {
    await this.#repository.delete(machineId, keepsReadings);
    this.#version++;
    this.#index.delete(machineId);
    this.#forget(machineId);
    this.#bus.publish({ kind: 'machine', change: 'deleted', machineId });
  }

  /**
   * Reads these machines, or all of them, again after another node changed some.
   *
   * @returns the change of each machine that differs
   */
  reload(machineIds: readonly string[] | 'all'): Promise<Map<string, MachineChange>> {
    return readAgain(
      () => this.#version,
      () => (machineIds === 'all' ? this.#repository.all() : this.#repository.some(machineIds)),
      (records) => {
        const changes = this.#index.sync(machineIds, records);
        for (const [machineId, change] of changes) {
          if (change === 'deleted') this.#forget(machineId);
          else this.#invalidate(machineId);
        }
        return changes;
      },
    );
  }

  /** Merges stored readings into the newest values, metric by metric. Older values are ignored; an equal time replaces. */
  observe(stored: ReadingBatch): void {
    this.#index.observe(stored, this.#clock.nowMs() + MAX_AHEAD_MS);
    this.#metricService.series.noteBatch(stored, (machineId) => this.#index.get(machineId) !== undefined);
  }

  /** Replaces the newest values of these machines by those of `latest`, the newest stored ones, after readings were deleted. */
  replaceLatest(machineIds: readonly string[], latest: ReadingBatch): void {
    for (const machineId of machineIds) this.#index.get(machineId)?.clearValues();
    this.observe(latest);
  }

  /** The groups of machines whose names look the same: they are from before such names were refused. */
  lookAlikes(): MachineRecord[][] {
    return this.#index.lookAlikes();
  }

  /** How many machines of the scope are of each type. */
  machinesByType(scope: MachineScope): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { record } of inScope(this.#index.entries(), scope)) {
      counts.set(record.sensorType, (counts.get(record.sensorType) ?? 0) + 1);
    }
    return counts;
  }

  /** Reads machines again of which the status was changed, and tells of it. */
  async #readStatus(machineIds: readonly string[]): Promise<void> {
    this.#version++;
    const byStatus = new Map<MachineStatus, string[]>();
    for (const [row, record] of (await this.#repository.some(machineIds)).entries()) {
      if (row > 0 && row % YIELD_EVERY === 0) await nextTurn();
      const entry = this.#index.put(record);
      if (machineIds.length <= MAX_INSERTED) this.#index.list.insert(entry);
      this.#invalidate(record.id);
      this.#bus.publish({ kind: 'machine', change: 'updated', machineId: record.id });
      const others = byStatus.get(record.status);
      if (others) others.push(record.id);
      else byStatus.set(record.status, [record.id]);
    }
    if (machineIds.length > MAX_INSERTED) this.#index.list.clear();
    for (const [status, ids] of byStatus) this.#bus.publish({ kind: 'machine_status', machineIds: ids, status });
  }

  #invalidate(machineId: string): void {
    this.limits.invalidate(machineId);
    this.#metricService.invalidate(machineId);
  }

  #forget(machineId: string): void {
    this.limits.remove(machineId);
    this.#metricService.forgetMachine(machineId);
  }

  #refuseTakenKeys(machines: readonly Claimant[], ownId: string | null = null): void {
    const [first, ...others] = this.#index.takenKeys(machines, ownId);
    if (first !== undefined) throw keyTaken(first.kind, { faults: [first.fault, ...others.map(({ fault }) => fault)] });
  }

  #currentState(alarmOf: AlarmOf): CurrentState {
    const nowMs = this.#clock.nowMs();
    return {
      connectionOf: (entry) => this.#connection.at(entry, nowMs),
      hasOwnLimits: (entry) => this.limits.hasOwn(entry.record.id),
      alarmOf,
    };
  }
}

/** A text from before hidden characters were refused may stay. */
function refuseChangedText(before: MachineRecord, patch: MachinePatch): void {
  const { name, location, sensor_type: sensorType } = patch;
  if (name !== undefined && name !== before.name) refuseHiddenCharacters('name', name);
  if (location !== undefined && location !== before.location) refuseHiddenCharacters('location', location);
  if (sensorType !== undefined && sensorType !== before.sensorType) refuseHiddenCharacters('sensor_type', sensorType);
}
