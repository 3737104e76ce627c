import { describe, expect, it } from 'vitest';
import { machineTypeInputSchema, metricFileSchema } from './machine-type.ts';
import { metricInputSchema, metricNameSchema, metricPatchSchema } from './metric.ts';
import { METRIC_NAMES } from './metrics.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('a metric', () => {
  it('has a name of lower-case letters, digits and underscores', () => {
    for (const name of [...METRIC_NAMES, 'a', 'x_1', 'a'.repeat(63)])
      expect(accepts(metricNameSchema, name)).toBe(true);
    for (const name of ['', '1a', '_a', 'A', 'a-b', 'ä', 'a'.repeat(64)]) {
      expect(accepts(metricNameSchema, name)).toBe(false);
    }
  });
  it('has limits in ascending order', () => {
    expect(accepts(metricPatchSchema, { limits: { low: 1, high: 2, high_high: null } })).toBe(true);
    expect(accepts(metricPatchSchema, { limits: { low_low: 1, high: 1 } })).toBe(false);
    expect(accepts(metricPatchSchema, { limits: { middle: 1 } })).toBe(false);
  });
  it('has a known unit code', () => {
    expect(accepts(metricPatchSchema, { unit_code: 'kPa' })).toBe(true);
    expect(accepts(metricPatchSchema, { unit_code: 'kpa' })).toBe(false);
    expect(accepts(metricPatchSchema, { unit_code: null })).toBe(true);
  });
  it('keeps its name, and a change names what it changes', () => {
    expect(accepts(metricInputSchema, { name: 'flow' })).toBe(true);
    expect(accepts(metricPatchSchema, { name: 'flow' })).toBe(false);
    expect(accepts(metricPatchSchema, {})).toBe(false);
  });
});

describe('a machine type', () => {
  it('is empty where nothing is given', () => {
    expect(machineTypeInputSchema.parse({})).toEqual({ metrics: [], headline: [], charts: [] });
  });
  it('has at most four metrics as its headline', () => {
    expect(accepts(machineTypeInputSchema, { headline: ['a', 'b', 'c', 'd'] })).toBe(true);
    expect(accepts(machineTypeInputSchema, { headline: ['a', 'b', 'c', 'd', 'e'] })).toBe(false);
  });
  it('travels with the metrics in one file', () => {
    const file = { format: 'gonsters-metrics', version: 1, metrics: [], machine_types: [{ name: 'pump' }] };
    expect(accepts(metricFileSchema, file)).toBe(true);
    expect(accepts(metricFileSchema, { ...file, version: 2 })).toBe(false);
    expect(accepts(metricFileSchema, { ...file, machine_types: [{}] })).toBe(false);
  });
});
