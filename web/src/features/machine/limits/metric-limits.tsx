// The four limits of one metric in the form.

import { ASCENDING_LIMITS, type LimitRule } from '@gonsters/contract';
import { useParams } from '@tanstack/react-router';
import { useId } from 'react';
import { BacktestLink } from '../../../components/domain/limits/backtest-link.tsx';
import { fieldOf, type LimitEdits, type LimitFaults } from './limit-draft.ts';
import { LimitField, type WiderLimits } from './limit-field.tsx';
import type { FormMetric } from './limited-metrics.ts';

export function MetricLimits({
  metric,
  draft,
  wider,
  edits,
  readOnly,
  faults,
  onChange,
  onTyping,
}: {
  metric: FormMetric;
  draft: LimitRule;
  wider: readonly WiderLimits[];
  edits: LimitEdits;
  readOnly: boolean;
  faults: LimitFaults;
  onChange: (field: string, text: string) => void;
  onTyping: (metric: string | null) => void;
}) {
  const id = useId();
  const { machineId = '' } = useParams({ strict: false });
  const { name, view } = metric;
  return (
    <section className="limits-metric" aria-labelledby={id}>
      <div>
        <h3 id={id}>
          <i className="swatch" style={{ background: `var(--${view.color})` }} />
          {view.label} <span className="caption">{view.unit}</span>
        </h3>
        {view.group === null ? null : <p className="caption">{view.group}</p>}
        <BacktestLink metric={name} label={view.label} machineId={machineId} className="limits-backtest" />
      </div>
      <div className="limits-fields">
        {ASCENDING_LIMITS.map((kind) => (
          <LimitField
            key={kind}
            metric={metric}
            view={view}
            kind={kind}
            draft={draft}
            wider={wider}
            text={edits[fieldOf(name, kind)]}
            readOnly={readOnly}
            fault={faults[fieldOf(name, kind)]}
            onChange={(text) => onChange(fieldOf(name, kind), text)}
            onTyping={(now) => onTyping(now ? name : null)}
          />
        ))}
      </div>
    </section>
  );
}
