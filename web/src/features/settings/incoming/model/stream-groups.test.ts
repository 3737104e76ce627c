import type { IncomingStream } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { inGroups, matchesText, waitingStreams } from './stream-groups.ts';

const stream = (topic: string, change: Partial<IncomingStream> = {}): IncomingStream => ({
  ...{
    id: topic,
    gateway: null,
    described_by: null,
    client: 'mosq-1',
    address: '10.0.0.7',
    protocol: 'mqtt',
    topic,
    example_topic: topic,
  },
  ...{ shape: { kind: 'unknown', fields: ['d.load'], text: '' }, messages: 10, messages_per_minute: 1 },
  ...{ first_at: '', last_at: '', outcome: { stored: 10, partly: 0, refused: 0, ignored: 0 }, machines: [] },
  ...{ machine_count: 0, metrics: [], discovered: [], refusals: [], newest: null, kept_refused: 0 },
  ...change,
});
const REFUSED = { outcome: { stored: 0, partly: 0, refused: 5, ignored: 0 }, kept_refused: 5 };

describe('what arrives', () => {
  const streams = [
    stream('b', { messages: 5 }),
    stream('a'),
    stream('c', { discovered: ['rssi'] }),
    stream('d', REFUSED),
    stream('e', { ...REFUSED, discovered: ['x'] }),
  ];

  it('is listed with what needs a person first, within a group the most frequent', () => {
    const listed = inGroups(streams).map(({ group, streams: members }) => [group, members.map(({ id }) => id)]);
    expect(listed).toEqual([
      ['person', ['d', 'e']],
      ['new', ['c']],
      ['stored', ['a', 'b']],
    ]);
    expect(waitingStreams(streams)).toBe(2);
  });

  it('needs nobody once what was refused is taken in, but where the device has to change', () => {
    const refusal = (reason: string) => [{ reason, error: '', count: 5, last_at: '' }];
    const settled = { ...REFUSED, kept_refused: 0 };
    expect(waitingStreams([stream('a', { ...settled, refusals: refusal('no_machine') })])).toBe(0);
    expect(waitingStreams([stream('a', { ...settled, refusals: refusal('not_utf8') })])).toBe(1);
  });

  it('is found by topic, sender, machine, metric and field', () => {
    const press = stream('hall/7', { machines: [{ machine_id: '1', name: 'PRESS-07' }], metrics: ['pressure'] });
    for (const text of ['HALL', 'mosq', '10.0', 'press-07', 'pressure', 'd.load', 'hall load']) {
      expect(matchesText(press, text), text).toBe(true);
    }
    expect(matchesText(press, 'hall 8')).toBe(false);
  });
});
