// Alerts as rows of a table, with headings.

import type { Alert } from '@gonsters/contract';
import { severityText } from '../../../components/domain/alerts/alert-text.ts';
import type { Texts } from '../../../i18n/use-text.ts';
import type { AlertGrouping } from '../filter/alert-search.ts';
import { groupAlerts } from './alert-groups.ts';

export type TableRow =
  | { kind: 'heading'; key: string; title: string; count: number }
  | { kind: 'alert'; key: string; alert: Alert };

export function tableRows(texts: Texts, alerts: readonly Alert[], by: AlertGrouping): TableRow[] {
  return groupAlerts(alerts, by).flatMap(({ key, first, alerts: inGroup }): TableRow[] => {
    const lines = inGroup.map((alert): TableRow => ({ kind: 'alert', key: alert.id, alert }));
    if (by === 'none') return lines;
    return [
      { kind: 'heading', key: `heading ${key}`, title: titleOf(texts, first, by), count: inGroup.length },
      ...lines,
    ];
  });
}

/** By the day they were raised on, in the order given. */
export function dayRows({ format }: Pick<Texts, 'format'>, alerts: readonly Alert[]): TableRow[] {
  const rows: TableRow[] = [];
  let day: Extract<TableRow, { kind: 'heading' }> = { kind: 'heading', key: '', title: '', count: 0 };
  for (const alert of alerts) {
    const title = format.fullWeekday(Date.parse(alert.raised_at));
    if (day.title !== title) {
      day = { kind: 'heading', key: `heading ${title}`, title, count: 0 };
      rows.push(day);
    }
    day.count++;
    rows.push({ kind: 'alert', key: alert.id, alert });
  }
  return rows;
}

function titleOf(texts: Texts, first: Alert, by: AlertGrouping): string {
  if (by === 'location') return first.location;
  if (by === 'severity') return texts.t(`status.${first.severity}`);
  return first.machine_id === null ? `${first.location}: ${severityText(texts, first)}` : first.machine_name;
}
