import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyAlerts, exampleAlert } from '../alert-examples.test-support.ts';
import { ALERT_GROUPS, countByFilter, matchesFilter } from '../filter/alert-search.ts';
import { foldKey, groupAlerts, panelRows } from './alert-groups.ts';

const TITLES = { unacknowledged: 'Unacknowledged', cleared: 'Cleared', acknowledged: 'Acknowledged' };

describe('groups of alerts', () => {
  it('hold every alert once, in the order given', () => {
    fc.assert(
      fc.property(anyAlerts, fc.constantFrom(...ALERT_GROUPS), (alerts, by) => {
        const groups = groupAlerts(alerts, by);
        expect(groups.flatMap((group) => group.alerts).toSorted(byId)).toEqual(alerts.toSorted(byId));
        for (const group of groups) {
          expect(group.alerts).toEqual(alerts.filter((alert) => group.alerts.includes(alert)));
          expect(group.first).toBe(group.alerts[0]);
        }
      }),
    );
  });

  it('fold the alerts of a machine behind its worst, and unfold them', () => {
    const worst = exampleAlert({ id: '1', severity: 'critical' });
    const alerts = [worst, exampleAlert({ id: '2', machine_id: 'm2' }), exampleAlert({ id: '3' })];
    const folded = panelRows(alerts, TITLES, new Set());
    expect(folded.map((row) => row.key)).toEqual(['unacknowledged', '1', '2']);
    expect(folded[0]).toMatchObject({ kind: 'heading', count: 3 });
    expect(folded[1]).toMatchObject({ more: [{ id: '3' }], unfolded: false });
    const unfolded = panelRows(alerts, TITLES, new Set([foldKey(worst)]));
    expect(unfolded.map((row) => row.key)).toEqual(['unacknowledged', '1', '3', '2']);
  });

  it('keep what lasts apart from what has cleared unacknowledged', () => {
    const alerts = [
      exampleAlert({ id: '1', state: 'cleared_unacked', severity: 'critical' }),
      exampleAlert({ id: '2', state: 'active_acked' }),
      exampleAlert({ id: '3', state: 'active_unacked', severity: 'warning' }),
    ];
    const keys = panelRows(alerts, TITLES, new Set()).map((row) => row.key);
    expect(keys).toEqual(['unacknowledged', '3', 'cleared', '1', 'acknowledged', '2']);
  });

  it('lose no alert in the panel when all is unfolded', () => {
    fc.assert(
      fc.property(anyAlerts, (alerts) => {
        const rows = panelRows(alerts, TITLES, new Set(alerts.map(foldKey)));
        const listed = rows.flatMap((row) => (row.kind === 'alert' ? [row.alert] : []));
        expect(listed.toSorted(byId)).toEqual(alerts.toSorted(byId));
        expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
      }),
    );
  });
});

describe('filters', () => {
  it('count what they show, and keep the shelved ones in their own list', () => {
    fc.assert(
      fc.property(anyAlerts, (alerts) => {
        const counts = countByFilter(alerts);
        expect(counts.all + counts.shelved).toBe(alerts.length);
        expect(counts.critical + counts.warning).toBe(counts.all);
        expect(counts.unacknowledged).toBe(alerts.filter((alert) => matchesFilter('unacknowledged', alert)).length);
      }),
    );
  });
});

const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
