// A metric in a list: its row, and the form that describes it while it is open.

import type { MachineType, MetricDefinition } from '@gonsters/contract';
import type { ReactNode } from 'react';
import { ConditionsCard } from '../../../components/domain/conditions/conditions-card.tsx';
import { DescribeForm } from './describe-form.tsx';
import { MetricActions } from './metric-actions.tsx';
import { MetricFacts } from './metric-facts.tsx';

/** What both lists of metrics are given. */
export interface CatalogueProps {
  metrics: readonly MetricDefinition[];
  types: readonly MachineType[];
  groups: readonly string[];
}

export function MetricEntry({
  metric,
  catalogue: { metrics, types, groups },
  open,
  onClose,
  children,
}: {
  metric: MetricDefinition;
  catalogue: CatalogueProps;
  open: boolean;
  onClose: () => void;
  /** The row, and what is said below it. */
  children: ReactNode;
}) {
  return (
    <li className={open ? 'is-open' : ''}>
      {children}
      {open ? (
        <>
          <DescribeForm
            metric={metric}
            groups={groups}
            facts={<MetricFacts metric={metric} types={types} />}
            actions={<MetricActions metric={metric} metrics={metrics} />}
            onClose={onClose}
          />
          <ConditionsCard context={{ machineId: null, machineName: '', sensorType: null, metric: metric.name }} />
        </>
      ) : null}
    </li>
  );
}
