import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArrivedMessage } from './incoming-message.ts';
import { IncomingStreams } from './incoming-streams.ts';
import { RecentMessages } from './recent-messages.ts';
import { WindowCounts } from './window-counts.ts';

const NOW_MS = Date.parse('2026-01-15T12:00:00Z');
const makeStreams = () => new IncomingStreams({ isMachine: (level) => /^press-\d+$/.test(level) });
const message = (topic: string, payload: unknown, more: Partial<ArrivedMessage> = {}): ArrivedMessage => ({
  ...{ sender: { gatewayId: 'g', client: null, address: '::1' }, protocol: 'mqtt', topic, namesMachine: false },
  ...{ payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), arrivedMs: NOW_MS },
  ...more,
});
const listed = (streams: IncomingStreams) =>
  [...streams.list()].map(({ topic, counts, shape }) => [topic, counts.sum('1h', 0, NOW_MS), shape.kind]).sort();

describe('streams', () => {
  it('fold topics that differ by machine, or in a level with four values, and keep different shapes apart', () => {
    const streams = makeStreams();
    for (const machine of [1, 2]) streams.note(message(`hall/press-${machine}/tele`, { load: 1 }), 'stored', []);
    for (const room of ['a', 'b', 'c', 'd', 'e'])
      streams.note(message(`meter/${room}/state`, { kwh: 1 }), 'stored', []);
    for (const room of ['a', 'b', 'c']) streams.note(message(`valve/${room}/state`, { open: 1 }), 'stored', []);
    streams.note(message('meter/e/state', { kwh: 1, note: 'x' }, { arrivedMs: NOW_MS + 1000 }), 'stored', []);
    expect(listed(streams)).toEqual([
      ['hall/+/tele', 2, 'plain_object'],
      ['meter/+/state', 5, 'plain_object'],
      ['meter/e/state', 1, 'plain_object'],
      ...['a', 'b', 'c'].map((room) => [`valve/${room}/state`, 1, 'plain_object']),
    ]);
  });

  it('unite shapes of one format that differ in their fields', () => {
    const streams = makeStreams();
    for (let i = 0; i < 20; i++)
      streams.note(message('a/b', { [`field${i}`]: i }, { arrivedMs: NOW_MS + 1000 * i }), 'stored', []);
    const [only, ...others] = streams.list();
    expect(others).toEqual([]);
    expect(only?.counts.sum('1h', 0, NOW_MS)).toBe(20);
    expect(only?.shape.fields).toHaveLength(5);
    expect(streams.recentMessages(only as never)).toHaveLength(20);
  });

  it('copy a payload at most once a second, and count every message', () => {
    const streams = makeStreams();
    for (let i = 0; i < 3000; i++)
      streams.note(message('a/b', { x: i }, { arrivedMs: NOW_MS + i }), i % 2 === 0 ? 'stored' : 'partly', []);
    const [stream] = streams.list();
    expect([0, 1].map((number) => stream?.counts.sum('1h', number, NOW_MS + 3000))).toEqual([1500, 1500]);
    expect(streams.recentMessages(stream as never)).toHaveLength(6);
  });

  it('of one sender never push out those of another, whatever comes', () => {
    const sent = fc.array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 300,
      maxLength: 1500,
    });
    fc.assert(
      fc.property(sent, (topics) => {
        const streams = makeStreams();
        const quiet = { gatewayId: 'quiet', client: null, address: null };
        for (let i = 0; i < 3; i++) streams.note(message(`q/${i}`, { i }, { sender: quiet }), 'stored', []);
        for (const [i, [topic, shape]] of topics.entries())
          streams.note(
            message(`${topic}/${i}/${shape}`, { [`f${shape}`]: 1 }, { arrivedMs: NOW_MS + i }),
            'refused',
            [],
          );
        const all = [...streams.list()];
        expect(all.filter(({ senderKey }) => senderKey === 'quiet')).toHaveLength(3);
        expect(all.length).toBeLessThanOrEqual(203);
        expect(streams.counts.sum('1h', 2, NOW_MS)).toBe(topics.length);
      }),
      { numRuns: 10 },
    );
  });
});

it('recent messages hold their bound, and the largest sender gives way', () => {
  const recent = new RecentMessages(20_000);
  const streams = makeStreams();
  const quiet = streams.note(
    message('q', 'x', { sender: { gatewayId: 'q', client: null, address: null } }),
    'stored',
    [],
  );
  const chatty = streams.note(message('c', 'x'), 'stored', []);
  const add = (stream: typeof quiet, bytes: number, receivedMs: number) =>
    recent.add(stream, { receivedMs, topic: 't', payload: Buffer.alloc(bytes), outcome: 'stored', faults: [] });
  add(quiet, 100, 1);
  for (let i = 2; i < 60; i++) add(chatty, 1500, i);
  expect(recent.bytes).toBeLessThanOrEqual(20_000);
  expect(recent.of(quiet)).toHaveLength(1);
  expect(recent.of(chatty).map(({ receivedMs }) => receivedMs)).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59]);
});

it('counts of an hour and of a day are those of a list of times', () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 26 * 60 }), { maxLength: 60 });
  fc.assert(
    fc.property(minutes, minutes, (ours, theirs) => {
      const [counts, others] = [new WindowCounts(2), new WindowCounts(2)];
      const at = (minute: number) => NOW_MS + minute * 60_000;
      const sorted = [...ours].sort((a, b) => a - b);
      for (const minute of sorted) counts.add(1, at(minute));
      for (const minute of [...theirs].sort((a, b) => a - b)) others.add(1, at(minute));
      counts.addAll(others);
      const nowMs = at(26 * 60);
      const all = [...ours, ...theirs];
      expect(counts.sum('1h', 1, nowMs)).toBe(all.filter((minute) => minute > 25 * 60).length);
      // The day begins with a full hour.
      expect(counts.sum('24h', 1, nowMs)).toBe(all.filter((minute) => minute >= 3 * 60).length);
      expect(counts.sum('24h', 0, nowMs)).toBe(0);
    }),
  );
});
