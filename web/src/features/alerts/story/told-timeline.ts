// What happened to an alert and who was told of it, as a time line: a message that was refused stands directly above the one
// that got through, and the steps to come stand at the end.

import type {
  Alert,
  AlertNotification,
  AlertRaise,
  NamedTarget,
  NotificationRun,
  TellingReason,
} from '@gonsters/contract';

/** One message to one contact. */
export interface Receipt {
  key: string;
  channel: string;
  contact: string;
  notification: AlertNotification;
}

export type ToldEntry = { key: string; timeMs: number } & (
  | { type: 'raised'; raise: AlertRaise }
  | { type: 'escalated'; raise: AlertRaise }
  | { type: 'cleared'; raise: AlertRaise }
  | { type: 'acknowledged'; by: string; note: string | null }
  | { type: 'told'; what: AlertNotification['kind']; person: string | null; route: string | null; receipts: Receipt[] }
  | { type: 'next'; targets: readonly NamedTarget[] }
  /** `reason` is null for gaps of former versions. */
  | { type: 'gap'; text: string; reason: TellingReason | null }
);

export interface Timeline {
  /** Of the newest raise, the oldest first, with what is still to come. */
  now: ToldEntry[];
  /** Of earlier raises, the newest first. */
  earlier: ToldEntry[];
  nextMs: number | null;
}

/** Messages about the same to the same person within this time are one entry: the channels that were tried in turn. */
const SAME_TIME_MS = 120_000;
/** What comes first of the things of one moment. */
const ORDER: Record<ToldEntry['type'], number> = {
  raised: 0,
  escalated: 1,
  cleared: 2,
  acknowledged: 3,
  told: 4,
  gap: 5,
  next: 6,
};

/** `raises`: the newest first, as the server lists them. */
export function toldTimeline(
  alert: Pick<Alert, 'acknowledged_at' | 'acknowledged_by' | 'acknowledge_note' | 'raises'>,
  raises: readonly AlertRaise[],
  notifications: readonly AlertNotification[],
  run: NotificationRun | null,
): Timeline {
  const newest = Math.max(alert.raises, ...raises.map(({ number }) => number));
  const now: ToldEntry[] = [];
  const earlier: ToldEntry[] = [];
  const put = (raise: number, entry: ToldEntry) => (raise >= newest ? now : earlier).push(entry);
  for (const raise of raises) {
    const { number } = raise;
    put(number, { key: `raised ${number}`, type: 'raised', timeMs: Date.parse(raise.raised_at), raise });
    if (raise.escalation !== null) {
      put(number, { key: `worse ${number}`, type: 'escalated', timeMs: Date.parse(raise.escalation.at), raise });
    }
    if (raise.cleared_at !== null) {
      put(number, { key: `cleared ${number}`, type: 'cleared', timeMs: Date.parse(raise.cleared_at), raise });
    }
  }
  if (alert.acknowledged_at !== null) {
    now.push({
      ...{ key: 'acknowledged', type: 'acknowledged', timeMs: Date.parse(alert.acknowledged_at) },
      by: alert.acknowledged_by ?? '—',
      note: alert.acknowledge_note,
    });
  }
  for (const { raise, entry } of toldEntries(notifications)) put(raise, entry);
  for (const { at, step, text, reason } of run?.gaps ?? []) {
    now.push({ key: `gap ${at} ${step} ${text}`, type: 'gap', timeMs: Date.parse(at), text, reason });
  }
  const steps = run?.state === 'running' ? run.next : [];
  for (const { at, target, targets } of steps)
    now.push({ key: `next ${at} ${target}`, type: 'next', timeMs: Date.parse(at), targets });
  const byTime = (a: ToldEntry, b: ToldEntry) => a.timeMs - b.timeMs || ORDER[a.type] - ORDER[b.type];
  return {
    now: now.toSorted(byTime),
    earlier: earlier.toSorted((a, b) => byTime(b, a)),
    nextMs: steps.length === 0 ? null : Math.min(...steps.map(({ at }) => Date.parse(at))),
  };
}

function toldEntries(notifications: readonly AlertNotification[]): { raise: number; entry: ToldEntry }[] {
  const groups: AlertNotification[][] = [];
  const said = notifications.filter(wasSaid).toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  for (const each of said) {
    const group = groups.findLast(([first]) => first !== undefined && belongsTo(first, each));
    if (group === undefined) groups.push([each]);
    else group.push(each);
  }
  return groups.map((group) => {
    const first = group[0] as AlertNotification;
    return {
      raise: first.raise,
      entry: {
        key: first.id,
        type: 'told',
        timeMs: Date.parse(first.created_at),
        what: first.kind,
        person: first.person?.name ?? null,
        route: first.route?.name ?? null,
        // The sort is stable: those that failed in the order in which they were tried.
        receipts: group
          .toSorted((a, b) => Number(a.state !== 'failed') - Number(b.state !== 'failed'))
          .map((notification) => ({
            key: notification.id,
            channel: notification.channel,
            contact: notification.contact,
            notification,
          })),
      },
    };
  });
}

/** What will only be said if nobody acknowledges the alert has not been said to anybody. */
const wasSaid = ({ kind, message_id }: AlertNotification) => kind !== 'still_active' || message_id !== null;

const belongsTo = (first: AlertNotification, other: AlertNotification) =>
  first.person !== null &&
  first.person.id === other.person?.id &&
  first.kind === other.kind &&
  first.raise === other.raise &&
  first.step === other.step &&
  Date.parse(other.created_at) - Date.parse(first.created_at) <= SAME_TIME_MS;
