// The progress of an action on several alerts, and its failures with their reasons.

import { machineText } from '../../../components/domain/alerts/alert-text.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { Bulk } from './use-bulk.ts';

const NAMED = 5;

export function BulkOutcome({
  bulk,
  total,
  sentence,
}: {
  bulk: Bulk;
  total: number;
  /** “3 of 5 acknowledged, 2 failed” */
  sentence: 'alerts.bulk.acknowledged' | 'alerts.bulk.shelved';
}) {
  const texts = useText();
  const { t } = texts;
  if (bulk.busy) {
    return total === 1 ? null : (
      <p className="caption" role="status">
        {t('alerts.bulk.progress', { done: bulk.answered, total })}
      </p>
    );
  }
  const failures = bulk.outcome?.failures ?? [];
  if (failures.length === 0 || bulk.outcome === null) return null;
  const lines = failures.slice(0, NAMED).map(({ alert, reason }) => `${machineText(texts, alert)}: ${reason}`);
  const left = failures.length - lines.length;
  return (
    <FaultText>
      {total === 1 ? null : <b>{t(sentence, { done: bulk.outcome.done.length, total, failed: failures.length })}</b>}
      <span className="block">{lines.join(' ')}</span>
      {left === 0 ? null : <span className="block">{t('alerts.and_more', { count: left })}</span>}
    </FaultText>
  );
}
