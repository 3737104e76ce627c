// The session of a node, on a clock that the test sets. What is stored is what the link was given.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type UMetric } from '../../../test/support/sparkplug-node.ts';
import type { DomainEvent } from '../../events/domain-events.ts';
import { LocalEventBus } from '../../events/local-event-bus.ts';
import { silentLogger } from '../../log.ts';
import type { NodeRecords } from './node-records.ts';
import type { MachineReadings, SparkplugLink } from './node-session.ts';
import { SparkplugHost } from './sparkplug-host.ts';

const START_MS = 1_796_000_000_000;
const number = (name: string, value: number, alias?: number): UMetric => ({
  ...{ name, type: 'Double', value },
  ...(alias === undefined ? {} : { alias }),
});
const byAlias = (alias: number, value: number) => ({ alias, type: 'Double', value }) as unknown as UMetric;
const bdSeq = (value: number): UMetric => ({ name: 'bdSeq', type: 'UInt64', value });

interface Message {
  type: string;
  device?: string;
  metrics: UMetric[];
  seq?: number;
  atMs?: number;
}

function openHost() {
  const clock = { ms: START_MS };
  const bus = new LocalEventBus(silentLogger);
  const events: DomainEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const known = new Set<string>();
  const records = { load: async () => [...known], save: async (path: string) => void known.add(path) };
  const monotonic = { elapsedMs: () => clock.ms };
  const host = new SparkplugHost({
    ...{ hostId: 'h', bus, monotonic, log: silentLogger },
    clock: { nowMs: () => clock.ms },
    records: records as unknown as NodeRecords,
  });
  const stored: MachineReadings[] = [];
  const refused: string[] = [];
  const commands: string[] = [];
  /** Stores that wait until the test releases them. */
  const waiting: (() => void)[] = [];
  const state = { isHolding: false, unknownAliases: 0, done: 0 };
  const link: SparkplugLink = {
    store: (readings, unknownAliases, done) => {
      state.unknownAliases += unknownAliases;
      const finish = () => {
        stored.push(...readings);
        done();
      };
      if (state.isHolding) waiting.push(finish);
      else finish();
    },
    refuse: (reason) => refused.push(reason),
    machineOf: ([path]) => `id of ${path}`,
    send: (topic) => commands.push(topic),
  };
  const send = ({ type, device, metrics, seq, atMs }: Message) => {
    const topic = ['spBv1.0', 'G', type, 'n', ...(device === undefined ? [] : [device])].join('/');
    const payload = encode({ timestamp: atMs ?? clock.ms, metrics, ...(seq === undefined ? {} : { seq }) });
    host.receive({ topic, payload, isRetained: false, sender: '', link }, () => state.done++);
  };
  const values = () =>
    stored.flatMap(({ ids, readings }) =>
      readings.map(({ timestamp: _, quality, ...fields }) => [ids[0], fields, quality === undefined ? 'good' : 'bad']),
    );
  return { host, known, clock, events, stored, refused, commands, waiting, state, send, values };
}

const BIRTH: Message = { type: 'NBIRTH', metrics: [bdSeq(4), number('load', 1, 1)], seq: 0 };

describe('SparkplugHost', () => {
  it('stores the same from any order within the timeout', () => {
    const devices = ['a', 'b'];
    const step = fc.record({
      kind: fc.constantFrom('DBIRTH', 'DDATA', 'DDATA', 'NDATA', 'DDEATH'),
      device: fc.constantFrom(...devices),
    });
    const runs = fc.array(step, { minLength: 1, maxLength: 60 }).chain((steps) => {
      const messages = steps.map(({ kind, device }, i): Message => {
        const seq = (i + 1) % 256;
        if (kind === 'NDATA') return { type: kind, metrics: [byAlias(1, i)], seq };
        if (kind === 'DBIRTH') return { type: kind, device, metrics: [number('x', i, 7)], seq };
        return { type: kind, device, metrics: kind === 'DDEATH' ? [] : [byAlias(7, i)], seq };
      });
      return fc.record({
        messages: fc.constant(messages),
        arrived: fc.shuffledSubarray(messages, { minLength: messages.length }),
      });
    });
    const play = (messages: readonly Message[]) => {
      const host = openHost();
      for (const message of [BIRTH, ...messages]) {
        host.send(message);
        host.host.check();
      }
      expect(host.state.done).toBe(messages.length + 1);
      return { values: host.values(), refused: host.refused, events: host.events };
    };
    fc.assert(
      fc.property(runs, ({ messages, arrived }) => {
        expect(play(arrived)).toEqual(play(messages));
      }),
    );
  });

  it('processes nothing of a node while its birth is being stored', () => {
    const { state, send, values, waiting, events } = openHost();
    state.isHolding = true;
    send(BIRTH);
    send({ type: 'DBIRTH', device: 'a', metrics: [number('x', 2, 7)], seq: 1 });
    send({ type: 'DDATA', device: 'a', metrics: [byAlias(7, 3)], seq: 2 });
    expect({ waiting: waiting.length, done: state.done }).toEqual({ waiting: 1, done: 0 });
    waiting.shift()?.();
    expect({ waiting: waiting.length, done: state.done }).toEqual({ waiting: 1, done: 1 });
    waiting.shift()?.();
    waiting.shift()?.();
    expect(values().map(([, fields]) => fields)).toEqual([{ load: 1 }, { x: 2 }, { x: 3 }]);
    // A machine is announced as offline only when its last values are stored as bad.
    send({ type: 'NDEATH', metrics: [bdSeq(4)] });
    expect(events.filter(({ kind }) => kind === 'gateway_offline')).toEqual([]);
    waiting.shift()?.();
    expect(events.filter(({ kind }) => kind === 'gateway_offline')).toMatchObject([
      { name: 'G/n', machineIds: ['id of G/n', 'id of G/n/a'], sinceMs: START_MS + 1 },
    ]);
    expect(values().slice(3)).toEqual([
      ['G/n', { load: 1 }, 'bad'],
      ['G/n/a', { x: 3 }, 'bad'],
    ]);
  });

  it('asks once in ten seconds for what is missing', () => {
    const { send, host, clock, commands, refused, state, values } = openHost();
    for (let i = 0; i < 5; i++) send({ type: 'DDATA', device: 'a', metrics: [byAlias(7, i)], seq: i });
    expect({ commands, refused }).toEqual({ commands: ['spBv1.0/G/NCMD/n'], refused: Array(5).fill('no_birth') });
    clock.ms += 9_999;
    host.check();
    expect(commands).toHaveLength(1);
    clock.ms += 1;
    host.check();
    expect(commands).toHaveLength(2);
    // Nothing more came, so that nothing more is missing.
    clock.ms += 60_000;
    host.check();
    expect(commands).toHaveLength(2);
    send(BIRTH);
    send({ type: 'NDATA', metrics: [byAlias(9, 1)], seq: 1 });
    expect({ unknown: state.unknownAliases, requests: commands.length }).toEqual({ unknown: 1, requests: 3 });
    // A gap of two seconds.
    clock.ms += 10_000;
    send({ type: 'NDATA', metrics: [byAlias(1, 5)], seq: 3 });
    clock.ms += 1_999;
    host.check();
    expect({ values: values().length, requests: commands.length }).toEqual({ values: 1, requests: 3 });
    clock.ms += 1;
    host.check();
    expect({ values: values().at(-1)?.[1], requests: commands.length }).toEqual({ values: { load: 5 }, requests: 4 });
    // A birth answers a request that was not sent yet.
    send({ type: 'NDATA', metrics: [byAlias(9, 1)], seq: 4 });
    send(BIRTH);
    clock.ms += 20_000;
    host.check();
    expect(commands).toHaveLength(4);
  });

  it('takes a death of the same birth only, and puts devices back one by one', () => {
    const { send, events, values, commands } = openHost();
    send(BIRTH);
    for (const [i, device] of ['a', 'b'].entries())
      send({ type: 'DBIRTH', device, metrics: [number('x', 1, 7)], seq: i + 1 });
    const stored = values().length;
    send({ type: 'NDEATH', metrics: [bdSeq(3)] });
    expect(values()).toHaveLength(stored);
    send({ type: 'DDEATH', device: 'b', metrics: [], seq: 3 });
    send({ type: 'NDEATH', metrics: [bdSeq(4)] });
    send(BIRTH);
    send({ type: 'DBIRTH', device: 'a', metrics: [number('x', 1, 7)], seq: 1 });
    const changes = events.flatMap((event): (string | readonly string[])[] =>
      event.kind === 'gateway_offline' ? [event.machineIds] : event.kind === 'gateway_online' ? [event.gatewayId] : [],
    );
    expect(changes).toEqual([
      ...['sparkplug:G/n', 'sparkplug:G/n/a', 'sparkplug:G/n/b'],
      ['id of G/n/b'],
      ['id of G/n', 'id of G/n/a'],
      ['id of G/n/a'],
      ...['sparkplug:G/n/a', 'sparkplug:G/n'],
    ]);
    // The other device is not born again.
    send({ type: 'DDATA', device: 'b', metrics: [byAlias(7, 2)], seq: 2 });
    expect(commands).toHaveLength(1);
  });

  it('gives an alias its new meaning only to messages of the new birth', () => {
    const { send, clock, values } = openHost();
    send(BIRTH);
    clock.ms += 100;
    const held: Message = { type: 'NDATA', metrics: [byAlias(1, 10)], seq: 5 };
    send(held);
    clock.ms += 100;
    // Of the new session, and earlier than its birth.
    send({ type: 'NDATA', metrics: [byAlias(1, 20)], seq: 2, atMs: clock.ms + 2 });
    send({ type: 'NBIRTH', metrics: [bdSeq(5), number('torque', 15, 1)], seq: 0, atMs: clock.ms });
    send({ type: 'NDATA', metrics: [byAlias(1, 16)], seq: 1, atMs: clock.ms + 1 });
    expect(values().map(([, fields]) => fields)).toEqual([
      { load: 1 },
      { load: 10 },
      { torque: 15 },
      { torque: 16 },
      { torque: 20 },
    ]);
  });

  it('asks nodes of earlier that are not born again by themselves, not all at once', async () => {
    const { host, known, clock, send, commands } = openHost();
    for (let i = 0; i < 8; i++) known.add(`G/n${i === 0 ? '' : i}`);
    const asked: string[] = [];
    await host.connected((topic) => asked.push(topic));
    clock.ms += 1_999;
    host.check();
    send(BIRTH);
    expect(asked).toEqual([]);
    clock.ms += 1;
    host.check();
    expect(asked).toEqual(['1', '2', '3', '4', '5'].map((each) => `spBv1.0/G/NCMD/n${each}`));
    host.check();
    host.check();
    expect(asked.slice(5)).toEqual(['6', '7'].map((each) => `spBv1.0/G/NCMD/n${each}`));
    // After another connection what was sent meanwhile is missing.
    clock.ms += 60_000;
    await host.connected((topic) => asked.push(topic));
    clock.ms += 2_000;
    host.check();
    host.check();
    expect(asked.slice(7)).toContain('spBv1.0/G/NCMD/n');
    expect(asked).toHaveLength(15);
    expect(commands).toEqual([]);
  });

  it('refuses what is retained, no Sparkplug, or of the protocol only', () => {
    const { host, refused, stored } = openHost();
    const link: SparkplugLink = {
      ...{ store: () => expect.unreachable(), refuse: (reason) => refused.push(reason) },
      ...{ machineOf: () => null, send: () => {} },
    };
    let done = 0;
    const receive = (topic: string, payload: Buffer, isRetained = false) =>
      host.receive({ topic, payload, isRetained, sender: '', link }, () => done++);
    const birth = encode({ timestamp: 1, seq: 0, metrics: [number('x', 1)] });
    receive('spBv1.0/G/NBIRTH/n', birth, true);
    receive('spBv1.0/G/NBIRTH/n', Buffer.from('{"temperature": 20}'));
    for (const topic of ['spBv1.0/G/NBIRTH/n/d', 'spBv1.0/G/DDATA/n', 'spBv1.0/G/DDATA/n/d/e', 'spBv1.0/G/X/n'])
      receive(topic, birth);
    expect(refused).toEqual(['retained', ...Array(5).fill('not_sparkplug')]);
    for (const topic of ['spBv1.0/STATE/h', 'spBv1.0/G/NCMD/n', 'spBv1.0/G/DCMD/n/d']) receive(topic, birth);
    expect({ refused: refused.length, done, stored }).toEqual({ refused: 6, done: 9, stored: [] });
  });
});
