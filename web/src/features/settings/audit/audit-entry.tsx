// One entry of the audit log, with everything that was noted when it is opened.

import type { AuditEntry } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { settingName } from '../plant/setting-text.ts';
import { AUDIT_ACTIONS, isKnownAction } from './audit-actions.ts';

export function AuditSummary({ entry }: { entry: AuditEntry }) {
  const { t, format, metricLabel } = useText();
  const { action, target, details } = entry;
  // A refused one has no target, only what was asked for.
  const setting = action === 'config.update' ? String(target ?? details.name) : null;
  // Whoever did something to himself stands there by name already.
  const about = target === entry.user_id ? null : target;
  return (
    <>
      <span className="entry-time num-cell">{format.moment(Date.parse(entry.at))}</span>
      <b className="el">{entry.username ?? t('audit.nobody')}</b>
      <span className="el">
        {isKnownAction(action) ? t(AUDIT_ACTIONS[action]) : action}
        {entry.outcome === 'refused' ? <span className="tag">{t('audit.refused')}</span> : null}
      </span>
      <span className="cap el entry-peek">
        {setting === null
          ? (named(details) ?? about ?? '')
          : `${settingName(t, metricLabel, setting)}: ${change(details)}`}
      </span>
    </>
  );
}

export function AuditFacts({ entry: { action, target, ip, request_id, details } }: { entry: AuditEntry }) {
  const { t } = useText();
  return (
    <dl className="entry-more facts">
      <Fact label={t('audit.action')} value={action} />
      {target === null ? null : <Fact label={t('audit.target')} value={target} />}
      <Fact label={t('audit.from_address')} value={ip ?? '—'} />
      <Fact label={t('audit.request')} value={request_id ?? '—'} />
      {Object.entries(details).map(([name, value]) => (
        <Fact key={name} label={name} value={typeof value === 'string' ? value : JSON.stringify(value)} />
      ))}
    </dl>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="cap">{label}</dt>
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
