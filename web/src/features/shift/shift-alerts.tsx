// What is left for the next shift: alerts that are open, shelved or suppressed, with who knows of them and what was done.

import { type Alert, isAboutMetric, type ShiftReport } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { alertCondition, alertText, machineText, severityText } from '../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { StatusWord } from '../../components/domain/machines/status-mark.tsx';
import { storedText } from '../../components/domain/metrics/metric-view.ts';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';

const FIRST_SHOWN = 10;
const MOST_LISTED = 500;

export function ShiftAlerts({ report }: { report: ShiftReport }) {
  const { say } = useShiftText();
  const fromMs = Date.parse(report.from);
  return (
    <>
      <AlertTable
        title={say('shift.open')}
        lead={say('shift.open.lead')}
        none={say('shift.open.none')}
        alerts={report.open}
        truncated={report.truncated.includes('open')}
        fromMs={fromMs}
      />
      {report.shelved.length > 0 ? (
        <AlertTable
          title={say('shift.shelved')}
          alerts={report.shelved}
          truncated={report.truncated.includes('shelved')}
          fromMs={fromMs}
        />
      ) : null}
      {report.suppressed.length > 0 ? (
        <AlertTable
          title={say('shift.suppressed')}
          alerts={report.suppressed}
          truncated={report.truncated.includes('suppressed')}
          fromMs={fromMs}
        />
      ) : null}
    </>
  );
}

function AlertTable({
  title,
  lead = '',
  none = '',
  alerts,
  truncated,
  fromMs,
}: {
  title: string;
  lead?: string;
  none?: string;
  alerts: readonly Alert[];
  truncated: boolean;
  fromMs: number;
}) {
  const { say } = useShiftText();
  const [all, setAll] = useState(false);
  const id = `shift-${title.replace(/\s/g, '-')}`;
  const shown = all ? alerts : alerts.slice(0, FIRST_SHOWN);
  return (
    <section className="card overflow-hidden" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        <span className="caption">{lead}</span>
      </div>
      {alerts.length === 0 ? (
        <p className="hint">{none}</p>
      ) : (
        <table className="plain-table shift-alerts" aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">{say('shift.severity')}</th>
              <th scope="col">{say('shift.machine')}</th>
              <th scope="col">{say('shift.condition')}</th>
              <th scope="col" className="right">
                {say('shift.value')}
              </th>
              <th scope="col" className="right hide-phone">
                {say('shift.limit')}
              </th>
              <th scope="col">{say('shift.since')}</th>
              <th scope="col">{say('shift.who')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((alert) => (
              <Row key={alert.id} alert={alert} fromMs={fromMs} />
            ))}
          </tbody>
        </table>
      )}
      {truncated ? <p className="hint">{say('shift.truncated', { count: MOST_LISTED })}</p> : null}
      {alerts.length > shown.length ? (
        <button type="button" className="card-more no-print" onClick={() => setAll(true)}>
          {say('shift.more', { count: alerts.length - shown.length })}
        </button>
      ) : null}
    </section>
  );
}

function Row({ alert, fromMs }: { alert: Alert; fromMs: number }) {
  const { say, format } = useShiftText();
  const texts = useAlertTexts();
  const view = texts.metricNamed(alert.metric);
  const value = (stored: number | null) =>
    stored === null || !isAboutMetric(alert.metric) ? '–' : storedText(texts, view, stored);
  // Within the shift the time is enough.
  const at = (time: string) =>
    Date.parse(time) >= fromMs ? format.minute(Date.parse(time)) : format.recent(Date.parse(time), Date.now());
  return (
    <tr>
      <td>
        <StatusWord condition={alertCondition(alert)}>{severityText(texts, alert)}</StatusWord>
      </td>
      <td className="strong">
        <Link
          to="/alerts/$alertId"
          params={{ alertId: alert.id }}
          search={keepPanelFilters}
          className="id shift-machine"
        >
          {machineText(texts, alert)}
        </Link>
      </td>
      <td>{alertText(texts, alert)}</td>
      <td className="right">
        <b>{value(alert.peak ?? alert.value)}</b>
      </td>
      <td className="right hide-phone">{value(alert.threshold)}</td>
      <td>
        {alert.shelved_until === null ? at(alert.raised_at) : say('shift.until', { time: at(alert.shelved_until) })}
      </td>
      <td>{who()}</td>
    </tr>
  );

  function who(): string {
    if (alert.shelved_until !== null) return `${alert.shelved_by ?? '—'}: ${alert.shelve_reason ?? '—'}`;
    if (alert.acknowledged_at === null) return say('shift.nobody');
    const note = alert.acknowledge_note === null ? '' : `: ${alert.acknowledge_note}`;
    return `${alert.acknowledged_by ?? '—'}, ${at(alert.acknowledged_at)}${note}`;
  }
}
