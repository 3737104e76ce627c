// Alerts and raises as the contract describes them, for replies, live events and exports, with the current name of the machine.

import {
  type Alert,
  type AlertCondition,
  type AlertEvent,
  type AlertRaise,
  isoTime,
  type SuppressionReason,
  suppressionBy,
} from '@gonsters/contract';
import type { MachineService } from '../machines/machine-service.ts';
import { CHANNEL_METRIC } from './rules/alert-lifecycle.ts';
import { staleMessage } from './rules/alert-message.ts';
import { escalatedKind } from './rules/condition.ts';
import type { AlertRecord, RaiseRecord } from './store/alert-repository.ts';
import { conditionWithoutDetails } from './store/annunciation-row.ts';

export type PresentMachines = Pick<MachineService, 'get'>;

const timeOf = (timestampMs: number | null) => (timestampMs === null ? null : isoTime(timestampMs));

export function alertView(record: AlertRecord, machines: PresentMachines): Alert {
  const { machineName, location } = presentPlace(record, machines);
  return {
    id: record.id,
    seq: record.seq,
    machine_id: record.machineId,
    machine_name: machineName,
    location,
    metric: record.metric,
    condition: conditionOf(record),
    gateway_id: record.gatewayId,
    limit_kind: record.limitKind,
    severity: record.severity,
    state: record.state,
    message: messageOf(record, machineName, location),
    threshold: record.threshold,
    value: record.value,
    peak: record.peakValue,
    peak_value: record.peakValue,
    clears_at: record.clearsAt,
    reading_count: record.readingCount,
    raises: record.raiseCount,
    raise_count: record.raiseCount,
    chattering: record.chattering,
    machine_ids: record.machineIds,
    first_raised_at: isoTime(record.firstRaisedAtMs),
    raised_at: isoTime(record.raisedAtMs),
    escalated_at: timeOf(record.escalatedAtMs),
    cleared_at: timeOf(record.clearedAtMs),
    acknowledged_at: timeOf(record.acknowledgedAtMs),
    acknowledged_by: record.acknowledgedBy,
    acknowledge_note: record.acknowledgeNote,
    shelved_until: timeOf(record.shelvedUntilMs),
    shelved_by: record.shelvedBy,
    shelve_reason: record.shelveReason,
    suppressed_by: record.state === 'suppressed' ? suppressedBy(record, machines) : null,
    late: record.late,
    end_not_seen: record.endNotSeen,
    told: record.told && {
      state: record.told.state,
      people: record.told.people,
      last_at: timeOf(record.told.lastAtMs),
      next_at: timeOf(record.told.nextAtMs),
    },
    condition_id: record.details?.conditionId ?? null,
    cause: record.details?.cause ?? null,
    consequence: record.details?.consequence ?? null,
    response: record.details?.response ?? null,
    time_to_respond_seconds: record.details?.timeToRespondSeconds ?? null,
    updated_at: isoTime(record.updatedAtMs),
  };
}

/** The status of its machine; null for one that is in operation again, and has not sent anything since. */
function suppressedBy({ machineId }: AlertRecord, machines: PresentMachines): SuppressionReason | null {
  const status = machines.get(machineId ?? '')?.record.status;
  return status === undefined ? null : suppressionBy(status);
}

/** A change of an alert as live event; its timestamp is that of the change. */
export function alertEvent(record: AlertRecord, machines: PresentMachines): AlertEvent {
  return { ...alertView(record, machines), timestamp: isoTime(record.updatedAtMs) };
}

export function raiseView(raise: RaiseRecord): AlertRaise {
  return {
    number: raise.number,
    raised_at: isoTime(raise.raisedAtMs),
    cleared_at: timeOf(raise.clearedAtMs),
    severity: raise.severity,
    limit_kind: raise.limitKind,
    threshold: raise.threshold,
    value: raise.value,
    peak: raise.peakValue,
    reading_count: raise.readingCount,
    escalation:
      raise.escalatedAtMs === null
        ? null
        : {
            at: isoTime(raise.escalatedAtMs),
            severity: 'critical',
            limit_kind: escalatedKind(raise.limitKind),
            threshold: raise.escalatedThreshold,
            value: raise.escalatedValue,
          },
  };
}

/**
 * The current name and location of the machine, or the last stored ones of a deleted machine. The location of an alert about
 * several machines is theirs, or the stored one if they are in different locations now.
 */
export function presentPlace(
  record: Pick<AlertRecord, 'machineId' | 'machineIds' | 'machineName' | 'location'>,
  machines: PresentMachines,
): Pick<AlertRecord, 'machineName' | 'location'> {
  const { machineId, machineIds, machineName, location } = record;
  if (machineId !== null) {
    const present = machines.get(machineId)?.record;
    return { machineName: present?.name ?? machineName, location: present?.location ?? location };
  }
  const [place, ...others] = new Set(machineIds.flatMap((id) => machines.get(id)?.record.location ?? []));
  return { machineName, location: place !== undefined && others.length === 0 ? place : location };
}

/** `limitKind` is `stale` for every condition that has no limit. */
function conditionOf(record: AlertRecord): AlertCondition {
  return record.details?.kind ?? conditionWithoutDetails(record);
}

/** One sentence that can be understood on its own, for example on a phone. */
function messageOf({ metric, message, machineIds, threshold }: AlertRecord, machineName: string, location: string) {
  if (metric === 'gateway' || metric === CHANNEL_METRIC) return message;
  if (metric !== 'connection') return `${machineName}: ${message}`;
  return threshold === null ? message : staleMessage(machineName, machineIds.length, location, threshold);
}
