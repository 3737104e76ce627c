// How an alert travels: the record as contract `Alert`, and as live event.

import { type Alert, type AlertEvent, isoTime } from '@gonsters/contract';
import type { AlertRecord } from './alert-repository.ts';

const timeOf = (timestampMs: number | null) => (timestampMs === null ? null : isoTime(timestampMs));

export function alertView(record: AlertRecord): Alert {
  return {
    id: record.id,
    seq: record.seq,
    machine_id: record.machineId,
    machine_name: record.machineName,
    location: record.location,
    metric: record.metric,
    condition: record.metric === 'connection' ? 'connection' : 'level',
    limit_kind: record.limitKind,
    severity: record.severity,
    state: record.state,
    message: record.message,
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
    suppressed_by: record.state === 'suppressed' ? 'maintenance' : null,
    late: record.late,
    end_not_seen: record.endNotSeen,
    updated_at: isoTime(record.updatedAtMs),
  };
}

/** One change of an alert; its time is that of the change. */
export function alertEvent(record: AlertRecord): AlertEvent {
  return { ...alertView(record), timestamp: isoTime(record.updatedAtMs) };
}
