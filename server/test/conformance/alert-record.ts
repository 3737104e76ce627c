// An alert that tests store.

import { randomUUID } from 'node:crypto';
import type { AlertRecord, RaiseRecord } from '../../src/alerts/store/alert-repository.ts';

let seq = 0;

/** It has a new id and the next number unless `more` has them. Its raise has the same numbers as the alert. */
export function alertRecord(more: Partial<AlertRecord> = {}): AlertRecord {
  seq++;
  const alert = { ...BASE, id: randomUUID(), seq, ...more };
  return { ...alert, firstRaisedAtMs: more.firstRaisedAtMs ?? alert.raisedAtMs, raise: more.raise ?? raiseOf(alert) };
}

function raiseOf(alert: Omit<AlertRecord, 'firstRaisedAtMs' | 'raise'>): RaiseRecord {
  return {
    number: alert.raiseCount,
    seq: alert.seq,
    raisedAtMs: alert.raisedAtMs,
    clearedAtMs: alert.clearedAtMs,
    limitKind: alert.limitKind,
    severity: alert.severity,
    threshold: alert.threshold,
    value: alert.value,
    peakValue: alert.peakValue,
    readingCount: alert.readingCount,
    escalatedAtMs: null,
    escalatedThreshold: null,
    escalatedValue: null,
    annunciatedAtMs: alert.late || alert.state === 'suppressed' ? null : alert.raisedAtMs,
  };
}

const BASE = {
  machineId: '5f0c1c5e-8f5c-4c3e-9a39-0d7c9b1f2a10',
  machineIds: [],
  machineName: 'Press 1',
  location: 'Hall A',
  metric: 'temperature',
  limitKind: 'high',
  severity: 'warning',
  state: 'active_unacked',
  message: 'Temperature 81.5 °C is above 80 °C',
  threshold: 80,
  value: 81.5,
  peakValue: 83.25,
  readingCount: 3,
  raisedAtMs: 1_700_000_000_000,
  escalatedAtMs: null,
  clearedAtMs: null,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  acknowledgeNote: null,
  shelvedUntilMs: null,
  shelvedBy: null,
  shelveReason: null,
  raiseCount: 1,
  chattering: false,
  late: false,
  endNotSeen: false,
  details: null,
  clearsAt: 78.4,
  annunciatedSeq: 0,
  gatewayId: null,
  formerFactoryId: null,
  told: null,
  updatedAtMs: 1_700_000_000_500,
} satisfies Partial<AlertRecord>;
