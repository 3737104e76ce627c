// What a value of a message is stored as, found in the preview of the profile.

import type { MetricDefinition, PreviewResult, ProfileRule } from '@gonsters/contract';
import type { Scalar } from './message-tree.ts';
import { metricCalled } from './metric-proposals.ts';
import { calledAt, type Message, recordOf } from './rule-edit.ts';

/** `value` is null where it is stored as bad. */
export interface Stored {
  value: Scalar;
  unit: string | null;
}

/** null where it is not stored. */
export function storedAs(
  rule: ProfileRule,
  message: Message,
  result: PreviewResult,
  metrics: readonly MetricDefinition[],
): Stored | null {
  const called = calledAt(rule, message);
  const name = metricCalled(metrics, called)?.name ?? called;
  // Of a list of records, the readings are in the order of the records as long as none is left out.
  const record = recordOf(rule, message.place);
  const readings = record === null ? result.readings : [result.readings[record], ...result.readings];
  const values = readings.flatMap((reading) => reading?.values ?? []);
  const found = values.find(({ metric }) => metric === name || metric === called);
  if (found === undefined) return null;
  return { value: found.quality === 'bad' ? null : found.value, unit: found.unit };
}
