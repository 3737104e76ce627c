// Keeps all conditions in memory, and changes them.

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Condition,
  type ConditionInput,
  type ConditionPatch,
  type Fault,
  isoTime,
  MAX_CONDITIONS,
} from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { readAgain } from '../../read-again.ts';
import { conditionFaults } from './condition-faults.ts';
import type { ConditionRepository } from './condition-repository.ts';
import { effectiveConditions } from './effective-conditions.ts';
import { unknownCondition } from './sql-condition-repository.ts';

const NONE: readonly Condition[] = [];
/** Of a condition that sets nothing else. */
const UNSET = {
  ...{
    units_per_minute: null,
    window_seconds: null,
    direction: null,
    duration_seconds: null,
    epsilon: null,
    values: null,
  },
  ...{ on_delay_seconds: null, off_delay_seconds: null, deadband: null, only_while: null },
  ...{ cause: null, consequence: null, response: null, time_to_respond_seconds: null },
} as const;

export class ConditionService {
  readonly #repository: ConditionRepository;
  readonly #catalogue: AlertCatalogue;
  readonly #machines: Pick<MachineService, 'get'>;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  #all: readonly Condition[] = NONE;
  #byOwner = new Map<string, Condition[]>();
  /** Increases with every change that this node makes. */
  #changes = 0;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: {
    repository: ConditionRepository;
    catalogue: AlertCatalogue;
    machines: Pick<MachineService, 'get'>;
    bus: EventBus;
    clock: Clock;
  }) {
    this.#repository = deps.repository;
    this.#catalogue = deps.catalogue;
    this.#machines = deps.machines;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Loads all conditions. Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    await this.reload();
    this.#unsubscribe = this.#bus.subscribe((event) => {
      if (event.kind === 'machine' && event.change === 'deleted') this.#forget(event.machineId);
    });
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  /** Reads all conditions again, after another node changed some. @returns whether any differ */
  reload(): Promise<boolean> {
    return readAgain(
      () => this.#changes,
      () => this.#repository.all(),
      (all) => {
        if (isDeepStrictEqual(all, this.#all)) return false;
        this.#set(all);
        return true;
      },
    );
  }

  /** Plant-wide ones first, then those of types, then those of machines. */
  get all(): readonly Condition[] {
    return this.#all;
  }

  /** Rejects with `not_found`. */
  get(id: string): Condition {
    const condition = this.#all.find((each) => each.id === id);
    if (condition === undefined) throw unknownCondition(id);
    return condition;
  }

  /**
   * Those in force for a machine, inactive ones included, which switch more general ones off. One of the kind `level` has what it
   * inherits. Metrics that have no alerts may be among them.
   */
  effectiveOf(machineId: string): Condition[] {
    const sensorType = this.#machines.get(machineId)?.record.sensorType ?? '';
    const owners = [`machine ${machineId}`, `type ${sensorType}`, 'plant '];
    return effectiveConditions(owners.map((owner) => this.#byOwner.get(owner) ?? NONE));
  }

  /** Rejects with `validation_failed`, `conflict`. */
  async create({ kind, scope, metric, is_active, ...given }: ConditionInput): Promise<Condition> {
    const now = isoTime(this.#clock.nowMs());
    const severity = kind === 'level' ? null : 'warning';
    const condition: Condition = completed({
      ...{ id: randomUUID(), kind, scope, metric: metric ?? null, severity, is_active, ...UNSET, ...known(given) },
      ...{ created_at: now, updated_at: now },
    });
    const { machine_id: machineId } = { machine_id: null, ...scope };
    this.#refuse(condition, machineId !== null && this.#machines.get(machineId) === undefined);
    await this.#repository.add(condition, MAX_CONDITIONS);
    const level = (each: Condition) => ['plant', 'type', 'machine'].indexOf(each.scope.level);
    this.#changed([...this.#all, condition].sort((a, b) => level(a) - level(b)));
    return condition;
  }

  /** Rejects with `not_found`, `validation_failed`. */
  async update(id: string, patch: ConditionPatch): Promise<Condition> {
    const updated_at = isoTime(this.#clock.nowMs());
    const condition = completed({ ...this.get(id), ...known(patch), updated_at });
    this.#refuse(condition);
    await this.#repository.replace(condition);
    this.#changed(this.#all.map((each) => (each.id === id ? condition : each)));
    return condition;
  }

  /** Rejects with `not_found`. */
  async delete(id: string): Promise<void> {
    await this.#repository.delete(id);
    this.#changed(this.#all.filter((each) => each.id !== id));
  }

  #refuse(condition: Condition, isUnknownMachine = false): void {
    const faults: Fault[] = conditionFaults(condition, this.#catalogue);
    if (isUnknownMachine) faults.unshift({ field: 'scope.machine_id', error: 'No machine with this id exists' });
    if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
  }

  #changed(all: readonly Condition[]): void {
    this.#changes++;
    this.#set(all);
    this.#bus.publish({ kind: 'conditions' });
  }

  /** The database has deleted its conditions with the machine. */
  #forget(machineId: string): void {
    if (!this.#byOwner.has(`machine ${machineId}`)) return;
    this.#changes++;
    this.#set(this.#all.filter(({ scope }) => scope.level !== 'machine' || scope.machine_id !== machineId));
  }

  #set(all: readonly Condition[]): void {
    this.#all = all;
    this.#byOwner = new Map();
    for (const condition of all) {
      const owner = ownerKey(condition);
      const others = this.#byOwner.get(owner);
      if (others) others.push(condition);
      else this.#byOwner.set(owner, [condition]);
    }
  }
}

function ownerKey({ scope }: Condition): string {
  if (scope.level === 'plant') return 'plant ';
  return scope.level === 'type' ? `type ${scope.sensor_type}` : `machine ${scope.machine_id}`;
}

/** With the defaults of its kind. */
function completed(condition: Condition): Condition {
  const { kind } = condition;
  return {
    ...condition,
    severity: kind === 'level' ? condition.severity : (condition.severity ?? 'warning'),
    direction: kind === 'rate_of_change' ? (condition.direction ?? 'either') : condition.direction,
    epsilon: kind === 'stuck' ? (condition.epsilon ?? 0) : condition.epsilon,
    duration_seconds: kind === 'state' ? (condition.duration_seconds ?? 0) : condition.duration_seconds,
  };
}

const known = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]: Exclude<Fields[Field], undefined>;
  };
