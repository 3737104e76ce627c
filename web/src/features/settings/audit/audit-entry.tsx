// One entry of the audit log, with all its details when it is opened.

import type { AuditEntry } from '@gonsters/contract';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { settingName } from '../../../components/domain/setting-name.ts';
import { isKnownAction, useAuditText } from '../../../i18n/audit/audit-actions.ts';
import { auditedAlert } from './audited-alert.ts';

export function AuditSummary({ entry }: { entry: AuditEntry }) {
  const texts = useAlertTexts();
  const { say } = useAuditText();
  const { t, format, metricLabel } = texts;
  const { action, target, details } = entry;
  const alert = auditedAlert(texts, details);
  // A refused one has no target, only what was asked for.
  const setting = action === 'config.update' ? String(target ?? details.name) : null;
  // A user who changed his own account is named already.
  const about = target === entry.user_id ? null : target;
  return (
    <>
      <span className="entry-time number-cell">{format.moment(Date.parse(entry.at))}</span>
      <b className="ellipsis">{entry.username ?? t('audit.nobody')}</b>
      <span className="ellipsis">
        {isKnownAction(action) ? say(action) : action}
        {entry.outcome === 'refused' ? <span className="tag">{t('audit.refused')}</span> : null}
      </span>
      <span className="caption ellipsis entry-peek">
        {alert !== null
          ? `${alert.machine}, ${alert.condition}`
          : setting === null
            ? (named(details) ?? about ?? '')
            : `${settingName(t, metricLabel, setting)}: ${change(details)}`}
      </span>
    </>
  );
}

/** Told in words. */
const NAMES_OF_ALERT = new Set(['machine_name', 'machine_count', 'location', 'metric', 'limit_kind', 'severity']);
/** What was noted beside the alert: without empty values, such as a missing note. */
const isBeside = (name: string, value: unknown) => !NAMES_OF_ALERT.has(name) && value !== null;

export function AuditFacts({ entry: { action, target, ip, request_id, details } }: { entry: AuditEntry }) {
  const texts = useAlertTexts();
  const { t } = texts;
  const alert = auditedAlert(texts, details);
  const others = Object.entries(details).filter(([name, value]) => alert === null || isBeside(name, value));
  return (
    <dl className="entry-more facts">
      {alert === null ? null : (
        <>
          <Fact label={t('alerts.column.machine')} value={`${alert.machine} · ${alert.location}`} />
          <Fact label={t('alerts.column.condition')} value={`${alert.condition} (${alert.severity})`} />
        </>
      )}
      <Fact label={t('audit.action')} value={action} />
      {target === null ? null : <Fact label={t('audit.target')} value={target} />}
      <Fact label={t('audit.from_address')} value={ip ?? '—'} />
      <Fact label={t('audit.request')} value={request_id ?? '—'} />
      {others.map(([name, value]) => (
        <Fact key={name} label={name} value={typeof value === 'string' ? value : JSON.stringify(value)} />
      ))}
    </dl>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="caption">{label}</dt>
      <dd className="id">{value}</dd>
    </div>
  );
}

/** A refused one has only what was asked for. */
function change(details: AuditEntry['details']): string {
  const { old_value: before, new_value: after, value } = details;
  const text = (part: unknown) => (part === '' || part === undefined ? '—' : String(part));
  return after === undefined ? text(value) : `${text(before)} → ${text(after)}`;
}

function named(details: AuditEntry['details']): string | null {
  const name = details.username ?? details.name ?? details.login;
  return typeof name === 'string' ? name : null;
}
