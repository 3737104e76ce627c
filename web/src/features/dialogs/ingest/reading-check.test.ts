import { MAX_AHEAD_MS, type Machine, METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOfFault } from './place-of-fault.ts';
import { batchOfReading, checkReading, EMPTY_READING, type EnteredMetric, parseValue } from './reading-check.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 10);
const machine = { machine_id: 'id', sensor_type: 'press', location: 'Hall A' } as Machine;
const same = (value: number) => value;
const metrics: EnteredMetric[] = METRICS.map((metric) => ({ ...metric, kind: 'gauge', toStored: same }));
const typed = (...values: string[]) => ({
  at: null,
  values: Object.fromEntries(METRICS.map(({ name }, metric) => [name, values[metric] ?? ''])),
});

describe('a typed value', () => {
  it('is a number with a point or a comma', () => {
    expect(['61.5', '61,5', ' −3 ', '0', '.5', '1e3'].map(parseValue)).toEqual([61.5, 61.5, -3, 0, 0.5, 1000]);
    expect(['', 'x', '1.2.3', '1,000.5', '0x10', 'Infinity'].every((text) => Number.isNaN(parseValue(text)))).toBe(
      true,
    );
  });

  it('is every number as it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseValue(String(value))).toBe(Number(String(value)));
      }),
    );
  });
});

describe('a typed reading', () => {
  it('names everything that is missing', () => {
    expect(checkReading(null, EMPTY_READING, metrics, NOW_MS)).toEqual({ machine: 'missing', reading: 'no_value' });
    expect(checkReading(machine, { ...typed('0'), at: '' }, metrics, NOW_MS)).toEqual({ at: 'missing' });
  });

  it('keeps to the ranges of the catalogue, ends included, and to the server’s clock', () => {
    METRICS.forEach(({ name, min, max }) => {
      const of = (value: number) =>
        checkReading(machine, { at: null, values: { [name]: String(value) } }, metrics, NOW_MS);
      expect([of(min), of(max)]).toEqual([{}, {}]);
      expect([of(min - 1), of(max + 1)]).toEqual([
        { values: { [name]: 'out_of_range' } },
        { values: { [name]: 'out_of_range' } },
      ]);
    });
    const later = new Date(NOW_MS + MAX_AHEAD_MS + 1000).toISOString();
    expect(checkReading(machine, { ...typed('0'), at: later }, metrics, NOW_MS)).toEqual({ at: 'future' });
  });

  it('is sent with what was measured only; zero is a value', () => {
    const { as_read, batch } = batchOfReading(machine, typed('0'), metrics, NOW_MS, 'by-hand:op');
    expect(as_read).toBe(true);
    expect(batch[0]?.readings).toEqual([{ timestamp: '2026-01-15T10:00:00.000Z', [METRICS[0].name]: 0 }]);
  });
});

describe('a value of any kind', () => {
  const any = { min: null, max: null, toStored: (value: number) => value * 100 };
  const kinds: EnteredMetric[] = [
    { ...any, name: 'flow', kind: 'gauge' },
    { ...any, name: 'door', kind: 'boolean' },
    { ...any, name: 'mode', kind: 'state' },
  ];

  it('is sent as a number in the stored unit, as true or false, or as the name of a state', () => {
    const values = { flow: '1,5', door: 'false', mode: ' Setting up ', other: '9' };
    expect(checkReading(machine, { at: null, values }, kinds, NOW_MS)).toEqual({});
    const { batch } = batchOfReading(machine, { at: null, values }, kinds, NOW_MS, 'by-hand:op');
    expect(batch[0]?.readings[0]).toMatchObject({ flow: 150, door: false, mode: 'Setting up' });
    expect(batch[0]?.readings[0]).not.toHaveProperty('other');
  });
});

describe('the place of a fault', () => {
  it('is read from the path and what was sent', () => {
    const sent = { batch: [{ machine_id: 'm', readings: [{ timestamp: '2026-01-15T10:00:00Z' }] }] };
    expect(placeOfFault(sent, 'batch[0].readings[0].x')).toEqual({
      machineId: 'm',
      reading: 0,
      timeMs: NOW_MS,
      field: 'x',
    });
    expect(placeOfFault(sent, 'batch[0].location')).toMatchObject({ machineId: 'm', reading: null, field: 'location' });
    expect(placeOfFault(null, 'batch[3].readings[1]')).toMatchObject({ machineId: null, reading: 1, timeMs: null });
    expect(placeOfFault(sent, 'gateway_id')).toMatchObject({ machineId: null, field: 'gateway_id' });
  });
});
