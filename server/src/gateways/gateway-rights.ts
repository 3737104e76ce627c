// For which machines a gateway may send readings.

import type { Fault, GatewayScope } from '@gonsters/contract';
import { AppError } from '../errors.ts';
import type { GatewayRecord } from './gateway-repository.ts';

/** A machine as far as rights are concerned; `factoryId` is null for one of every factory, and for one that does not exist yet. */
export interface WrittenMachine {
  readonly id: string;
  readonly factoryId: string | null;
}
export type Right = 'allowed' | 'not_allowed' | 'wrong_factory';
type Rights = Pick<GatewayRecord, 'scope' | 'needsReview' | 'machineIds' | 'factoryId'>;

const machinesOf = new WeakMap<readonly string[], ReadonlySet<string>>();

/**
 * `topicFactory` is the factory in the topic, null where it names none. `gateway` is null for a sender without credentials, which
 * may send for every machine.
 */
export function rightOf(gateway: Rights | null, machine: WrittenMachine, topicFactory: string | null): Right {
  if (gateway?.needsReview) return mayByOldRights(gateway, machine.id, topicFactory) ? 'allowed' : 'not_allowed';
  if (gateway !== null && !isInScope(gateway, machine, topicFactory)) return 'not_allowed';
  const isWrong = topicFactory !== null && machine.factoryId !== null && topicFactory !== machine.factoryId;
  return isWrong ? 'wrong_factory' : 'allowed';
}

function isInScope({ scope, machineIds, factoryId }: Rights, machine: WrittenMachine, topicFactory: string | null) {
  switch (scope) {
    case 'plant':
      return true;
    case 'factory':
      // Under the topic of another factory it would speak for a machine of every factory in the name of that factory.
      if (machine.factoryId === null) return topicFactory === null || topicFactory === factoryId;
      return machine.factoryId === factoryId;
    case 'machines':
      return has(machineIds, machine.id);
  }
}

/**
 * The rights of gateways before there were scopes: without machines and factory for all machines. Otherwise for its machines,
 * except under the topic of another factory, and for every machine under the topic of its factory.
 */
function mayByOldRights({ machineIds, factoryId }: Rights, machineId: string, topicFactory: string | null): boolean {
  if (factoryId !== null && topicFactory !== null && topicFactory !== factoryId) return false;
  if (machineIds.length === 0 && factoryId === null) return true;
  if (factoryId !== null && topicFactory === factoryId) return true;
  return has(machineIds, machineId);
}

function has(machineIds: readonly string[], machineId: string): boolean {
  let machines = machinesOf.get(machineIds);
  if (machines === undefined) {
    machines = new Set(machineIds);
    machinesOf.set(machineIds, machines);
  }
  return machines.has(machineId);
}

/** The machine of a gateway that may send for one machine only. */
export const onlyMachineOf = (gateway: Rights | null): string | null =>
  gateway !== null && gateway.machineIds.length === 1 && gateway.factoryId === null
    ? (gateway.machineIds[0] as string)
    : null;

/** The factory of machines that the gateway creates; null: they belong to every factory. */
export const ownFactoryOf = (gateway: Rights | null): string | null =>
  gateway?.scope === 'factory' && !gateway.needsReview ? gateway.factoryId : null;

/**
 * The rights that a scope has: what belongs to another one is refused if it was asked for, and dropped otherwise.
 *
 * @throws AppError `validation_failed`
 */
export function checkedRights(
  scope: GatewayScope,
  asked: { machineIds: readonly string[] | undefined; factoryId: string | null | undefined },
  before: { machineIds: readonly string[]; factoryId: string | null } = { machineIds: [], factoryId: null },
): { scope: GatewayScope; machineIds: string[]; factoryId: string | null } {
  const machineIds = scope === 'machines' ? (asked.machineIds ?? before.machineIds) : [];
  const factoryId = scope === 'factory' ? (asked.factoryId === undefined ? before.factoryId : asked.factoryId) : null;
  const faults: Fault[] = [];
  if (scope === 'machines' && machineIds.length === 0) {
    faults.push({ field: 'machine_ids', error: 'machine_ids must have at least one machine with the scope machines' });
  }
  if (scope === 'factory' && factoryId === null) {
    faults.push({ field: 'factory_id', error: 'factory_id is required with the scope factory' });
  }
  if (scope !== 'machines' && (asked.machineIds?.length ?? 0) > 0) {
    faults.push({ field: 'machine_ids', error: 'machine_ids is only for the scope machines' });
  }
  if (scope !== 'factory' && asked.factoryId != null) {
    faults.push({ field: 'factory_id', error: 'factory_id is only for the scope factory', value: asked.factoryId });
  }
  if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
  return { scope, machineIds: [...machineIds], factoryId };
}
