import type { ProfileRule } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { asIgnored, asMachine, asMetric, asTime, mappedCount, meaningOf, pathTo } from './rule-edit.ts';

const RULE: ProfileRule = {
  ...{ topic: null, records: '$', machine: null, time: null, time_format: 'auto', unset_clock: 'arrival' },
  ...{ values: [], others: 'recognise', ignore: [] },
};
const HAAS = { dev: 'HAAS-07', stamp: '23.11.2026', d: { Spindel_Temp: '71,4', vib: { x: 2.1 } }, rssi: -61 };
const at = (...place: (string | number)[]) => ({ payload: HAAS, place });

describe('a rule, changed by what a person says of a value', () => {
  it('reads a value as a metric, and keeps what was said before', () => {
    const named = asMetric(RULE, at('d', 'Spindel_Temp'), { metric: 'bearing_temperature' });
    const comma = asMetric(named, at('d', 'Spindel_Temp'), { decimal_text: 'comma' });
    expect(comma.values).toEqual([{ path: '@.d.Spindel_Temp', metric: 'bearing_temperature', decimal_text: 'comma' }]);
    expect(meaningOf(comma, at('d', 'Spindel_Temp'))).toMatchObject({ is: 'metric', metric: 'bearing_temperature' });
    expect(mappedCount(comma)).toBe(1);
    const point = asMetric(comma, at('d', 'Spindel_Temp'), { decimal_text: undefined });
    expect(point.values).toEqual([{ path: '@.d.Spindel_Temp', metric: 'bearing_temperature' }]);
  });

  it('makes another value the machine: one of them names it', () => {
    const first = asMachine(RULE, at('dev'));
    expect(first.machine).toEqual({ path: '@.dev' });
    const second = asMachine(asMetric(first, at('rssi'), { metric: 'signal' }), at('rssi'));
    expect(second).toMatchObject({ machine: { path: '@.rssi' }, values: [] });
    expect(meaningOf(second, at('dev'))).toEqual({ is: 'other' });
    expect(asTime(second, at('rssi'))).toMatchObject({ machine: null, time: { path: '@.rssi' } });
  });

  it('ignores a value, and takes it back when it becomes something', () => {
    const ignored = asIgnored(asMetric(RULE, at('rssi'), { metric: 'signal' }), at('rssi'));
    expect(ignored).toMatchObject({ values: [], ignore: ['@.rssi'] });
    expect(meaningOf(ignored, at('rssi'))).toEqual({ is: 'ignored' });
    expect(asMetric(ignored, at('rssi'), { metric: 'signal' })).toMatchObject({ ignore: [] });
  });

  it('knows what is in something that is ignored', () => {
    expect(meaningOf({ ...RULE, ignore: ['$.d'] }, at('d', 'vib', 'x'))).toEqual({ is: 'ignored' });
  });

  it('follows both kinds of path', () => {
    const rule = { ...RULE, time: { path: '$.stamp' }, values: [{ path: '$["d"].vib.x', metric: 'vibration_x' }] };
    expect(meaningOf(rule, at('stamp'))).toEqual({ is: 'time' });
    expect(meaningOf(rule, at('d', 'vib', 'x'))).toMatchObject({ is: 'metric', metric: 'vibration_x' });
  });

  it('of records begins its paths at the record', () => {
    const rule = { ...RULE, records: '$.rows[*]' };
    expect(pathTo(rule, ['rows', 3, 'temp'])).toBe('@.temp');
    expect(pathTo(rule, ['site'])).toBe('$.site');
    const payload = { site: 'B', rows: [{ temp: 1 }, { temp: 2 }] };
    const edited = asMetric(rule, { payload, place: ['rows', 0, 'temp'] }, { metric: 'temperature' });
    expect(meaningOf(edited, { payload, place: ['rows', 1, 'temp'] })).toMatchObject({ metric: 'temperature' });
  });
});

describe('a list of names and values', () => {
  const payload = {
    tags: [
      { n: 'Temp', v: 71 },
      { n: 'Load', v: 62 },
    ],
  };
  const rule: ProfileRule = { ...RULE, values: [{ path: '$.tags[*].v', name: { path: '$.tags[*].n' }, metric: null }] };

  it('calls each value by its own name', () => {
    expect(meaningOf(rule, { payload, place: ['tags', 1, 'v'] })).toMatchObject({ name: 'Load', metric: null });
    expect(meaningOf(rule, { payload, place: ['tags', 0, 'n'] })).toEqual({ is: 'name' });
  });

  it('gives one of them another metric, and leaves the others', () => {
    const edited = asMetric(rule, { payload, place: ['tags', 1, 'v'] }, { metric: 'spindle_load' });
    expect(edited.values).toMatchObject([{ metric: null, renames: { Load: 'spindle_load' } }]);
    expect(meaningOf(edited, { payload, place: ['tags', 0, 'v'] })).toMatchObject({ name: 'Temp', metric: null });
    expect(mappedCount(edited)).toBe(1);
    const back = asMetric(edited, { payload, place: ['tags', 1, 'v'] }, { metric: null });
    expect(mappedCount(back)).toBe(0);
  });

  it('is read in one way: what is said of one, but its metric, is said of all', () => {
    const comma = asMetric(rule, { payload, place: ['tags', 1, 'v'] }, { decimal_text: 'comma' });
    expect(comma.values).toEqual([{ ...rule.values[0], decimal_text: 'comma' }]);
  });

  it('is one of records, too', () => {
    const records: ProfileRule = {
      ...RULE,
      records: '$.tags[*]',
      values: [{ path: '@.v', name: { path: '@.n' }, metric: null }],
    };
    const edited = asMetric(records, { payload, place: ['tags', 0, 'v'] }, { metric: 'temperature' });
    expect(edited.values).toMatchObject([{ renames: { Temp: 'temperature' } }]);
  });
});

it('values that a path selects by what is beside them are known', () => {
  const payload = {
    tags: [
      { n: 'Temp', v: 71 },
      { n: 'Load', v: 62 },
      { n: 'X', v: 1 },
    ],
  };
  const rule: ProfileRule = {
    ...RULE,
    values: [
      { path: "$.tags[?@.n == 'Load'].v", metric: 'load' },
      { path: '$.tags[-1:].v', metric: 'last' },
    ],
  };
  const metric = (index: number) => {
    const meaning = meaningOf(rule, { payload, place: ['tags', index, 'v'] });
    return meaning.is === 'metric' ? meaning.metric : meaning.is;
  };
  expect([0, 1, 2].map(metric)).toEqual(['other', 'load', 'last']);
});

it('one value of several that is read otherwise has a rule of its own, before theirs', () => {
  const rule: ProfileRule = { ...RULE, values: [{ path: '@.d.vib.*', metric: null }] };
  const named = asMetric(rule, at('d', 'vib', 'x'), { metric: 'vibration_x' });
  expect(named.values).toEqual([{ path: '@.d.vib.*', metric: null, renames: { x: 'vibration_x' } }]);
  const scaled = asMetric(named, at('d', 'vib', 'x'), { scale: 0.1 });
  expect(scaled.values[0]).toEqual({ path: '@.d.vib.x', metric: 'vibration_x', scale: 0.1 });
  expect(meaningOf(scaled, at('d', 'vib', 'x'))).toMatchObject({ index: 0, value: { scale: 0.1 } });
  expect(asIgnored(rule, at('d', 'vib', 'x'))).toMatchObject({ values: rule.values, ignore: ['@.d.vib.x'] });
  expect(meaningOf(asIgnored(rule, at('d', 'vib', 'x')), at('d', 'vib', 'x'))).toEqual({ is: 'ignored' });
});
