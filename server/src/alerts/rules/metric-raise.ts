// What is known of an alert about a metric when it is raised, whether it is live or about late data.

import { type EffectiveLimits, METRICS, type Severity } from '@gonsters/contract';
import type { MachineRecord } from '../../machines/machine-repository.ts';
import type { Raise } from './alert-lifecycle.ts';
import { limitMessage } from './alert-message.ts';
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
  readonly atMs: number;
}

export function metricRaise(machine: MachineRecord, metricIndex: number, values: MetricValues): Raise {
  const metric = METRICS[metricIndex] as (typeof METRICS)[number];
  const { id, side, severity, limits, value, messageValue, peakValue, readingCount, clearsAt, atMs } = values;
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
    message: limitMessage(metric.name, limitKind, messageValue, threshold),
    threshold,
    value,
    peakValue,
    readingCount,
    clearsAt,
    atMs,
  };
}
