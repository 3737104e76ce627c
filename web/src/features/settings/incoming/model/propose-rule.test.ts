import type { MetricDefinition } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { proposeRule } from './propose-rule.ts';

const metric = (name: string, label: string, aliases: string[] = []): MetricDefinition => ({
  ...{ name, label, aliases, kind: 'gauge', unit: null, unit_code: null, display_unit: null, states: null },
  ...{ is_free_text: false, decimals: 1, min: null, max: null, group: null, description: null, order: 0 },
  ...{ status: 'active', merged: [], merged_into: null, is_built_in: false, machines: 1, machine_types: [] },
  ...{ discovered: null, newest: null, created_at: '', updated_at: '', updated_by: null },
  limits: { low_low: null, low: null, high: null, high_high: null, rate_per_minute: null } as never,
});
const METRICS = [
  metric('spindle_temperature', 'Spindle temperature', ['Spindel_Temp']),
  metric('spindle_load', 'Spindle load', ['load']),
  metric('vib_x', 'Vibration X'),
];

describe('the proposed rule', () => {
  const HAAS = {
    ...{ dev: 'HAAS-07', stamp: '23.11.2026 10:42:11', rssi: -61 },
    d: { Spindel_Temp: '71,4', load: 62, vib: { x: 2.1, y: 1.8 }, cnt: 18234, note: 'ok' },
  };

  it('finds the machine, the time and what the plant knows', () => {
    expect(proposeRule([HAAS], 'hall-b/line2/haas07/tele', METRICS)).toEqual({
      ...{ topic: 'hall-b/line2/haas07/tele', records: '$', unset_clock: 'arrival', others: 'recognise', ignore: [] },
      ...{ machine: { path: '@.dev' }, time: { path: '@.stamp' }, time_format: 'day_first' },
      values: [
        { path: '@.d.Spindel_Temp', metric: 'spindle_temperature', decimal_text: 'comma' },
        { path: '@.d.load', metric: 'spindle_load' },
        { path: '@.d.vib.x', metric: 'vib_x' },
      ],
    });
  });

  it('reads the month first where a date says so', () => {
    const { time_format: format } = proposeRule([HAAS, { ...HAAS, stamp: '11/23/2026 10:00' }], 'a', METRICS);
    expect(format).toBe('month_first');
  });

  it('takes the machine from the topic where the payload names none', () => {
    const wise = { s: 1, t: '2014-07-11T15:26:37Z', q: 192, ai1: -1.2 };
    expect(proposeRule([wise], 'Advantech/+/data', METRICS)).toMatchObject({
      ...{ topic: 'Advantech/{machine}/data', machine: { part: 'machine' }, time: { path: '@.t' }, values: [] },
    });
    expect(proposeRule([wise], 'Advantech/data', METRICS)).toMatchObject({ topic: 'Advantech/data', machine: null });
  });

  it('of a list takes each element as a record', () => {
    const list = {
      site: 'B',
      rows: [
        { sn: 'A1', ts: 1_700_000_000, load: 3 },
        { sn: 'A2', ts: 1_700_000_000, load: 4 },
      ],
    };
    expect(proposeRule([list], 'a/b', METRICS)).toMatchObject({
      ...{ records: '$.rows[*]', machine: { path: '@.sn' }, time: { path: '@.ts' } },
      values: [{ path: '@.load', metric: 'spindle_load' }],
    });
  });

  it('names a number in a text, which would be lost otherwise', () => {
    const { values } = proposeRule([{ d: { p: '3,1', Druck: '4.5' } }], 'a', []);
    expect(values).toEqual([
      { path: '@.d.p', metric: 'd_p', decimal_text: 'comma' },
      { path: '@.d.Druck', metric: 'druck', decimal_text: 'point' },
    ]);
  });

  it('of what is no object says nothing', () => {
    expect(proposeRule([21.5, undefined], 'a', METRICS)).toMatchObject({ machine: null, time: null, values: [] });
  });
});
