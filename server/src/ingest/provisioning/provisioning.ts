// Readings of unknown machines: refused, stored until a person approves the machine, or the machine is created at once.

import {
  type AcceptMachine,
  INGEST_LIMITS,
  isoTime,
  type Machine,
  type MachineInput,
  type ProvisionMode,
  type UnknownMachine,
} from '@gonsters/contract';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { BatchBuilder, copyReadingsOf } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { countReadings, suggestMachine, type WaitingMachine, type WaitingMachinesDelta } from './waiting-machine.ts';

/** `store`: the readings are stored and not shown yet. `create`: the machine is created first. `refuse`: nothing is stored. */
export type ProvisioningDecision = 'store' | 'create' | 'refuse';

/** Bounds for a gateway that invents machine ids: past them, unknown machines are refused. */
const MAX_WAITING = 1000;
const MAX_CREATED = 10_000;
const MAX_REJECTED = 10_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * Readings of a machine that waits for approval are stored durably like all others, so that they can be acknowledged. They become
 * visible when the machine is accepted. The list itself is in memory: after a restart a machine is listed again with its next
 * reading.
 */
export class Provisioning {
  readonly mode: ProvisionMode;
  readonly #machines: MachineService;
  readonly #readings: ReadingStore;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, WaitingMachine>();
  readonly #rejected = new Set<string>();
  readonly #creating = new Map<string, Promise<boolean>>();
  readonly #suggestions = new Map<string, MachineInput>();
  /** Readings of waiting machines since the last delta for the other nodes. */
  readonly #deltaReadings = new Map<string, number>();
  #deltaRejections: string[] = [];
  #created = 0;

  constructor(deps: {
    mode: ProvisionMode;
    machines: MachineService;
    readings: ReadingStore;
    bus: EventBus;
    clock: Clock;
  }) {
    this.mode = deps.mode;
    this.#machines = deps.machines;
    this.#readings = deps.readings;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Decides what is done with a reading of an unknown machine. */
  decide(machineId: string, topic: string, factoryId: string | null, described: unknown): ProvisioningDecision {
    if (this.mode === 'off' || this.#rejected.has(machineId)) return 'refuse';
    const waiting = this.#waiting.get(machineId);
    if (waiting) {
      waiting.lastSeenMs = this.#clock.nowMs();
      this.#count(machineId, waiting, countReadings(described));
      return 'store';
    }
    if (!z.uuid().safeParse(machineId).success) return 'refuse';
    if (this.mode === 'on') {
      if (this.#created >= MAX_CREATED) return 'refuse';
      // Suggestions stay unused where the machine had no valid reading.
      if (this.#suggestions.size >= MAX_WAITING) this.#suggestions.clear();
      this.#suggestions.set(machineId, suggestMachine(machineId, factoryId, described));
      return 'create';
    }
    if (this.#waiting.size >= MAX_WAITING) return 'refuse';
    const nowMs = this.#clock.nowMs();
    const suggestion = suggestMachine(machineId, factoryId, described);
    const first = { firstSeenMs: nowMs, lastSeenMs: nowMs, readings: 0, topic, suggestion };
    this.#waiting.set(machineId, first);
    this.#count(machineId, first, countReadings(described));
    return 'store';
  }

  /** Creates the machines for which the decision was `create`. Resolves with those that exist afterwards. */
  async create(machineIds: Iterable<string>): Promise<Set<string>> {
    const existing = new Set<string>();
    for (const machineId of machineIds) {
      let creation = this.#creating.get(machineId);
      if (!creation) {
        creation = this.#createOne(machineId).finally(() => {
          this.#creating.delete(machineId);
          this.#suggestions.delete(machineId);
        });
        this.#creating.set(machineId, creation);
      }
      if (await creation) existing.add(machineId);
    }
    return existing;
  }

  /** Creates the unknown machines of a batch in the mode `on`. Resolves with those that exist afterwards. */
  async createMachinesIn(body: unknown): Promise<ReadonlySet<string>> {
    const batch = (body as { batch?: unknown } | null)?.batch;
    if (this.mode !== 'on' || !Array.isArray(batch)) return NONE;
    const wanted = new Set<string>();
    for (const entry of batch.slice(0, INGEST_LIMITS.machines)) {
      const id = (entry as { machine_id?: unknown } | null)?.machine_id;
      if (typeof id !== 'string' || this.#machines.get(id.toLowerCase()) !== undefined) continue;
      if (this.decide(id.toLowerCase(), '', null, entry) === 'create') wanted.add(id.toLowerCase());
    }
    return this.create(wanted);
  }

  /** What changed since the last call, for the other nodes; null where nothing changed. */
  takeDelta(): WaitingMachinesDelta | null {
    if (this.#deltaReadings.size === 0 && this.#deltaRejections.length === 0) return null;
    const seen = [...this.#deltaReadings].flatMap(([machineId, readings]) => {
      const waiting = this.#waiting.get(machineId);
      return waiting === undefined ? [] : [{ machineId, ...waiting, readings }];
    });
    const rejected = this.#deltaRejections;
    this.#deltaReadings.clear();
    this.#deltaRejections = [];
    return { seen, rejected };
  }

  /** Merges the delta of another node. */
  merge({ seen, rejected }: WaitingMachinesDelta): void {
    for (const machineId of rejected) this.#refuse(machineId);
    for (const { machineId, ...theirs } of seen) {
      const own = this.#waiting.get(machineId);
      if (own !== undefined) {
        own.lastSeenMs = Math.max(own.lastSeenMs, theirs.lastSeenMs);
        own.readings += theirs.readings;
      } else if (this.#waiting.size < MAX_WAITING && !this.#rejected.has(machineId)) {
        this.#waiting.set(machineId, theirs);
      }
    }
  }

  /** The machines that wait for approval, without those that another node has accepted. */
  list(): UnknownMachine[] {
    for (const machineId of this.#waiting.keys()) {
      if (this.#machines.get(machineId) !== undefined) this.#waiting.delete(machineId);
    }
    return [...this.#waiting].map(([machineId, waiting]) => ({
      machine_id: machineId,
      first_seen: isoTime(waiting.firstSeenMs),
      last_seen: isoTime(waiting.lastSeenMs),
      readings_count: waiting.readings,
      topic: waiting.topic,
      suggestion: {
        name: waiting.suggestion.name,
        location: waiting.suggestion.location,
        sensor_type: waiting.suggestion.sensor_type,
      },
    }));
  }

  /** Creates the machine; the readings that are stored already become visible. Rejects with `not_found`, `name_taken`. */
  async accept(machineId: string, described: AcceptMachine): Promise<Machine> {
    const { suggestion } = this.#get(machineId);
    const given = Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined));
    const [machine] = await this.#machines.create([{ ...suggestion, ...given }], [machineId]);
    this.#waiting.delete(machineId);
    const latest = new BatchBuilder();
    copyReadingsOf(await this.#readings.latest(), latest, (id) => id === machineId);
    const readings = latest.finish();
    this.#machines.observe(readings);
    if (readings.length > 0) this.#bus.publish({ kind: 'readings', readings });
    const entry = this.#machines.get(machineId);
    return entry ? this.#machines.view(entry) : (machine as Machine);
  }

  /** Deletes its readings, and refuses it until the next start. Rejects with `not_found`. */
  async reject(machineId: string): Promise<void> {
    this.#get(machineId);
    this.#refuse(machineId);
    this.#deltaRejections.push(machineId);
    await this.#readings.deleteMachine(machineId);
  }

  #count(machineId: string, waiting: WaitingMachine, readings: number): void {
    waiting.readings += readings;
    this.#deltaReadings.set(machineId, (this.#deltaReadings.get(machineId) ?? 0) + readings);
  }

  #refuse(machineId: string): void {
    if (this.#rejected.size < MAX_REJECTED) this.#rejected.add(machineId);
    this.#waiting.delete(machineId);
  }

  #get(machineId: string): WaitingMachine {
    const waiting = this.#waiting.get(machineId);
    if (!waiting) throw new AppError('not_found', 'No machine with this id waits for approval');
    return waiting;
  }

  async #createOne(machineId: string): Promise<boolean> {
    if (this.#machines.get(machineId)) return true;
    const input = this.#suggestions.get(machineId) ?? suggestMachine(machineId, null, null);
    for (const name of [input.name, `Machine ${machineId}`]) {
      try {
        await this.#machines.create([{ ...input, name }], [machineId]);
        this.#created++;
        return true;
      } catch (error) {
        if (!isAppError(error, 'name_taken') && !isAppError(error, 'conflict')) throw error;
      }
    }
    // Another node may have created it at the same moment.
    await this.#machines.reload([machineId]);
    return this.#machines.get(machineId) !== undefined;
  }
}
