// The alert that an entry of the audit log is about, as a text in the language of the page.

import { type AuditEntry, LIMIT_KINDS, SEVERITIES } from '@gonsters/contract';
import { type AlertWords, alertText } from '../../../components/domain/alerts/alert-text.ts';

interface AuditedAlert {
  machine: string;
  location: string;
  condition: string;
  severity: string;
}

const KINDS = [...LIMIT_KINDS, 'stale'] as const;

/** null for an entry about something else, and for one of a version that noted only the id. */
export function auditedAlert(
  texts: Pick<AlertWords, 't' | 'metricNamed'>,
  details: AuditEntry['details'],
): AuditedAlert | null {
  const { machine_name: name, machine_count: count, location, metric } = details;
  const kind = KINDS.find((each) => each === details.limit_kind);
  const severity = SEVERITIES.find((each) => each === details.severity);
  if (typeof name !== 'string' || typeof metric !== 'string' || kind === undefined || severity === undefined)
    return null;
  return {
    machine: typeof count === 'number' ? texts.t('alerts.machines', { count }) : name,
    location: typeof location === 'string' ? location : '',
    condition: alertText(texts, { metric, limit_kind: kind }),
    severity: texts.t(`status.${severity}`),
  };
}
