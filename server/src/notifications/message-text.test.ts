import type { AlertEvent, MessageLanguage, NotificationKind } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageText } from './message-text.ts';
import type { ToldItem } from './messages/alert-values.ts';
import { DEFAULT_TEMPLATES } from './messages/default-templates.ts';
import { mergeItems } from './messages/merge-items.ts';
import { parseTemplate } from './messages/template.ts';
import { visibleEvent } from './messages/visible-event.ts';

const AT = '2026-01-15T10:00:00.000Z';
const NOW_MS = Date.parse('2026-01-15T12:00:10.000Z');
const NAMES = {
  metric: (name: string) =>
    name === 'temperature' ? { name, label: 'Temperature', unit: '°C', display: null, decimals: 1 } : undefined,
  gateway: () => 'Line 3',
};
const EVENT: AlertEvent = {
  ...{ id: 'a', seq: 1, machine_id: 'm', machine_name: 'Press 4', location: 'Hall A', metric: 'temperature' },
  ...{ condition: 'level', gateway_id: null, limit_kind: 'high_high', severity: 'critical', state: 'active_unacked' },
  message: 'Press 4: Temperature 91.6 °C above high-high limit 88.0 °C',
  ...{ threshold: 88, value: 91.6, peak: 93.2, peak_value: 93.2, clears_at: 86.2, reading_count: 4, raises: 1 },
  ...{ raise_count: 1, chattering: false, machine_ids: ['m'], first_raised_at: AT, raised_at: AT },
  ...{ escalated_at: null, cleared_at: null, acknowledged_at: null, acknowledged_by: null, acknowledge_note: null },
  ...{ shelved_until: null, shelved_by: null, shelve_reason: null, suppressed_by: null, late: false },
  ...{ end_not_seen: false, condition_id: null, cause: null, consequence: null, response: null },
  ...{ time_to_respond_seconds: null, told: null, updated_at: AT, timestamp: AT },
};
const item = (event: Partial<AlertEvent> = {}, kind: NotificationKind = 'raised', more: Partial<ToldItem> = {}) => ({
  ...{ kind, event: { ...EVENT, ...event }, passesQuietHours: false },
  ...{ acknowledgeUrl: 'https://h/ack/t', pageUrl: 'https://h/alerts/a', chartUrl: null },
  ...more,
});
function textOf(items: ToldItem[], language: MessageLanguage = 'en', total = items.length) {
  const parse = (text: string) => parseTemplate(text, () => true).template;
  const { subject, body } = DEFAULT_TEMPLATES[language];
  const reader = { language, zone: 'Asia/Jakarta', nowMs: NOW_MS, names: NAMES };
  return messageText('others', items, total, reader, { subject: parse(subject), body: parse(body) });
}
const subjectOf = (each: ToldItem, language: MessageLanguage = 'en') => textOf([each], language).subject;

describe('a message about one alert', () => {
  it('says what, where, since when, what to do, and why, with its links', () => {
    const advice = {
      ...{ response: 'Open the bypass', cause: 'The cooler is blocked', consequence: 'The seals fail' },
      time_to_respond_seconds: 900,
    };
    expect(
      textOf([item({ ...advice, raises: 3 })]).text,
    ).toBe(`CRITICAL: Press 4: Temperature 91.6 °C above high-high limit 88.0 °C
Location: Hall A
Since: 2026-01-15 17:00:00 Asia/Jakarta
Raised: 3 times since 2026-01-15 17:00:00 Asia/Jakarta
Worst value: 93.2 °C
What to do: Open the bypass
Time to respond: 15 min
Cause: The cooler is blocked
If nobody responds: The seals fail
Acknowledge (works once, for 24 hours): https://h/ack/t
Details: https://h/alerts/a
`);
    expect(textOf([item({ cleared_at: AT, ...advice }, 'cleared')]).text).not.toContain('What to do');
  });

  it('names what followed', () => {
    const sentence = EVENT.message;
    expect(subjectOf(item({}, 'escalated'))).toBe(`Worse: ${sentence}`);
    expect(subjectOf(item({}, 'still_active'))).toBe(`Still active (2 h): ${sentence}`);
    expect(subjectOf(item({}, 'cleared'))).toBe(`Cleared: ${sentence}`);
    expect(subjectOf(item({ acknowledged_by: 'anna' }, 'acknowledged'))).toBe(`Acknowledged by anna: ${sentence}`);
    expect(subjectOf(item({}, 'still_active'), 'id')).toMatch(/^Masih aktif \(2 jam\): Press 4: Suhu 91,6 °C/);
  });

  it('is written in Indonesian from the fields of the alert', () => {
    const id = (event: Partial<AlertEvent>) => subjectOf(item({ ...event, severity: 'warning' }), 'id');
    expect(id({ limit_kind: 'low', value: 40, threshold: 50 })).toBe(
      'Peringatan: Press 4: Suhu 40,0 °C di bawah batas rendah 50,0 °C',
    );
    expect(id({ condition: 'bad_quality', limit_kind: 'stale', threshold: null, value: 3276.7 })).toBe(
      'Peringatan: Press 4: Suhu hanya mengirim nilai buruk, yang terakhir 3276,7 °C',
    );
    const connection = { metric: 'connection', limit_kind: 'stale', value: null } as const;
    expect(id({ ...connection, condition: 'connection', threshold: 5400 })).toBe(
      'Peringatan: Press 4 tidak mengirim apa pun selama 1 jam 30 menit',
    );
    const many = { machine_id: null, machine_ids: ['m', 'n'], machine_name: '2 machines' };
    expect(id({ ...connection, ...many, condition: 'connection', threshold: 3600 })).toBe(
      'Peringatan: 2 mesin di Hall A tidak mengirim apa pun selama 1 jam',
    );
    expect(id({ ...connection, ...many, condition: 'gateway', gateway_id: 'g', threshold: null })).toBe(
      'Peringatan: Gateway Line 3 luring: 2 mesin tidak mengirim apa pun',
    );
    expect(id({ condition: 'stuck', limit_kind: 'stale' })).toBe('Peringatan: Press 4: Suhu tidak berubah');
    expect(id({ condition: 'notification', metric: 'x', limit_kind: 'stale', message: 'Nobody' })).toBe(
      'Peringatan: Nobody',
    );
  });

  it('has a subject of one line, whatever the machine is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom<MessageLanguage>('en', 'id'), (name, language) => {
        const { subject, text } = textOf([item({ machine_name: name, message: `${name}: x` })], language);
        expect(subject).not.toMatch(/[\r\n]/);
        expect(subject.length).toBeLessThanOrEqual(300);
        expect(text).toContain('https://h/ack/t');
      }),
    );
  });
});

describe('a message about several changes', () => {
  it('says of each alert the newest, and keeps the link of one that is not acknowledged', () => {
    const merged = mergeItems([
      item({}),
      item({ id: 'b' }),
      item({ cleared_at: AT }, 'cleared', { acknowledgeUrl: null }),
      item({ id: 'b', acknowledged_by: 'anna' }, 'acknowledged', { acknowledgeUrl: null }),
    ]);
    expect(merged.map(({ kind, event, acknowledgeUrl }) => [event.id, kind, acknowledgeUrl])).toEqual([
      ['a', 'cleared', 'https://h/ack/t'],
      ['b', 'acknowledged', null],
    ]);
    expect(mergeItems([item({}), item({}, 'still_active')])).toMatchObject([{ kind: 'raised' }]);
    expect(textOf(merged).subject).toBe(`Alerts: 2 messages in Hall A, first ${EVENT.message}`);
    expect(textOf(merged, 'id').subject).toMatch(/^Peringatan: 2 pesan di Hall A, pertama Press 4: Suhu/);
  });

  it('counts what it does not list', () => {
    expect(textOf([item(), item({ id: 'b' })], 'en', 9).text).toContain('And 7 more, which the page lists.');
  });
});

describe('an alert about several machines', () => {
  const machineOf = (id: string) =>
    id === 'gone'
      ? undefined
      : { name: `Press ${id}`, location: `Hall ${id}`, factoryId: id[0] === '0' ? null : `F${id[0]}` };

  it('is told to a person of a factory as if there were no other machines', () => {
    const ids = fc.uniqueArray(fc.constantFrom('0a', '1a', '1b', '2a', '2b', 'gone'), { minLength: 1 });
    fc.assert(
      fc.property(ids, fc.constantFrom('F1', 'F2', 'F3'), (machineIds, factory) => {
        const event = {
          ...EVENT,
          machine_id: null,
          machine_ids: machineIds,
          machine_name: `${machineIds.length} machines`,
        };
        const seen = visibleEvent(event, factory, machineOf, ({ machine_ids: left }) => `${left.length} left`);
        const own = machineIds.filter((id) => ['0', factory[1]].includes(id[0] as string));
        expect(seen?.machine_ids ?? []).toEqual(own);
        if (own.length === 1 && machineIds.length > 1) expect(seen?.machine_name).toBe(`Press ${own[0]}`);
        if (own.length > 0 && own.length < machineIds.length) expect(seen?.message).toBe(`${own.length} left`);
        expect(visibleEvent(event, null, machineOf, () => '')).toBe(event);
      }),
    );
  });
});
