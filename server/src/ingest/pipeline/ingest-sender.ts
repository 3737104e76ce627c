// Who sends readings over HTTP, and where the readings of a machine go that the sender names.

import type { MachineService } from '../../machines/machine-service.ts';
import { idKey } from '../../name-key.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { NewMachine, Provisioning } from '../provisioning/provisioning.ts';

/** A gateway that sends with its own credentials. A user may send readings of every machine. */
export interface IngestSender {
  /** Of the gateway. */
  readonly id: string;
  readonly name: string;
  /** The zone of timestamps without one: an IANA name. */
  readonly zone: string;
  /** The factory to which unknown machines belong. */
  readonly factoryId: string | null;
  /** `factoryId` is that of the machine, null if it belongs to every factory or is not known. */
  mayPublishFor(machineId: string, factoryId: string | null): boolean;
}

/** Where readings go: to a machine, to one that must be created first, or nowhere. */
export type MachineTarget =
  | { kind: 'machine'; machineId: string }
  | { kind: 'create'; machineId: string; machine: NewMachine }
  | { kind: 'refused'; reason: RejectionReason };

/** @param id as the device sent it; `described` may describe an unknown machine */
export function findTarget(
  { machines, provisioning }: { machines: MachineService; provisioning: Provisioning },
  { id, described, sender, topic }: { id: string; described: unknown; sender: IngestSender | null; topic: string },
): MachineTarget {
  const known = machines.resolve(id)?.record;
  // A gateway may be bound to the UUID of a machine that does not exist yet.
  const isAllowed = sender === null || sender.mayPublishFor(known?.id ?? idKey(id), known?.factoryId ?? null);
  if (!isAllowed) return { kind: 'refused', reason: 'not_allowed' };
  if (known !== undefined) return { kind: 'machine', machineId: known.id };
  const decision = provisioning.decide(id, topic, sender?.factoryId ?? null, described);
  if (decision.kind === 'refuse') return { kind: 'refused', reason: 'unknown_machine' };
  return decision.kind === 'create' ? decision : { kind: 'machine', machineId: decision.machineId };
}
