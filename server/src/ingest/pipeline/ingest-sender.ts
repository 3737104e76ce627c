// Who sends readings over HTTP, and where the readings of a machine go that the sender names.

import type { Fault } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { idKey } from '../../name-key.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import type { DeviceClocks } from '../clock-skew/device-clocks.ts';
import type { DecodeContext } from '../codecs/decode-context.ts';
import { type DeadLetters, shortValue } from '../dead-letters/dead-letters.ts';
import type { RejectedValue } from '../dead-letters/rejected-payload.ts';
import { lostPart, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { IncomingNotes } from '../incoming/incoming-data.ts';
import { type AddressParameters, outcomeOf } from '../incoming/incoming-message.ts';
import type { AcceptedRows } from '../incoming/incoming-stream.ts';
import type { NewMachine, Provisioning } from '../provisioning/provisioning.ts';
import type { SenderFactory } from '../provisioning/waiting-machine.ts';

/** A gateway that sends with its own credentials, or a user. */
export interface IngestSender {
  /** null for a user. */
  readonly gateway: { readonly id: string; readonly name: string } | null;
  /** The zone of timestamps without one: an IANA name. */
  readonly zone: string;
  /** The machine of a gateway that sends for one machine only. */
  readonly onlyMachine: string | null;
  /** Of unknown machines. */
  readonly factory: SenderFactory;
  /**
   * Whether it may overwrite stored values: a gateway, which sends again what was not acknowledged, unseen; a user who may correct values
   * with a record, which rejects where it cannot be stored.
   */
  readonly overwrites: 'unseen' | 'refused' | ((details: Record<string, unknown>) => Promise<void>);
  /** `factoryId` is that of the machine, null if it belongs to every factory or is not known. */
  rightOn(machine: { id: string; factoryId: string | null }): 'allowed' | RejectionReason;
}

/** Where readings go: to a machine, to one that must be created first, or nowhere. */
export type MachineTarget =
  | { kind: 'machine'; machineId: string }
  | { kind: 'create'; machineId: string; machine: NewMachine }
  | { kind: 'refused'; reason: RejectionReason };

/** @param id as the device sent it; `described` may describe an unknown machine */
export function findTarget(
  { machines, provisioning }: { machines: MachineService; provisioning: Provisioning },
  { id, described, sender, topic }: { id: string; described: unknown; sender: IngestSender; topic: string },
): MachineTarget {
  const known = machines.resolve(id)?.record;
  // A gateway may be bound to the UUID of a machine that does not exist yet.
  const right = sender.rightOn(known ?? { id: idKey(id), factoryId: null });
  if (right !== 'allowed') return { kind: 'refused', reason: right };
  if (known !== undefined) return { kind: 'machine', machineId: known.id };
  const decision = provisioning.decide(id, topic, described, sender.factory);
  if (decision.kind === 'refuse') return { kind: 'refused', reason: 'unknown_machine' };
  return decision.kind === 'create' ? decision : { kind: 'machine', machineId: decision.machineId };
}

interface RecordDeps {
  deadLetters: Pick<DeadLetters, 'add'>;
  gatewayTraffic: SenderTraffic;
  incoming: IncomingNotes;
}

/** Where it is counted what each gateway sends. */
export interface SenderTraffic {
  received(gatewayId: string): void;
  accepted(gatewayId: string, machineId: string, values: number, over: 'http'): void;
  lost(gatewayId: string, part: number, why: string): void;
  refused(gatewayId: string, refusal: { reason: RejectionReason; count: number; topic: string; payload: string }): void;
}

export interface HttpRefusal {
  reason: RejectionReason;
  about: RejectedValue;
  /** The first of `count` faults of this kind. */
  first: Fault;
  count: number;
}

/** How a message came over HTTP. */
export interface HttpArrival {
  readonly protocol: 'http' | 'line_protocol';
  /** The path of the address, which is the topic for profiles. */
  readonly path: string;
  /** The name of the user; null for a gateway. */
  readonly client: string | null;
  readonly address: string | null;
  /** The factory of the user; null for all machines. */
  readonly userFactory: string | null;
  /** UTC ms. */
  readonly arrivedMs: number;
  readonly parameters?: AddressParameters;
  /** The body. Is called only where it is kept. */
  payload(): string;
}

/** What decoding tells of timestamps, for the clock of whoever sends them. */
export function noteClocks(
  { clocks, clock }: { clocks?: Pick<DeviceClocks, 'note'>; clock: Clock },
  { gateway }: IngestSender,
): NonNullable<DecodeContext['noteTime']> {
  const nowMs = clock.nowMs();
  return (machineId, timestamp, timestampMs) =>
    clocks?.note(machineId, gateway?.id ?? '', timestamp, timestampMs, nowMs);
}

/** Records what became of a message that was posted over HTTP: what cannot be stored, and what the gateway sent. */
export function recordMessage(
  { deadLetters, gatewayTraffic, incoming }: RecordDeps,
  message: {
    sender: IngestSender;
    topic: string;
    arrival: HttpArrival;
    refusals: readonly HttpRefusal[];
    readings: ReadingBatch;
  },
): void {
  const { topic, arrival, refusals, readings } = message;
  const { gateway } = message.sender;
  const { client, address, path, ...rest } = arrival;
  const { arrivedMs } = arrival;
  const sender = { gatewayId: gateway?.id ?? null, client, address };
  const faults = refusals.map(({ reason, first: { field = '', error, value } }) => ({
    ...{ reason, field, error },
    value: shortValue(value) ?? null,
  }));
  const arrived = { ...rest, sender, topic: path, namesMachine: false };
  incoming.note(arrived, outcomeOf(readings.length > 0, faults), faults).noteRows(rowsOf(readings), 0, arrivedMs);
  for (const { first, ...refused } of refusals) {
    const payload = JSON.stringify(first);
    deadLetters.add({ source: 'http', gatewayId: gateway?.id ?? null, topic, payload, ...refused });
    if (gateway !== null) gatewayTraffic.refused(gateway.id, { topic, payload, ...refused });
  }
  if (gateway === null) return;
  gatewayTraffic.received(gateway.id);
  const lost = lostPart(refusals, readings.starts[readings.length] ?? 0);
  if (lost !== null) gatewayTraffic.lost(gateway.id, lost.part, lost.why);
  for (let row = 0; row < readings.length; row++) {
    const values = (readings.starts[row + 1] as number) - (readings.starts[row] as number);
    gatewayTraffic.accepted(gateway.id, readings.machineIds[row] as string, values, 'http');
  }
}

const rowsOf = ({ length, machineIds, starts, metrics }: ReadingBatch): AcceptedRows => ({
  length,
  machineIdAt: (row) => machineIds[row] as string,
  metricsAt: (row) => metrics.subarray(starts[row], starts[row + 1]),
});
