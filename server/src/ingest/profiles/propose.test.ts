// What is proposed for payloads that nobody described.

import { profileDraftSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileProfile, matchRule } from './compile-profile.ts';
import { proposeProfile } from './propose.ts';

const MACHINES = new Set(['press7', 'press8', 'SN-4711']);
const deps = {
  metricOf: (field: string) =>
    ({ Temp: 'temperature' })[field] ?? (field.toLowerCase().replace(/[^a-z0-9]+/g, '_') || null),
  isMachine: (id: string) => MACHINES.has(id),
};
const propose = (...messages: [string, unknown][]) =>
  proposeProfile(
    messages.map(([topic, payload]) => ({
      topic,
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })),
    deps,
  );
function readingsOf(topic: string, payload: unknown, draft: ReturnType<typeof propose>) {
  const levels = topic.split('/');
  const matched = draft && matchRule(compileProfile(draft), levels);
  return matched?.compiled.map(payload, matched.parts, levels).devices;
}

test('numbers as text, a day-first time and a machine in the topic', () => {
  const payload = {
    zeit: '23.11.2026 10:42:11',
    Temp: '64,2',
    druck: '118',
    run: true,
    Temp_unit: '°F',
    fw: 'x'.repeat(40),
  };
  const draft = propose(['plant/press7/out', payload], ['plant/press8/out', { ...payload, Temp: '65,0' }]);
  expect(draft?.rules).toEqual([
    {
      ...{ topic: 'plant/{machine}/out', records: '$', machine: { part: 'machine' }, unset_clock: 'arrival' },
      ...{ time: { path: '@.zeit' }, time_format: 'day_first', others: 'recognise', ignore: [] },
      values: [
        { path: '@.Temp', metric: 'temperature', unit: { path: '@.Temp_unit' }, decimal_text: 'comma' },
        { path: '@.druck', metric: 'druck', decimal_text: 'point' },
        { path: '@.run', metric: 'run' },
      ],
    },
  ]);
  expect(readingsOf('plant/press9/out', { zeit: '24.11.2026 10:42:11', Temp: '66,5' }, draft)).toMatchObject([
    { id: 'press9', readings: [{ timestamp: '2026-11-24T10:42:11', temperature: 66.5 }] },
  ]);
});

test('a list of names and values behind a head that names machine and time', () => {
  const payload = {
    head: { serial: 'SN-4711', when: 1_768_473_000 },
    head2: 1,
    data: [
      { id: 'Flow A', v: 3.5, unit: 'l/min', q: 'GOOD' },
      { id: 'Level', v: 7 },
    ],
    ts: 1_768_473_000,
  };
  const [rule] = propose(['gw', payload])?.rules ?? [];
  expect(rule).toMatchObject({
    ...{ topic: 'gw', records: '$.data[*]', machine: { path: '$.head.serial' }, time: { path: '$.ts' } },
    values: [{ path: '@.v', name: { path: '@.id' }, unit: { path: '@.unit' }, quality: { path: '@.q' } }],
  });
});

test('values in objects of their own have the name of the object, and equal names the whole path', () => {
  const payload = { m1: { vib: { value: 2, unit: 'mm/s' } }, m2: { vib: { value: 3 } } };
  const [rule] = propose(['a', payload])?.rules ?? [];
  expect(rule?.values).toEqual([
    { path: '@.m1.vib.value', metric: 'vib', unit: { path: '@.m1.vib.unit' } },
    { path: '@.m2.vib.value', metric: 'm2_vib' },
  ]);
});

test('topics that differ in one level name the machine there, and what is no JSON object has no proposal', () => {
  const of = (...topics: string[]) =>
    propose(...topics.map((topic): [string, unknown] => [topic, { a: 1 }]))?.rules[0]?.topic;
  expect(of('x/a/y', 'x/b/y')).toBe('x/{machine}/y');
  expect(of('x/a/y', 'z/b/y')).toBe('+/+/y');
  expect(of('x/a/y', 'x/a/y/z')).toBe('x/a/y/#');
  expect(of('x/press7/y', 'x/press7/z')).toBe('x/{machine}/+');
  expect(propose(['a', 'hello'], ['a', '5'])).toBeNull();
});

test('whatever is proposed is a valid profile that maps the message', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.jsonValue({ depthSize: 'small' }), { maxLength: 4 }), (topic, payloads) => {
      const draft = propose(...payloads.map((payload): [string, unknown] => [topic, payload]));
      if (draft === null) return;
      expect(profileDraftSchema.safeParse(draft).error).toBeUndefined();
      for (const payload of payloads) readingsOf(topic, payload, draft);
    }),
    { numRuns: 500 },
  );
});

test('a device by the word of its maker, and short names with what holds them', () => {
  const payload = { dev: 'HAAS-07', d: { load: 62, vib: { x: 2.1, y: 1.8 } }, s: 1 };
  const rule = propose(['hall-b/line2/haas07/tele', payload])?.rules[0];
  expect(rule?.machine).toEqual({ path: '@.dev' });
  expect(rule?.values.map(({ metric }) => metric)).toEqual(['load', 'vib_x', 'vib_y', 's']);
});
