import type { AlertNotification, AlertRaise, NotificationRun } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { toldTimeline } from './told-timeline.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 38, second)).toISOString();
const raise = (number: number, from: number, to: number | null): AlertRaise => ({
  ...{
    number,
    raised_at: at(from),
    cleared_at: to === null ? null : at(to),
    severity: 'critical',
    limit_kind: 'high_high',
  },
  ...{ threshold: 88, value: 91, peak: 92, reading_count: 3, escalation: null },
});
const told = (id: string, second: number, more: Partial<AlertNotification>): AlertNotification => ({
  ...{
    id,
    kind: 'raised',
    raise: 1,
    channel: 'telegram',
    channel_name: 'Telegram',
    contact: '@budi',
    person: { id: 'b', name: 'Budi' },
    step: 1,
  },
  ...{ route: null, created_at: at(second), state: 'delivered', message_id: 'm', folded: 1, attempts: 1 },
  ...{ next_attempt_at: null, sent_at: at(second + 1), delivered_at: null, read_at: null, response: 'ok', ...more },
});
const alert = { acknowledged_at: null, acknowledged_by: null, acknowledge_note: null, raises: 1 };
const run = (next: NotificationRun['next'], state: NotificationRun['state'] = 'running'): NotificationRun => ({
  ...{ state, routes: [], next, gaps: [] },
});

describe('the story of who was told', () => {
  it('has a refused message directly above the one that got through, whatever their order', () => {
    const { now } = toldTimeline(
      alert,
      [raise(1, 0, null)],
      [told('b', 1, {}), told('a', 4, { channel: 'whatsapp', state: 'failed' }), told('c', 2, { person: null })],
      null,
    );
    expect(now.map(({ type }) => type)).toEqual(['raised', 'told', 'told']);
    expect(now[1]).toMatchObject({ person: 'Budi', receipts: [{ channel: 'whatsapp' }, { channel: 'telegram' }] });
  });

  it('ends with the steps to come, and without them once the chain has stopped', () => {
    const next = [
      { at: at(50), target: 'Sari W.', targets: [{ kind: 'person' as const, name: 'Sari W.' }] },
      { at: at(40), target: 'Budi P.', targets: [{ kind: 'person' as const, name: 'Budi P.' }] },
    ];
    const going = toldTimeline(alert, [raise(1, 0, null)], [told('a', 1, {})], run(next));
    expect(going.now.map(({ type }) => type)).toEqual(['raised', 'told', 'next', 'next']);
    expect(going.nextMs).toBe(Date.parse(at(40)));
    expect(toldTimeline(alert, [], [], run(next, 'acknowledged'))).toEqual({ now: [], earlier: [], nextMs: null });
  });

  it('has earlier raises apart, the newest first', () => {
    const { now, earlier } = toldTimeline(
      { ...alert, raises: 2 },
      [raise(2, 30, null), raise(1, 0, 10)],
      [told('a', 1, { raise: 1 }), told('b', 31, { raise: 2 })],
      null,
    );
    expect(now.map(({ key }) => key)).toEqual(['raised 2', 'b']);
    expect(earlier.map(({ key }) => key)).toEqual(['cleared 1', 'a', 'raised 1']);
  });

  it('says who acknowledged and with which note', () => {
    const { now } = toldTimeline(
      { ...alert, acknowledged_at: at(20), acknowledged_by: 'Sari', acknowledge_note: 'coolant refilled' },
      [raise(1, 0, 25)],
      [],
      null,
    );
    expect(now).toMatchObject([
      { type: 'raised' },
      { type: 'acknowledged', note: 'coolant refilled' },
      { type: 'cleared' },
    ]);
  });

  it('leaves out what has not been said to anybody', () => {
    const { now } = toldTimeline(
      alert,
      [],
      [told('s', 1, { kind: 'still_active', message_id: null, state: 'queued' })],
      null,
    );
    expect(now).toEqual([]);
  });
});
