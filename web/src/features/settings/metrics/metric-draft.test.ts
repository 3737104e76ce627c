import type { MetricDefinition } from '@gonsters/contract';
import { metricInputSchema, metricPatchSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  derivedHighHigh,
  metricDraft,
  metricFaults,
  metricPatch,
  NEW_METRIC,
  nameOf,
  newMetric,
} from './metric-draft.ts';

const NO_LIMITS = { low_low: null, low: null, high: null, high_high: null };
const FLOW: MetricDefinition = {
  ...{ name: 'flow', label: 'Flow', unit: 'L/min', unit_code: 'L/min', display_unit: null, kind: 'gauge' },
  ...{ states: null, is_free_text: false, decimals: 1, min: 0, max: 40, limits: { ...NO_LIMITS, high: 30 } },
  ...{ group: 'Coolant', description: null, order: 1000, status: 'active', aliases: [], merged: [] },
  ...{ merged_into: null, is_built_in: false, machines: 2, machine_types: [], discovered: null, newest: null },
  ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', updated_by: null },
};
const draft = (changes: Partial<typeof NEW_METRIC> = {}) => ({ ...metricDraft(FLOW, 'en'), ...changes });

describe('a metric while it is described', () => {
  it('says which high-high limit a built-in metric has without one, 10 % above high', () => {
    const derived = (high: string, name = 'temperature') => derivedHighHigh(draft({ name, high }), 'en');
    expect(['80', '150', '-20', '0', '', 'warm'].map((high) => derived(high))).toEqual([
      88,
      165,
      -18,
      null,
      null,
      null,
    ]);
    expect(derived('80', 'flow')).toBeNull();
  });

  it('changes nothing as long as nothing was typed', () => {
    expect(metricPatch(FLOW, draft(), 'en')).toBeNull();
    expect(metricFaults(draft(), 'en', false)).toEqual({});
  });

  it('is sent with what differs only, and an emptied field takes the value away', () => {
    const changed = draft({ label: ' Coolant flow ', min: '', low: '4,5', high: '' });
    expect(metricPatch(FLOW, changed, 'en')).toEqual({
      ...{ label: 'Coolant flow', min: null },
      limits: { low: 4.5, high: null },
    });
  });

  it('has no numbers once it is a state', () => {
    const changed = draft({ kind: 'state', min: 'x', decimals: '-' });
    expect(metricFaults(changed, 'en', false)).toEqual({});
    expect(metricPatch(FLOW, changed, 'en')).toEqual({ kind: 'state' });
  });

  it('gets further values and names of devices, a line each; values that it has stay in their order', () => {
    const mode: MetricDefinition = { ...FLOW, kind: 'state', states: ['AUTO', 'STOP'], aliases: ['Mode'] };
    const of = (changes: Partial<typeof NEW_METRIC>) =>
      metricPatch(mode, { ...metricDraft(mode, 'en'), ...changes }, 'en');
    expect(of({ states: ' FAULT \n\nSTOP\nFAULT', aliases: 'Mode\nmachine.mode ' })).toEqual({
      ...{ states: ['AUTO', 'STOP', 'FAULT'], aliases: ['Mode', 'machine.mode'] },
    });
    expect(of({ states: 'STOP' })).toBeNull();
    expect(of({ aliases: '' })).toEqual({ aliases: [] });
    expect(of({ kind: 'gauge', states: 'FAULT' })).toEqual({ kind: 'gauge' });
    const input = newMetric({ ...NEW_METRIC, name: 'mode', kind: 'state', states: 'ON\nOFF', aliases: 'm' }, 'en');
    expect(metricInputSchema.parse(input)).toMatchObject({ states: ['ON', 'OFF'], aliases: ['m'] });
  });

  it('names each fault at its field', () => {
    expect(metricFaults(draft({ label: ' ', min: '50', max: '40' }), 'en', false)).toEqual({
      ...{ label: 'required', max: 'above_min' },
    });
    expect(metricFaults(draft({ low: '31', high_high: 'hot', decimals: '1.5' }), 'en', false)).toMatchObject({
      ...{ high: 'above_limit', high_high: 'number', decimals: 'decimals' },
    });
    expect(metricFaults({ ...NEW_METRIC, name: 'Flow' }, 'en', true)).toEqual({ name: 'name' });
    expect(metricFaults({ ...NEW_METRIC, name: 'timestamp' }, 'en', true)).toEqual({ name: 'reserved' });
  });

  it('is what the server takes', () => {
    const number = fc.integer({ min: -1e9, max: 1e9 });
    const ascending = fc.uniqueArray(number, { minLength: 4, maxLength: 4 }).map((values) => {
      const [min, low, high, max] = values.sort((a, b) => a - b).map((value) => String(value / 1000));
      return { min, low, high, max } as { min: string; low: string; high: string; max: string };
    });
    const texts = fc.record({ label: fc.constantFrom('A', 'Oil'), numbers: ascending });
    fc.assert(
      fc.property(texts, ({ label, numbers }) => {
        const changed = draft({ label, ...numbers });
        expect(metricFaults(changed, 'en', false)).toEqual({});
        const patch = metricPatch(FLOW, changed, 'en');
        expect(metricPatchSchema.parse(patch)).toEqual(patch);
        const input = newMetric({ ...changed, name: 'flow_2' }, 'en');
        expect(metricInputSchema.parse(input)).toEqual(input);
      }),
    );
  });

  it('gets a name from its label', () => {
    expect(nameOf('Oil level, tank 2')).toBe('oil_level_tank_2');
    expect(nameOf('Kühlmittel Durchfluss')).toBe('kuhlmittel_durchfluss');
    fc.assert(
      fc.property(fc.string(), (label) => {
        expect(nameOf(label)).toMatch(/^([a-z][a-z0-9_]{0,62})?$/);
      }),
    );
  });
});
