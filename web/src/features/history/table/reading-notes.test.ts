import { type Alert, METRIC_NAMES, type Severity } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { alertIn, gapBefore, pastLimit } from './reading-notes.ts';

const alert = (id: string, fromMs: number, toMs: number | null, severity: Severity = 'warning') =>
  ({
    id,
    metric: METRIC_NAMES[0],
    severity,
    raised_at: new Date(fromMs).toISOString(),
    cleared_at: toMs === null ? null : new Date(toMs).toISOString(),
  }) as Alert;

describe('the note of a row', () => {
  it('is the worst alert that was active in it, the newer among equals', () => {
    const alerts = [
      alert('a', 100, 200),
      alert('b', 150, 180, 'critical'),
      alert('c', 160, null),
      alert('d', 300, 400),
    ];
    const at = (from: number, to: number) => alertIn(alerts, from, to)?.id ?? null;
    expect([at(0, 100), at(100, 110), at(150, 170), at(190, 250), at(250, 260), at(310, 320)]).toEqual([
      null,
      'a',
      'b',
      'c',
      'c',
      'd',
    ]);
  });

  it('names the limit of that time: what has become critical was a warning before', () => {
    const raised = alert('a', 100, null, 'critical');
    const escalated: Alert = { ...raised, limit_kind: 'high_high', escalated_at: new Date(200).toISOString() };
    expect(pastLimit(escalated, 150)).toEqual({ limit_kind: 'high', severity: 'warning', sinceMs: 100 });
    expect(pastLimit(escalated, 201)).toEqual({ limit_kind: 'high_high', severity: 'critical', sinceMs: 200 });
    const straight: Alert = { ...raised, limit_kind: 'low_low', escalated_at: null };
    expect(pastLimit(straight, 150)).toEqual({ limit_kind: 'low_low', severity: 'critical', sinceMs: 100 });
  });

  it('is the hole before it', () => {
    expect(gapBefore([[10, 20]], 20)).toBe(10);
    expect(gapBefore([[10, 20]], 21)).toBe(0);
  });
});
