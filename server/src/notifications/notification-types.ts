// What is stored of notifications, and how it is handed between the parts.

import type { AlertEvent, NotificationKind, Severity } from '@gonsters/contract';
import type { FormerMessage } from './flood-rules.ts';

/** Somebody who is told, on one channel. */
export interface Recipient {
  /** Id of a user; null for an address that belongs to nobody. */
  readonly person: string | null;
  readonly channel: string;
  readonly contact: string;
}

/** Identifies a contact on its channel. */
export const contactKey = ({ channel, contact }: Pick<Recipient, 'channel' | 'contact'>) => `${channel} ${contact}`;

/** A change of an alert, as the outbox holds it. */
export interface AlertChange {
  readonly alertId: string;
  readonly kind: Extract<NotificationKind, 'raised' | 'escalated' | 'cleared' | 'acknowledged'>;
  readonly event: AlertEvent;
}

export interface NewItem extends Recipient {
  id: string;
  idempotencyKey: string;
  alertId: string;
  raise: number;
  kind: NotificationKind;
  severity: Severity;
  group: string;
  payload: string;
  createdAtMs: number;
  dueAtMs: number;
  /** The run that says it; null for what follows from a change. */
  runId: string | null;
  /** The number of the step, from 1. */
  step: number | null;
}

/** A message that this node may send until its lease ends. */
export interface ClaimedMessage {
  id: string;
  channel: string;
  contact: string;
  kind: FormerMessage['kind'] | 'notice';
  isCritical: boolean;
  attempts: number;
}

export interface CarriedItem {
  id: string;
  /** Id of a user; null for an address that belongs to nobody. */
  person: string | null;
  kind: NotificationKind;
  event: AlertEvent;
}
