// Proposes to merge a found metric into the one that it probably is. Who says no is not asked again on this device.

import type { MetricDefinition } from '@gonsters/contract';
import { Merge } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { useText } from '../../../i18n/use-text.ts';
import { likelyTwin } from './likely-twin.ts';
import { shownUnit } from './metric-text.ts';
import { useMerge } from './use-merge.ts';

const STORED = 'gonsters.not_twins';
const MOST_REMEMBERED = 500;

export function TwinNote({ metric, metrics }: { metric: MetricDefinition; metrics: readonly MetricDefinition[] }) {
  const { t } = useText();
  const mayMerge = useMay('write:config');
  const { busy, merge } = useMerge();
  const twin = useMemo(() => likelyTwin(metric, metrics), [metric, metrics]);
  const pair = `${metric.name} ${twin?.name}`;
  const [refused, setRefused] = useState(() => refusedPairs().includes(pair));
  if (!mayMerge || twin === null || refused) return null;
  const refuse = () => {
    localStorage.setItem(STORED, JSON.stringify([pair, ...refusedPairs()].slice(0, MOST_REMEMBERED)));
    setRefused(true);
  };
  const unit = shownUnit(twin);
  return (
    <div className="twin-note">
      <Merge size={16} strokeWidth={1.5} aria-hidden="true" />
      <span>
        <b>{t('metrics.twin', { label: twin.label })}</b>{' '}
        {unit === '' ? t('metrics.twin.why') : t('metrics.twin.why_unit', { unit })}
      </span>
      <div className="cell-buttons">
        <button type="button" className="button button-small button-quiet" onClick={refuse}>
          {t('metrics.twin.no')}
        </button>
        <button type="button" className="button button-small" disabled={busy} onClick={() => void merge(metric, twin)}>
          {t('metrics.twin.merge', { count: metric.machines })}
        </button>
      </div>
    </div>
  );
}

function refusedPairs(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
