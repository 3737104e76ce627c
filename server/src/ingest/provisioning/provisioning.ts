// Readings of unknown machines: refused, stored until a person approves the machine, or the machine is created at once.

import {
  type AcceptMachine,
  aliasSchema,
  INGEST_LIMITS,
  isoTime,
  type Machine,
  type ProvisionMode,
  type UnknownMachine,
} from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import { isInScope, type MachineScope } from '../../machines/machine-scope.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { BatchBuilder, copyReadingsOf } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { plannedMachineId } from './planned-machine-id.ts';
import {
  countReadings,
  type SenderFactory,
  suggestMachine,
  type WaitingMachine,
  type WaitingMachinesDelta,
} from './waiting-machine.ts';

/**
 * What is done with readings of an unknown machine, and the id under which they are stored. `store`: they are not shown yet.
 * `create`: the machine is created first. `refuse`: nothing is stored.
 */
export type ProvisioningDecision =
  | { kind: 'store'; machineId: string }
  | { kind: 'create'; machineId: string; machine: NewMachine }
  | { kind: 'refuse' };
export type NewMachine = ReturnType<typeof suggestMachine>;

/** Bounds for a gateway that invents machine ids: past them, unknown machines are refused. */
const MAX_WAITING = 1000;
const MAX_CREATED = 10_000;
const MAX_REJECTED = 10_000;
/** Another node, or a person, may have created the machine at the same moment. */
const TAKEN = ['name_taken', 'alias_taken', 'conflict'] as const;
const REFUSED: ProvisioningDecision = { kind: 'refuse' };

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
  /** Readings of waiting machines since the last delta for the other nodes. */
  readonly #deltaReadings = new Map<string, number>();
  #deltaRejections: string[] = [];
  #deltaAssignments: string[] = [];
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

  /** Decides what is done with a reading of an unknown machine. `id` is as the device sent it. */
  decide(id: string, topic: string, described: unknown, factory: SenderFactory): ProvisioningDecision {
    if (this.mode === 'off' || !aliasSchema.safeParse(id).success) return REFUSED;
    const machineId = plannedMachineId(id, (each) => this.#machines.get(each) !== undefined);
    if (this.#rejected.has(machineId)) return REFUSED;
    const waiting = this.#waiting.get(machineId);
    if (waiting) {
      waiting.lastSeenMs = this.#clock.nowMs();
      this.#count(machineId, waiting, countReadings(described));
      return { kind: 'store', machineId };
    }
    const suggestion = suggestMachine(machineId, id, described, factory);
    if (this.mode === 'on') {
      return this.#created >= MAX_CREATED ? REFUSED : { kind: 'create', machineId, machine: suggestion };
    }
    if (this.#waiting.size >= MAX_WAITING) return REFUSED;
    const nowMs = this.#clock.nowMs();
    const first = { id: id.trim(), firstSeenMs: nowMs, lastSeenMs: nowMs, readings: 0, topic, suggestion };
    this.#waiting.set(machineId, first);
    this.#count(machineId, first, countReadings(described));
    return { kind: 'store', machineId };
  }

  /** Creates the machines for which the decision was `create`. Resolves with the ids of those that exist afterwards. */
  async create(machines: Iterable<NewMachine>): Promise<Set<string>> {
    const existing = new Set<string>();
    for (const machine of machines) {
      const { machine_id: machineId } = machine;
      let creation = this.#creating.get(machineId);
      if (!creation) {
        creation = this.#createOne(machine).finally(() => this.#creating.delete(machineId));
        this.#creating.set(machineId, creation);
      }
      if (await creation) existing.add(machineId);
    }
    return existing;
  }

  /**
   * Creates the unknown machines of a batch in the mode `on`, as far as `mayCreate` admits their ids.
   */
  async createMachinesIn(body: unknown, mayCreate: (id: string) => boolean, factory: SenderFactory): Promise<void> {
    const batch = (body as { batch?: unknown } | null)?.batch;
    if (this.mode !== 'on' || !Array.isArray(batch)) return;
    const wanted = new Map<string, NewMachine>();
    for (const entry of batch.slice(0, INGEST_LIMITS.machines)) {
      const id = (entry as { machine_id?: unknown } | null)?.machine_id;
      if (typeof id !== 'string' || this.#machines.resolve(id) !== undefined || !mayCreate(id)) continue;
      const decision = this.decide(id, '', entry, factory);
      if (decision.kind === 'create') wanted.set(decision.machineId, decision.machine);
    }
    await this.create(wanted.values());
  }

  /** What changed since the last call, for the other nodes; null where nothing changed. */
  takeDelta(): WaitingMachinesDelta | null {
    const changed = this.#deltaReadings.size + this.#deltaRejections.length + this.#deltaAssignments.length;
    if (changed === 0) return null;
    const seen = [...this.#deltaReadings].flatMap(([machineId, readings]) => {
      const waiting = this.#waiting.get(machineId);
      return waiting === undefined ? [] : [{ machineId, ...waiting, readings }];
    });
    const rejected = this.#deltaRejections;
    const assigned = this.#deltaAssignments;
    this.#deltaReadings.clear();
    this.#deltaRejections = [];
    this.#deltaAssignments = [];
    return { seen, rejected, assigned };
  }

  /** Merges the delta of another node. */
  merge({ seen, rejected, assigned = [] }: WaitingMachinesDelta): void {
    for (const machineId of rejected) this.#refuse(machineId);
    for (const machineId of assigned) this.#waiting.delete(machineId);
    for (const { machineId, ...theirs } of seen) {
      const own = this.#waiting.get(machineId);
      if (own !== undefined) {
        own.lastSeenMs = Math.max(own.lastSeenMs, theirs.lastSeenMs);
        own.readings += theirs.readings;
      } else if (this.#waiting.size < MAX_WAITING && !this.#rejected.has(machineId)) {
        // A node of an older version only knows ids that are UUIDs, and sends no other.
        this.#waiting.set(machineId, { ...theirs, id: theirs.id ?? machineId });
      }
    }
  }

  /** The machines of the scope that wait for approval, without those that another node has accepted. */
  list(scope: MachineScope): UnknownMachine[] {
    for (const machineId of this.#waiting.keys()) {
      if (this.#machines.get(machineId) !== undefined) this.#waiting.delete(machineId);
    }
    const visible = [...this.#waiting].filter(([, waiting]) => isInScope(scope, { factoryId: ownerOf(waiting) }));
    return visible.map(([machineId, waiting]) => ({
      machine_id: machineId,
      id: waiting.id,
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

  /**
   * Creates the machine; the readings that are stored already become visible. It belongs to `factoryId` if its sender belongs to no
   * single factory. Rejects with `not_found`, and as `create` of machines.
   */
  async accept(machineId: string, described: AcceptMachine, factoryId: string | null): Promise<Machine> {
    const { suggestion } = this.#get(machineId);
    const given = Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined));
    const [machine] = await this.#machines.create([
      { ...suggestion, factory_id: suggestion.factory_id ?? factoryId, ...given, machine_id: machineId },
    ]);
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

  /** The id that a waiting machine sends, and the factory to which it will belong; null if it does not wait. */
  waiting(machineId: string): { id: string; factoryId: string | null } | null {
    const waiting = this.#waiting.get(machineId);
    return waiting === undefined ? null : { id: waiting.id, factoryId: ownerOf(waiting) };
  }

  /** The id of a waiting machine is the alias of another machine now, and its readings are given to that one. */
  assigned(machineId: string): void {
    this.#waiting.delete(machineId);
    this.#deltaReadings.delete(machineId);
    this.#deltaAssignments.push(machineId);
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

  async #createOne(machine: NewMachine): Promise<boolean> {
    const { machine_id: machineId } = machine;
    if (this.#machines.get(machineId)) return true;
    for (const name of [machine.name, `Machine ${machineId}`]) {
      try {
        await this.#machines.create([{ ...machine, name }]);
        this.#created++;
        return true;
      } catch (error) {
        if (!TAKEN.some((code) => isAppError(error, code))) throw error;
      }
    }
    await this.#machines.reload([machineId]);
    return this.#machines.get(machineId) !== undefined;
  }
}

const ownerOf = ({ suggestion }: WaitingMachine): string | null => suggestion.factory_id ?? null;
