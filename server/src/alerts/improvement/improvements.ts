// Applies suggestions to the limits and delays of a machine, and undoes them.

import { randomUUID } from 'node:crypto';
import type { Condition, ImprovementChanges, ImprovementInput, LimitKind, MachineLimits } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { isInScope, type MachineScope } from '../../machines/machine-scope.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { orderFaults } from '../backtest/backtest-plan.ts';
import type { ConditionService } from '../conditions/condition-service.ts';
import type { FormerRules, Improvement, ImprovementRepository } from './improvement-repository.ts';

const DELAYS = ['on_delay_seconds', 'off_delay_seconds', 'deadband'] as const;
type Delays = Pick<ImprovementChanges, (typeof DELAYS)[number]>;

export interface AppliedImprovement extends Improvement {
  readonly machineName: string;
}

export class Improvements {
  readonly #machines: MachineService;
  readonly #conditions: Pick<ConditionService, 'all' | 'create' | 'update' | 'delete'>;
  readonly #repository: ImprovementRepository;
  readonly #clock: Clock;

  constructor(deps: {
    machines: MachineService;
    conditions: Pick<ConditionService, 'all' | 'create' | 'update' | 'delete'>;
    repository: ImprovementRepository;
    clock: Clock;
  }) {
    this.#machines = deps.machines;
    this.#conditions = deps.conditions;
    this.#repository = deps.repository;
    this.#clock = deps.clock;
  }

  /**
   * A limit becomes one of the machine's own, and delays those of its own condition of the kind `level`. Rejects with `not_found` for
   * a machine that the user may not see, with `validation_failed`.
   */
  async apply(input: ImprovementInput, by: string, scope: MachineScope): Promise<AppliedImprovement> {
    const { machine_id: machineId, metric, limit_kind: limitKind, changes } = input;
    const machineName = this.#nameOf(machineId, scope);
    const limits =
      changes.limit === undefined ? null : this.#changedLimits(machineId, metric, limitKind, changes.limit);
    const improvement: Improvement = {
      id: randomUUID(),
      machineId,
      metric,
      limitKind,
      changes,
      former: this.#former(machineId, metric),
      appliedAtMs: this.#clock.nowMs(),
      appliedBy: by,
      undoneAtMs: null,
    };
    // Stored first, so that whatever happens what is in force can be undone.
    await this.#repository.add(improvement);
    try {
      await this.#setDelays(machineId, metric, delaysOf(changes));
      if (limits !== null) await this.#machines.limits.save(machineId, limits);
    } catch (error) {
      await this.#restore(improvement);
      await this.#repository.remove(improvement.id);
      throw error;
    }
    return { ...improvement, machineName };
  }

  /** Rejects with `not_found`; with `conflict` if it was undone, or what it set was changed since. */
  async undo(id: string, by: string, scope: MachineScope): Promise<AppliedImprovement> {
    const improvement = await this.#repository.get(id);
    if (improvement === null) throw unknown(id);
    const entry = this.#machines.get(improvement.machineId);
    if (entry === undefined || !isInScope(scope, entry.record)) throw unknown(id);
    if (improvement.undoneAtMs !== null) throw new AppError('conflict', 'It was undone before');
    if (!this.#isAsApplied(improvement))
      throw new AppError(
        'conflict',
        'The limit or its delays were changed since; change them in the limits of the machine',
      );
    await this.#restore(improvement);
    if (!(await this.#repository.markUndone(id, by, this.#clock.nowMs())))
      throw new AppError('conflict', 'It was undone before');
    return { ...improvement, machineName: entry.record.name };
  }

  /** Those in force of these machines, the newest first. */
  inForce(machineIds: readonly string[]): Promise<Improvement[]> {
    return this.#repository.inForce(machineIds);
  }

  #nameOf(machineId: string, scope: MachineScope): string {
    const entry = this.#machines.get(machineId);
    if (entry !== undefined && isInScope(scope, entry.record)) return entry.record.name;
    throw new AppError('not_found', `No machine with id ${machineId} exists`);
  }

  #changedLimits(machineId: string, metric: string, kind: LimitKind, limit: number): MachineLimits {
    const inForce = this.#machines.limits.effective(machineId)[metric];
    if (inForce === undefined) {
      throw new AppError('validation_failed', undefined, {
        faults: [{ field: 'metric', error: 'is no metric that has limits', value: metric }],
      });
    }
    const faults = orderFaults({ ...inForce, [kind]: limit }, 'changes.limit');
    if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
    const all = this.#machines.limits.own(machineId);
    const own = { ...all[metric], [kind]: limit };
    // One that is derived from high would move with it.
    if (kind === 'high' && inForce.high_high !== null) own.high_high ??= inForce.high_high;
    return { ...all, [metric]: own };
  }

  #former(machineId: string, metric: string): FormerRules {
    const level = this.#levelOf(machineId, metric);
    return {
      limits: this.#machines.limits.own(machineId)[metric] ?? null,
      level: level && {
        on_delay_seconds: level.on_delay_seconds,
        off_delay_seconds: level.off_delay_seconds,
        deadband: level.deadband,
      },
    };
  }

  async #setDelays(machineId: string, metric: string, delays: Delays): Promise<void> {
    if (Object.keys(delays).length === 0) return;
    const level = this.#levelOf(machineId, metric);
    const scope = { level: 'machine' as const, machine_id: machineId };
    if (level === null) await this.#conditions.create({ kind: 'level', scope, metric, is_active: true, ...delays });
    else await this.#conditions.update(level.id, delays);
  }

  /** What it changed becomes as it was. */
  async #restore({ machineId, metric, changes, former }: Improvement): Promise<void> {
    if (changes.limit !== undefined) {
      const { [metric]: _changed, ...others } = this.#machines.limits.own(machineId);
      await this.#machines.limits.save(
        machineId,
        former.limits === null ? others : { ...others, [metric]: former.limits },
      );
    }
    const names = Object.keys(delaysOf(changes)) as (keyof Delays)[];
    const level = this.#levelOf(machineId, metric);
    if (names.length === 0 || level === null) return;
    if (former.level === null && isOnlyDelays(level, names)) await this.#conditions.delete(level.id);
    else {
      const before = Object.fromEntries(names.map((name) => [name, former.level?.[name] ?? null]));
      await this.#conditions.update(level.id, before);
    }
  }

  #isAsApplied({ machineId, metric, limitKind, changes }: Improvement): boolean {
    const { limit } = changes;
    if (limit !== undefined && this.#machines.limits.own(machineId)[metric]?.[limitKind] !== limit) return false;
    const level = this.#levelOf(machineId, metric);
    return Object.entries(delaysOf(changes)).every(([name, value]) => level?.[name as keyof Delays] === value);
  }

  /** The machine's own condition; null where it has none. */
  #levelOf(machineId: string, metric: string): Condition | null {
    const isOwn = ({ kind, scope, metric: of }: Condition) =>
      kind === 'level' && of === metric && scope.level === 'machine' && scope.machine_id === machineId;
    return this.#conditions.all.find(isOwn) ?? null;
  }
}

const unknown = (id: string) => new AppError('not_found', `No change with id ${id} was applied`);

const delaysOf = (changes: ImprovementChanges): Delays =>
  Object.fromEntries(DELAYS.filter((name) => changes[name] !== undefined).map((name) => [name, changes[name]]));

/** Whether a condition says nothing but these delays, so that it is not needed without them. */
function isOnlyDelays(level: Condition, names: readonly (keyof Delays)[]): boolean {
  const others = DELAYS.filter((name) => !names.includes(name));
  const texts = ['only_while', 'cause', 'consequence', 'response', 'time_to_respond_seconds'] as const;
  return [...others, ...texts].every((name) => level[name] === null);
}
