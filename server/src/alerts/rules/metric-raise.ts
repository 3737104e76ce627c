// What is known of an alert about a metric when it is raised, whether it is live or about late data.

import type { EffectiveLimits, Severity } from '@gonsters/contract';
import type { MachineRecord } from '../../machines/machine-repository.ts';
import type { AlertDetails } from '../store/alert-repository.ts';
import type { Raise } from './alert-lifecycle.ts';
import { limitMessage, type NamedMetric } from './alert-message.ts';
import { criticalLimit, limitKindOf, type Side, warningLimit } from './condition.ts';

export interface MetricValues {
  readonly id: string;
  readonly side: Side;
  readonly severity: Severity;
  readonly limits: EffectiveLimits;
  readonly value: number;
  /** The value that the message names. */
  readonly messageValue: number;
  readonly peakValue: number;
  readonly readingCount: number;
  readonly clearsAt: number | null;
  /** What the condition that refines the limit says; null where there is none. */
  readonly details: AlertDetails | null;
  readonly atMs: number;
}

export function metricRaise(machine: MachineRecord, metric: NamedMetric, values: MetricValues): Raise {
  const { id, side, severity, limits, value, messageValue, peakValue, readingCount, clearsAt, details, atMs } = values;
  const limitKind = limitKindOf(side, severity);
  const threshold = severity === 'critical' ? criticalLimit(side, limits) : warningLimit(side, limits);
  return {
    id,
    machineId: machine.id,
    machineIds: [machine.id],
    machineName: machine.name,
    location: machine.location,
    metric: metric.name,
    limitKind,
    severity,
    message: limitMessage(metric, limitKind, messageValue, threshold),
    threshold,
    value,
    peakValue,
    readingCount,
    clearsAt,
    details,
    atMs,
  };
}
