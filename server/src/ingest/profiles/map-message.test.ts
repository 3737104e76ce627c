// Properties of profiles: they take any payload, cost is bounded, and compiling is pure. And the details of single rules.

import { type ProfileDraft, parseJsonPath, profileDraftSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePath } from './compile-path.ts';
import { compileProfile, matchRule } from './compile-profile.ts';
import { isoOfDated } from './dated-time.ts';
import { MAX_NODES, MappingCost } from './mapping-cost.ts';
import { compileTopic, includesFilter } from './topic-pattern.ts';

const draftOf = (...rules: unknown[]): ProfileDraft => profileDraftSchema.parse({ rules });
function map(rule: unknown, payload: unknown, topic = 'a/b') {
  const levels = topic.split('/');
  const matched = matchRule(compileProfile(draftOf(rule)), levels);
  if (matched === null) return null;
  return matched.compiled.map(payload, matched.parts, levels);
}
const readings = (rule: unknown, payload: unknown, topic?: string) =>
  map(rule, payload, topic)?.devices.flatMap((each) => each.readings);
function select(path: string, payload: unknown): unknown[] {
  const found: unknown[] = [];
  compilePath(path).each(payload, payload, new MappingCost(), (value) => found.push(value));
  return found;
}

const name = fc.constantFrom('a', 'b', 'value', 'x y', "it's", '__proto__', 'constructor', 'é', 'temperature', 'unit');
const segment = fc.oneof(
  name.map((each) => `['${each.replace(/['\\]/g, '\\$&')}']`),
  fc.constantFrom('.a', '.b', '.value', '[0]', '[-1]', '[1:]', '[:2]', "[?@.a=='x']", '[?@.b!=1]', '[?@.value]'),
);
const many = fc.constantFrom('.*', '[*]');
const path = (root: string) =>
  fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.array(many, { maxLength: 1 }), fc.array(segment, { maxLength: 1 }))
    .map((parts) => root + parts.flat().join(''))
    .filter((text) => typeof parseJsonPath(text) !== 'string');
const source = fc.oneof(
  fc.constantFrom('@.a', "$['b']", '@.value', '@~', '@[0]').map((each) => ({ path: each })),
  fc.constant({ part: 'm' }),
  fc.constant({ constant: 'PRESS-07' }),
);
const valueRule = fc.record(
  {
    path: fc.oneof(path('@'), path('$')),
    name: source,
    renames: fc.dictionary(name, fc.constantFrom('flow', 'timestamp', 'quality', '__proto__')),
    unit: fc.constantFrom({ constant: '°F' }, { path: '@.unit' }),
    quality: fc.constant({ path: '@.b' }),
    scale: fc.double({ noNaN: true, noDefaultInfinity: true }),
    offset: fc.double({ noNaN: true, noDefaultInfinity: true }),
    decimal_text: fc.constantFrom('point', 'comma', 'either'),
    states: fc.dictionary(fc.constantFrom('0', '1', 'true', 'x'), fc.constantFrom<unknown>('on', 1, false)),
    sentinels: fc.array(fc.constantFrom<number | string>(-127, 3276.7, '---')),
  },
  { requiredKeys: ['path'] },
);
const rule = fc.record(
  {
    topic: fc.constantFrom('a/{m}', '{m}/#', 'x-{m}/+/b'),
    records: path('$'),
    machine: source,
    time: source,
    time_format: fc.constantFrom('auto', 'day_first', 'month_first'),
    values: fc.array(valueRule, { maxLength: 4 }),
    others: fc.constantFrom('ignore', 'recognise'),
    ignore: fc.array(path('@'), { maxLength: 2 }),
  },
  { requiredKeys: ['topic'] },
);
const draft = fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 3 }) });
const leaf = fc.oneof(
  fc.constantFrom<unknown>('1,5', '2.5', '23.11.2026 10:42:11', 'x', null, true, Number.NaN, -127, '---', 1.8e12),
  fc.double(),
  fc.string(),
);
const payload = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc
      .array(fc.tuple(name, tie('node')), { maxLength: 5 })
      .map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries)))),
  ),
})).node;

test('any profile maps any payload without an exception, within the bounds, and equally each time it is compiled', () => {
  fc.assert(
    fc.property(draft, payload, fc.constantFrom('a/b', 'x-1/2/b', 'q/w/e'), (written, sent, topic) => {
      const parsed = profileDraftSchema.parse(written);
      // As it is sent to a worker, and stored.
      const copies = [parsed, structuredClone(parsed), JSON.parse(JSON.stringify(parsed)) as ProfileDraft];
      const levels = topic.split('/');
      const [first, ...others] = copies.map((each) => {
        const matched = matchRule(compileProfile(each), levels);
        return matched?.compiled.map(structuredClone(sent), matched.parts, levels);
      });
      for (const other of others) expect(other).toEqual(first);
      if (first === undefined) return;
      // One visit may exceed the bound by the children of the node where it stopped.
      expect(first.nodes).toBeLessThanOrEqual(MAX_NODES + 10_000);
      for (const { readings: each } of first.devices) expect(each.length).toBeGreaterThan(0);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { numRuns: 700 },
  );
});

test('a message whose mapping costs too much is refused as a whole', () => {
  const wide = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, { v: i }]));
  const values = Array.from({ length: 100 }, () => ({ path: "$[?@.v=='none'].x" }));
  const mapped = map({ values, others: 'ignore' }, wide);
  expect(mapped).toMatchObject({ devices: [], faults: [{ reason: 'profile_too_costly' }] });
  expect(mapped?.nodes).toBeLessThan(MAX_NODES + 10_000);
  const deep = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => [1]));
  expect(map({ records: '$[*][*][*]', others: 'ignore' }, deep)).toMatchObject({
    faults: [{ reason: 'profile_too_costly' }],
  });
});

test('paths that are not understood are refused by the schema, whatever they are', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[$@]([.[][a-z*?@='\]0-9:]*){0,5}$/)), (text) => {
      const parsed = parseJsonPath(text);
      if (typeof parsed !== 'string') expect(() => select(text, { a: [{ b: 1 }] })).not.toThrow();
      expect(profileDraftSchema.safeParse({ rules: [{ records: text }] }).success).toBe(
        typeof parsed !== 'string' && parsed.root === '$',
      );
    }),
    { numRuns: 2000 },
  );
  for (const bad of ['$..a', '$.a.', '$[?@.a=~/x/]', '$[?length(@.a)>1]', '$[0,1]', '$.*.*.*.*', `$${'.a'.repeat(17)}`])
    expect(typeof parseJsonPath(bad)).toBe('string');
});

test('paths select what RFC 9535 says', () => {
  const sent = { a: [1, 2, 3, { n: 'x', v: 5 }, { n: 'y', v: 6 }], 'b c': { d: null } };
  expect(select('$.a[0]', sent)).toEqual([1]);
  expect(select('$.a[-1].v', sent)).toEqual([6]);
  expect(select('$.a[1:3]', sent)).toEqual([2, 3]);
  expect(select('$.a[-2:]', sent)).toEqual(sent.a.slice(-2));
  expect(select("$.a[?@.n=='y'].v", sent)).toEqual([6]);
  expect(select('$.a[?@.n!="y"].v', sent)).toEqual([5]);
  expect(select('$.a[?@.v].n', sent)).toEqual(['x', 'y']);
  expect(select("$['b c'].d", sent)).toEqual([null]);
  expect(select('$[*].d', sent)).toEqual([null]);
  expect(select('$.constructor', sent)).toEqual([]);
  expect(select('$.a.length', sent)).toEqual([]);
});

test('topics have named parts, also within a level', () => {
  const match = (topic: string, sent: string) => {
    const found = compileTopic(topic).match(sent.split('/'));
    return found && Object.fromEntries(found);
  };
  expect(match('plant/{machine}/state', 'plant/press7/state')).toEqual({ machine: 'press7' });
  expect(match('plant/{machine}/state', 'plant/press7/other')).toBeNull();
  expect(match('dev-{id}/+/{what}.json', 'dev-4/x/t.json')).toEqual({ id: '4', what: 't' });
  expect(match('dev-{id}/#', 'dev-4')).toEqual({ id: '4' });
  expect(match('dev-{id}/#', 'dev-')).toBeNull();
  expect(match('{a}/b', '$SYS/b')).toBeNull();
  expect(compileTopic('dev-{id}/+/{what}.json').filter).toBe('+/+/+');
  expect(includesFilter('a/#', 'a/+/c')).toBe(true);
  expect(includesFilter('a/+', 'a/#')).toBe(false);
  expect(includesFilter('+/b', 'a/b')).toBe(true);
  expect(includesFilter('a/b', '+/b')).toBe(false);
});

describe('a record', () => {
  test('values of the same machine and time become one reading, others of their own', () => {
    const list = { records: '$[*]', machine: { path: '@.m' }, time: { path: '@.t' }, others: 'ignore' };
    const values = [{ path: '@.v', name: { path: '@.n' } }];
    const sent = [
      { m: 'A', t: 1, n: 'x', v: 1 },
      { m: 'B', t: 1, n: 'x', v: 2 },
      { m: 'A', t: 1, n: 'y', v: 3 },
      { m: 'A', t: 2, n: 'x', v: 4 },
      { m: 'A', t: 1, n: 'x', v: 5 },
      { n: 'x', v: 6 },
    ];
    const mapped = map({ ...list, values }, sent);
    expect(mapped?.devices).toEqual([
      {
        id: 'A',
        ids: [],
        readings: [
          { timestamp: 1, x: 1, y: 3 },
          { timestamp: 2, x: 4 },
          { timestamp: 1, x: 5 },
        ],
      },
      { id: 'B', ids: [], readings: [{ timestamp: 1, x: 2 }] },
    ]);
    expect(mapped?.faults).toMatchObject([{ reason: 'no_machine' }]);
  });

  test('what no rule names is recognised, but for what is used or ignored', () => {
    const rule = {
      machine: { path: '$.dev' },
      time: { path: '$.when' },
      values: [{ path: '$.t1', metric: 'temperature' }],
      ignore: ['$.debug'],
    };
    const sent = { dev: 'A', when: 5, t1: 20, motor: { current: 3 }, debug: { x: 1 }, __proto__x: 1 };
    expect(readings(rule, sent)).toEqual([{ timestamp: 5, temperature: 20, motor_current: 3, __proto__x: 1 }]);
    expect(readings({ ...rule, others: 'ignore' }, sent)).toEqual([{ timestamp: 5, temperature: 20 }]);
  });

  test('members have the names of metrics, but not those that a reading has for itself', () => {
    const rule = { machine: { constant: 'A' }, values: [{ path: '@.*' }] };
    const sent = {
      temperature: 1,
      temperature_unit: '°F',
      location: 'Hall',
      quality: { temperature: 'bad' },
      list: [1],
    };
    expect(readings(rule, sent)).toEqual([
      { temperature: 1, temperature_unit: '°F', quality: { temperature: 'bad' }, list: [1] },
    ]);
    const named = { machine: { constant: 'A' }, records: '$.*', values: [{ path: '@', name: { path: '@~' } }] };
    expect(readings({ ...named, others: 'ignore' }, { timestamp: 1, unit: 'x', __proto: 2 })).toEqual([
      { timestamp_value: 1, unit_value: 'x', __proto: 2 },
    ]);
    expect(readings({ values: [{ path: '@.ch[*]' }] }, { ch: [5, 6] })).toEqual([{ ch_1: 5, ch_2: 6 }]);
  });

  test.each([
    [{ decimal_text: 'comma' }, '1,5', 1.5],
    [{ decimal_text: 'comma' }, '1.500,5', '1.500,5'],
    [{ decimal_text: 'comma' }, '1.5', '1.5'],
    [{ decimal_text: 'point' }, ' -2.5e1 ', -25],
    [{ decimal_text: 'either' }, 'nan', Number.NaN],
    [{}, '1.5', '1.5'],
    [{ scale: 0.1, offset: -5 }, 300, 25],
    [{ scale: 0.1, decimal_text: 'point' }, '300', 30],
    [{ states: { 1: true } }, '1', true],
    [{ states: { 1: 'run' }, scale: 2 }, 3, 6],
    [{ states: { true: 'on' } }, true, 'on'],
  ])('%j makes of %j %j', (how, raw, value) => {
    expect(readings({ values: [{ path: '@.v', metric: 'x', ...how }], others: 'ignore' }, { v: raw })).toEqual([
      { x: value },
    ]);
  });

  test('sentinels are bad, before scale and offset', () => {
    const rule = {
      values: [{ path: '@.v', metric: 'x', sentinels: [3276.7, '---'], scale: 0.1, decimal_text: 'either' }],
      others: 'ignore',
    };
    const bad = { quality: { x: 'bad' } };
    expect(readings(rule, { v: 3276.7 })).toEqual([{ x: 3276.7 * 0.1, ...bad }]);
    expect(readings(rule, { v: '3276,7' })).toEqual([{ x: 3276.7 * 0.1, ...bad }]);
    expect(readings(rule, { v: '---' })).toEqual([{ x: Number.NaN, ...bad }]);
    expect(readings(rule, { v: 32 })).toEqual([{ x: 3.2 }]);
  });

  test.each([
    ['day', '23.11.2026 10:42:11', '2026-11-23T10:42:11'],
    ['day', '3/4/26', '2026-04-03T00:00:00'],
    ['day', '23-11-2026 10:42:11,5 +07:00', '2026-11-23T10:42:11.5+07:00'],
    ['month', '11/23/2026 12:05 AM', '2026-11-23T00:05:00'],
    ['month', '11/23/2026 1:05:09 pm', '2026-11-23T13:05:09'],
    ['month', '23/11/2026', '23/11/2026'],
    ['day', '2026-11-23T10:42:11Z', '2026-11-23T10:42:11Z'],
  ] as const)('%s first: %s', (first, text, iso) => {
    expect(isoOfDated(text, first)).toBe(iso);
  });
});
