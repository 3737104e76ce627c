import type { Alert } from '@gonsters/contract';
import { METRIC_NAMES } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { alertMarkers, mergeAlerts } from './chart-alerts.ts';

const [METRIC = 'connection', OTHER = 'connection'] = METRIC_NAMES;
const alert = (fields: Partial<Alert>) =>
  ({
    id: 'a',
    seq: 1,
    metric: METRIC,
    state: 'closed',
    severity: 'warning',
    raised_at: '2026-01-15T10:00:00.000Z',
    escalated_at: null,
    ...fields,
  }) as Alert;
const TEN = Date.UTC(2026, 0, 15, 10);

describe('the alerts of a chart', () => {
  it('are each there once, as newest known', () => {
    const merged = mergeAlerts(
      [alert({ id: 'a', seq: 5, state: 'closed' }), alert({ id: 'b', seq: 2, state: 'active_unacked' })],
      [
        alert({ id: 'a', seq: 4, state: 'active_unacked' }),
        alert({ id: 'b', seq: 3, state: 'closed' }),
        alert({ id: 'c' }),
      ],
    );
    expect(merged.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'closed'],
      ['b', 'closed'],
      ['c', 'closed'],
    ]);
  });

  it('are marked where they were raised, on the chart of their metric', () => {
    const alerts = [alert({ state: 'active_unacked' }), alert({ id: 'b', metric: OTHER })];
    expect(alertMarkers(alerts, METRIC)).toEqual([{ id: 'a', timeMs: TEN, severity: 'warning', acknowledged: false }]);
  });

  it('are marked again where they became critical', () => {
    const escalated = alert({ severity: 'critical', escalated_at: '2026-01-15T10:01:00.000Z' });
    expect(alertMarkers([escalated], METRIC).map(({ timeMs, severity }) => [timeMs, severity])).toEqual([
      [TEN, 'warning'],
      [TEN + 60_000, 'critical'],
    ]);
  });
});
