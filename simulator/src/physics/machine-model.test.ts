import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SentValues } from '../sent-values.ts';
import { MachineModel } from './machine-model.ts';
import { MACHINE_TYPES, type MachineType, TYPE_NAMES } from './machine-types.ts';

const START_MS = Date.UTC(2026, 0, 15, 8);
const HOUR_S = 3600;

function play(type: MachineType, seconds: number, options: { seed?: number; faultsPerHour?: number; first?: number }) {
  const model = new MachineModel({
    type,
    seed: options.seed ?? 1,
    startMs: START_MS,
    faultsPerHour: options.faultsPerHour ?? 0,
    ...(options.first === undefined ? {} : { firstFaultMs: START_MS + options.first * 1000 }),
    all: true,
  });
  return Array.from({ length: seconds }, (_, s) => model.measure(START_MS + s * 1000));
}

/** Whether a value is past the limits of its type. */
function isPast(type: MachineType, values: SentValues): boolean {
  return METRICS.some(({ name, defaultLimits }) => {
    const { high, low } = { ...defaultLimits, ...MACHINE_TYPES[type].limits?.[name] };
    const value = (values[name] ?? Number.NaN) as number;
    return value > (high ?? Number.POSITIVE_INFINITY) || value < (low ?? Number.NEGATIVE_INFINITY);
  });
}

describe('a simulated machine', () => {
  it.each(TYPE_NAMES)('of type %s gives the same values for the same seed, and others for another seed', (type) => {
    const values = play(type, 600, { seed: 7, faultsPerHour: 6 });
    expect(play(type, 600, { seed: 7, faultsPerHour: 6 })).toEqual(values);
    expect(play(type, 600, { seed: 8, faultsPerHour: 6 })).not.toEqual(values);
  });

  it.each(TYPE_NAMES)('of type %s stays within the limits for a day without faults', (type) => {
    const model = new MachineModel({ type, seed: 3, startMs: START_MS, faultsPerHour: 0, all: true });
    for (let s = 0; s < 24 * HOUR_S; s += 5) {
      const values = model.measure(START_MS + s * 1000);
      if (isPast(type, values)) expect.fail(`after ${s} s: ${JSON.stringify(values)}`);
    }
  });

  it.each(TYPE_NAMES)('of type %s exceeds a limit during each fault and recovers by itself', (type) => {
    const longestS = MACHINE_TYPES[type].faultLengthS.max;
    for (let seed = 0; seed < 8; seed++) {
      const past = play(type, HOUR_S, { seed, first: 60 }).map((values) => isPast(type, values));
      expect(past.slice(0, 60)).not.toContain(true);
      expect(past.indexOf(true)).toBeGreaterThan(60);
      expect(past.lastIndexOf(true)).toBeLessThan(60 + longestS + 1200);
    }
  });

  it('has the basic metrics only, unless all are asked for', () => {
    const [basic, all] = [false, true].map((all) =>
      new MachineModel({ type: 'Pump', seed: 1, startMs: START_MS, faultsPerHour: 0, all }).measure(START_MS),
    ) as [SentValues, SentValues];
    expect(Object.keys(basic)).toEqual(METRICS.map(({ name }) => name));
    expect(all).toMatchObject(basic);
    expect(Object.keys(all).length).toBeGreaterThan(8);
  });

  it('sends names, numbers and texts that the server accepts, at any step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPE_NAMES),
        fc.nat(),
        fc.array(fc.integer({ min: -5_000, max: 100_000_000 }), { maxLength: 50 }),
        (type, seed, steps) => {
          const model = new MachineModel({ type, seed, startMs: START_MS, faultsPerHour: 60, all: true });
          let nowMs = START_MS;
          for (const step of steps) {
            nowMs += step;
            for (const [name, value] of Object.entries(model.measure(nowMs))) {
              expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
              if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite);
              if (typeof value === 'string') expect(value).toMatch(/^[a-z]{1,64}$/);
              const { min, max } = METRICS.find((metric) => metric.name === name) ?? { min: -1e9, max: 1e9 };
              if (typeof value === 'number') expect(value >= min && value <= max).toBe(true);
            }
          }
        },
      ),
    );
  });

  it('keeps the kind of each metric, and counters never fall within a shift', () => {
    for (const type of TYPE_NAMES) {
      const day = play(type, 4 * HOUR_S, { seed: 5, faultsPerHour: 2 });
      const [first] = day as [SentValues];
      day.reduce((before, values) => {
        for (const name in values) {
          if (typeof values[name] !== typeof first[name]) expect.fail(`${type} ${name}: ${values[name]}`);
          if (/_(count|total|hours)$/.test(name) && (values[name] as number) < (before[name] as number))
            expect.fail(`${type} ${name} fell from ${before[name]} to ${values[name]}`);
        }
        return values;
      });
    }
  });
});
