import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAlarming } from '../../../live/live-alerts.ts';
import { anyAlerts, exampleAlert } from '../alert-examples.test-support.ts';
import { chooseNotifications } from './notification-choice.ts';

const AWAY = { hidden: true, level: 'critical' as const };
const none = new Set<string>();
const critical = exampleAlert({ severity: 'critical' });

describe('notifications', () => {
  it('are shown for what is new while nobody looks, not for what one finds on opening the page', () => {
    expect(chooseNotifications(null, [critical], AWAY).show).toEqual([]);
    expect(chooseNotifications(none, [critical], AWAY).show).toEqual([critical]);
    expect(chooseNotifications(none, [critical], { ...AWAY, hidden: false }).show).toEqual([]);
    expect(chooseNotifications(none, [critical], { ...AWAY, level: 'off' }).show).toEqual([]);
  });

  it('leave warnings out unless they are wanted, and count an escalation as news', () => {
    const warning = exampleAlert();
    const first = chooseNotifications(none, [warning], AWAY);
    expect(first.show).toEqual([]);
    expect(chooseNotifications(none, [warning], { ...AWAY, level: 'all' }).show).toEqual([warning]);
    expect(chooseNotifications(first.known, [critical], AWAY)).toMatchObject({ show: [critical], close: [] });
  });

  it('stay when the alert clears unseen, and close when it is acknowledged, shelved or gone', () => {
    const { known } = chooseNotifications(none, [critical], AWAY);
    const closed = (open: Parameters<typeof chooseNotifications>[1]) => chooseNotifications(known, open, AWAY).close;
    expect(closed([{ ...critical, state: 'cleared_unacked' }])).toEqual([]);
    expect(closed([{ ...critical, state: 'active_acked' }])).toEqual(['a']);
    expect(closed([{ ...critical, shelved_until: '2026-01-15T12:00:00.000Z' }])).toEqual(['a']);
    expect(closed([])).toEqual(['a']);
  });

  it('never show the same twice, nor what alarms nobody', () => {
    fc.assert(
      fc.property(fc.array(anyAlerts, { maxLength: 6 }), (steps) => {
        let known: ReadonlySet<string> | null = null;
        for (const open of steps) {
          const choice = chooseNotifications(known, open, { hidden: true, level: 'all' });
          expect(choice.show.every(isAlarming)).toBe(true);
          expect(chooseNotifications(choice.known, open, { hidden: true, level: 'all' })).toMatchObject({
            show: [],
            close: [],
          });
          known = choice.known;
        }
      }),
    );
  });
});
