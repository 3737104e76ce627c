import { type MetricDefinition, understandUnit } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyTwin } from './likely-twin.ts';

type Named = Parameters<typeof likelyTwin>[0];

function metric(name: string, unit: string | null = null, fields: Partial<MetricDefinition> = {}): Named {
  return {
    ...{ name, label: name, kind: 'gauge', unit, aliases: [], discovered: null, status: 'active' },
    unit_code: unit === null ? null : (understandUnit(unit, null)?.code ?? null),
    ...fields,
  };
}
const twinOf = (found: Named, ...metrics: Named[]) => likelyTwin(found, metrics)?.name ?? null;

describe('the likely twin of a found metric', () => {
  it.each([
    ['temp', 'temperature'],
    ['vibrationrms', 'vibration_rms'],
    ['coolant_presure', 'coolant_pressure'],
    ['temperature_degc', 'temperature'],
    ['motor_temp', 'motor_temperature'],
  ])('%s is %s', (found, known) => {
    expect(twinOf(metric(found), metric(known))).toBe(known);
  });

  it.each([
    ['current_l1', 'current_l2'],
    ['vibration_x', 'vibration_y'],
    ['bearing_temperature', 'temperature'],
    ['flow', 'slow'],
    ['oil_level', 'oil_pressure'],
  ])('%s is not %s', (found, known) => {
    expect(twinOf(metric(found), metric(known))).toBeNull();
  });

  it('has the same kind, and the same unit where the found one has a unit', () => {
    expect(twinOf(metric('temp', 'K'), metric('temperature', '°C'))).toBeNull();
    expect(twinOf(metric('temp', '°C'), metric('temperature', '°C'))).toBe('temperature');
    expect(twinOf(metric('temp', null, { kind: 'counter' }), metric('temperature', '°C'))).toBeNull();
  });

  it('is in use, and may be known by what devices call it', () => {
    expect(twinOf(metric('temp'), metric('temperature', '°C', { status: 'retired' }))).toBeNull();
    expect(twinOf(metric('kuehlung'), metric('coolant_flow', 'L/min', { aliases: ['Kuehlung'] }))).toBe('coolant_flow');
  });

  it('is found whichever of the two was first', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('_'));
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(a !== b);
        expect(twinOf(metric(a), metric(b)) !== null).toBe(twinOf(metric(b), metric(a)) !== null);
      }),
    );
  });
});
