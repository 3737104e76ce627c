// What is said to whom of a step of a chain, and of a change that follows. Pure.

import { randomUUID } from 'node:crypto';
import type { AlertEvent, NotificationKind } from '@gonsters/contract';
import type { Tell } from './chains/target-resolver.ts';
import { type AlertChange, contactKey, type NewItem, type Recipient } from './notification-types.ts';
import type { Run } from './store/runs.ts';

/** A person, or an address that belongs to nobody. */
export const whoIs = (recipient: Recipient): string => recipient.person ?? contactKey(recipient);

/**
 * What the step says that is due. Who was told of this raise before hears that the alert is still active.
 *
 * @param told who was told of this raise, as `whoIs` writes them
 * @param atMs UTC ms, the time of the items
 */
export function stepItems(run: Run, tells: readonly Tell[], told: ReadonlySet<string>, atMs: number): NewItem[] {
  return tells.map((tell) => {
    const { person, channel, contact } = tell;
    const recipient = { person, channel, contact };
    const kind = told.has(whoIs(recipient)) ? 'still_active' : run.kind;
    return {
      ...itemOf(run.alertId, run.event, kind, recipient, atMs),
      // Without the route: two routes whose first steps name the same person tell it once. The number of the change tells an
      // escalation, and a shelf that ended, after which the same raise sounds again.
      idempotencyKey: `${run.alertId}:${run.event.raises}:${stepKey(run)}:${person ?? contact}:${channel}`,
      dueAtMs: Math.max(atMs, tell.dueAtMs),
      runId: run.id,
      step: run.step + 1,
    };
  });
}

/** Identifies a step of the chains that one change has begun. */
const stepKey = ({ seq, step, repetition }: Pick<Run, 'seq' | 'step' | 'repetition'>): string =>
  `${seq}.${step + 1}.${repetition}`;

/**
 * An acknowledgement, and that a condition has cleared, are told to those who were told of the alert, but an acknowledgement not to
 * the one who made it.
 *
 * @param nameOf the name of a user, by which an acknowledgement names its author
 * @param dueAt when a person may be told; null: at once
 */
export function followUpItems(
  change: AlertChange,
  told: readonly Recipient[],
  nameOf: (person: string) => string | null,
  dueAt: (person: string) => number | null,
  atMs: number,
): NewItem[] {
  const { alertId, kind, event } = change;
  const isAuthor = ({ person, contact }: Recipient) =>
    event.acknowledged_by !== null &&
    [contact, person, person && nameOf(person)].some((each) => each === event.acknowledged_by);
  return told
    .filter((recipient) => kind !== 'acknowledged' || !isAuthor(recipient))
    .map((recipient) => {
      const { person, contact, channel } = recipient;
      return {
        ...itemOf(alertId, event, kind, recipient, atMs),
        idempotencyKey: `${alertId}:${event.raises}:${kind}.${event.seq}:${person ?? contact}:${channel}`,
        dueAtMs: Math.max(atMs, person === null ? atMs : (dueAt(person) ?? atMs)),
        runId: null,
        step: null,
      };
    });
}

/** What is not critical is folded by location and kind of condition. */
function itemOf(
  alertId: string,
  event: AlertEvent,
  kind: NotificationKind,
  { person, channel, contact }: Recipient,
  atMs: number,
) {
  return {
    ...{ id: randomUUID(), alertId, raise: event.raises, kind, severity: event.severity },
    ...{ group: `${event.location} ${event.condition}`, person, channel, contact },
    ...{ payload: JSON.stringify(event), createdAtMs: atMs },
  };
}
