// Where the page shows the chart of an alert at the moment of its newest change. Pure.

import { type AlertEvent, isAboutMetric } from '@gonsters/contract';

const AROUND_MS = 1_800_000;

/** null for an alert that is about no metric of one machine. */
export function chartPath({ machine_id, metric, raised_at, escalated_at }: AlertEvent): string | null {
  if (machine_id === null || !isAboutMetric(metric)) return null;
  const atMs = Math.max(Date.parse(raised_at), escalated_at === null ? 0 : Date.parse(escalated_at));
  const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
  const span = `from=${time(atMs - AROUND_MS)}&to=${time(atMs + AROUND_MS)}`;
  return `/machines/${machine_id}/history?metric=${encodeURIComponent(metric)}&${span}`;
}
