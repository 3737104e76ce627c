import type { Alert, AlertState } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveAlerts } from './live-alerts.ts';

const MACHINE = '00000000-0000-4000-8000-000000000001';

function alert(change: Partial<Alert> & Pick<Alert, 'id' | 'seq'>): Alert {
  return {
    machine_id: MACHINE,
    machine_name: 'CNC-014',
    location: 'Hall B',
    metric: 'temperature',
    limit_kind: 'high',
    severity: 'warning',
    state: 'active_unacked',
    message: '',
    threshold: 80,
    value: 82,
    peak_value: 83,
    reading_count: 1,
    machine_ids: [MACHINE],
    raised_at: '2026-01-15T10:30:00.000Z',
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
    condition: 'level',
    peak: 83,
    clears_at: 78.4,
    raises: 1,
    first_raised_at: '2026-01-15T10:30:00.000Z',
    suppressed_by: null,
    end_not_seen: false,
    condition_id: null,
    cause: null,
    consequence: null,
    response: null,
    time_to_respond_seconds: null,
    gateway_id: null,
    raise_count: 1,
    chattering: false,
    updated_at: '2026-01-15T10:30:00.000Z',
    ...change,
  };
}

const states = fc.constantFrom<AlertState>('active_unacked', 'active_acked', 'cleared_unacked', 'closed');

describe('live alerts', () => {
  it('end with the newest change of each, in whatever order and however often changes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), state: states }), { minLength: 1, maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (changes, random) => {
          const sent = changes.map((change, i) => alert({ ...change, seq: i + 1 }));
          const shuffled = [...sent, ...sent.slice(0, 5)]
            .map((one) => ({ one, key: random.next().value as number }))
            .sort((x, y) => x.key - y.key)
            .map(({ one }) => one);
          const alerts = new LiveAlerts();
          for (const one of shuffled) alerts.apply([one]);
          const newest = new Map(sent.map((one) => [one.id, one]));
          const open = [...newest.values()].filter((one) => one.state !== 'closed');
          expect(new Set(alerts.open)).toEqual(new Set(open));
          expect(alerts.lastSeq).toBe(sent.length);
        },
      ),
    );
  });

  it('does not bring an alert back that closed while the list was on its way', () => {
    const alerts = new LiveAlerts();
    alerts.apply([alert({ id: 'a', seq: 7, state: 'closed' })]);
    alerts.load([alert({ id: 'a', seq: 5 }), alert({ id: 'b', seq: 6 })], 0);
    expect(alerts.open.map(({ id }) => id)).toEqual(['b']);
  });

  it('drops what closed unseen while the connection was lost, but not what was raised since the list was asked for', () => {
    const alerts = new LiveAlerts();
    alerts.apply([alert({ id: 'a', seq: 1 })]);
    const knownSeq = alerts.lastSeq;
    alerts.apply([alert({ id: 'new', seq: 9 })]);
    alerts.load([alert({ id: 'b', seq: 4 })], knownSeq);
    expect(new Set(alerts.open.map(({ id }) => id))).toEqual(new Set(['b', 'new']));
  });

  it('sort the unacknowledged first, of them what lasts, then the worst, then the newest', () => {
    const alerts = new LiveAlerts();
    alerts.apply([
      alert({ id: 'acked-critical', seq: 1, severity: 'critical', state: 'active_acked' }),
      alert({ id: 'old-warning', seq: 2, raised_at: '2026-01-15T09:00:00.000Z' }),
      alert({ id: 'new-warning', seq: 3 }),
      alert({ id: 'critical', seq: 4, severity: 'critical', raised_at: '2026-01-15T08:00:00.000Z' }),
      alert({ id: 'cleared-critical', seq: 5, severity: 'critical', state: 'cleared_unacked' }),
    ]);
    expect(alerts.open.map(({ id }) => id)).toEqual([
      'critical',
      'new-warning',
      'old-warning',
      'cleared-critical',
      'acked-critical',
    ]);
  });

  it('give a machine its worst active condition, and none for one that cleared, is shelved or is about the connection', () => {
    const alerts = new LiveAlerts();
    alerts.apply([
      alert({ id: 'warning', seq: 1 }),
      alert({ id: 'critical', seq: 2, metric: 'pressure', severity: 'critical', state: 'active_acked' }),
    ]);
    expect(alerts.alarmOf(MACHINE)).toMatchObject({ severity: 'critical', acknowledged: true });
    expect(alerts.alarmOf(MACHINE)?.metrics.get('temperature')).toEqual({ severity: 'warning', acknowledged: false });
    alerts.apply([
      alert({ id: 'warning', seq: 3, state: 'cleared_unacked' }),
      alert({ id: 'critical', seq: 4, metric: 'pressure', shelved_until: '2026-01-16T10:30:00.000Z' }),
      alert({ id: 'stale', seq: 5, metric: 'connection', limit_kind: 'stale' }),
    ]);
    expect(alerts.alarmOf(MACHINE)).toBeNull();
  });

  it('tell once per batch, and not at all for what is known', () => {
    const alerts = new LiveAlerts();
    let told = 0;
    alerts.signal.subscribe(() => told++);
    alerts.apply([alert({ id: 'a', seq: 1 }), alert({ id: 'b', seq: 2 })]);
    alerts.apply([alert({ id: 'a', seq: 1 })]);
    expect(told).toBe(1);
  });

  it('tell who watches a machine of changes to it, and keep the alarm of one that did not change', () => {
    const alerts = new LiveAlerts();
    const told: string[] = [];
    for (const id of [MACHINE, 'other']) alerts.watchMachine(id, () => told.push(id));
    alerts.apply([alert({ id: 'a', seq: 1 })]);
    const before = alerts.alarmOf(MACHINE);
    expect(told).toEqual([MACHINE]);
    alerts.apply([alert({ id: 'b', seq: 2, machine_id: 'other', severity: 'critical' })]);
    expect(told).toEqual([MACHINE, 'other']);
    expect(alerts.alarmOf(MACHINE)).toBe(before);
    expect(alerts.alarmOf('other')).toMatchObject({ severity: 'critical' });
    alerts.load([], 2);
    expect(told.slice(2).sort()).toEqual([MACHINE, 'other'].sort());
    expect([alerts.alarmOf(MACHINE), alerts.alarmOf('other')]).toEqual([null, null]);
  });

  it('tell of many changes at once where they are told to wait, while what they are is known already', () => {
    let tell = () => {};
    const alerts = new LiveAlerts((later) => {
      tell = later;
    });
    const told: string[] = [];
    alerts.signal.subscribe(() => told.push('any'));
    alerts.watchMachine(MACHINE, () => told.push(MACHINE));
    alerts.apply([alert({ id: 'a', seq: 1 })]);
    alerts.apply([alert({ id: 'b', seq: 2, machine_id: 'other' })]);
    alerts.apply([alert({ id: 'a', seq: 3, severity: 'critical' })]);
    expect(told).toEqual([]);
    expect(alerts.alarmOf(MACHINE)).toMatchObject({ severity: 'critical' });
    expect(alerts.open.length).toBe(2);
    tell();
    expect(told).toEqual([MACHINE, 'any']);
  });

  it('remember a bounded number of closed ones', () => {
    const alerts = new LiveAlerts();
    alerts.apply(Array.from({ length: 2000 }, (_, i) => alert({ id: String(i), seq: i + 1, state: 'closed' })));
    expect(alerts.ofMachine(MACHINE).length).toBe(500);
    expect(alerts.ofMachine(MACHINE).at(-1)?.id).toBe('1999');
  });
});
