// Sorts alerts and groups them under headings.

import type { Alert } from '@gonsters/contract';
import type { AlertGrouping } from '../filter/alert-search.ts';

/** A line of a list: a heading, or an alert; `more` says how many of its machine are folded away beneath it. */
export type ListRow =
  | { kind: 'heading'; key: string; title: string; count: number }
  | { kind: 'alert'; key: string; alert: Alert; more: readonly Alert[]; unfolded: boolean };

/** Groups in the order of their first alert, so the one with the worst comes first; within a group as given. */
export function groupAlerts(
  alerts: readonly Alert[],
  by: AlertGrouping,
): { key: string; first: Alert; alerts: Alert[] }[] {
  const groups = new Map<string, { key: string; first: Alert; alerts: Alert[] }>();
  for (const alert of alerts) {
    const key = groupKey(alert, by);
    const group = groups.get(key);
    if (group) group.alerts.push(alert);
    else groups.set(key, { key, first: alert, alerts: [alert] });
  }
  return [...groups.values()];
}

/** The groups of the panel, in this order: active, cleared but unacknowledged, acknowledged. */
const PARTS = ['unacknowledged', 'cleared', 'acknowledged'] as const;
type Part = (typeof PARTS)[number];

/** The parts of the panel, with what a machine has more than one of behind its worst. */
export function panelRows(
  alerts: readonly Alert[],
  titles: Readonly<Record<Part, string>>,
  unfolded: ReadonlySet<string>,
): ListRow[] {
  const rows: ListRow[] = [];
  for (const part of PARTS) {
    const inPart = alerts.filter((alert) => partOf(alert) === part);
    if (inPart.length === 0) continue;
    rows.push({ kind: 'heading', key: part, title: titles[part], count: inPart.length });
    for (const { key, alerts: ofMachine } of groupAlerts(inPart, 'machine')) {
      const [worst, ...more] = ofMachine as [Alert, ...Alert[]];
      const open = unfolded.has(`${part} ${key}`);
      rows.push({ kind: 'alert', key: worst.id, alert: worst, more, unfolded: open });
      if (!open) continue;
      for (const alert of more) rows.push({ kind: 'alert', key: alert.id, alert, more: [], unfolded: false });
    }
  }
  return rows;
}

/** What `unfolded` of `panelRows` knows the alerts of a machine by. */
export function foldKey(alert: Alert): string {
  return `${partOf(alert)} ${groupKey(alert, 'machine')}`;
}

function partOf({ state }: Alert): Part {
  if (state === 'active_unacked') return 'unacknowledged';
  return state === 'cleared_unacked' ? 'cleared' : 'acknowledged';
}

function groupKey(alert: Alert, by: AlertGrouping): string {
  if (by === 'location') return alert.location;
  if (by === 'machine') return alert.machine_id ?? alert.id;
  return by === 'severity' ? alert.severity : '';
}
