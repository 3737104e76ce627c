// Alerts for tests.

import type { Alert } from '@gonsters/contract';
import fc from 'fast-check';

export function exampleAlert(given: Partial<Alert> = {}): Alert {
  return {
    id: 'a',
    seq: 1,
    machine_id: 'm1',
    machine_name: 'Press 1',
    location: 'Hall A',
    metric: 'connection',
    limit_kind: 'stale',
    severity: 'warning',
    state: 'active_unacked',
    message: '',
    threshold: null,
    value: null,
    peak_value: null,
    reading_count: 0,
    raise_count: 1,
    chattering: false,
    machine_ids: ['m1'],
    raised_at: '2026-01-15T10:00:00.000Z',
    escalated_at: null,
    cleared_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    acknowledge_note: null,
    told: null,
    shelved_until: null,
    shelved_by: null,
    shelve_reason: null,
    late: false,
    condition: 'connection',
    gateway_id: null,
    peak: null,
    clears_at: null,
    raises: 1,
    first_raised_at: '2026-01-15T10:00:00.000Z',
    suppressed_by: null,
    end_not_seen: false,
    condition_id: null,
    cause: null,
    consequence: null,
    response: null,
    time_to_respond_seconds: null,
    updated_at: '2026-01-15T10:00:00.000Z',
    ...given,
  };
}

/** Open alerts of a few machines in a few places. */
export const anyAlerts = fc.uniqueArray(
  fc
    .record({
      id: fc.uuid(),
      machine_id: fc.constantFrom('m1', 'm2', 'm3', null),
      location: fc.constantFrom('Hall A', 'Hall B'),
      severity: fc.constantFrom('critical' as const, 'warning' as const),
      state: fc.constantFrom('active_unacked' as const, 'active_acked' as const, 'cleared_unacked' as const),
      shelved_until: fc.constantFrom(null, '2026-01-15T12:00:00.000Z'),
      late: fc.boolean(),
    })
    .map(exampleAlert),
  { selector: ({ id }) => id, maxLength: 20 },
);
