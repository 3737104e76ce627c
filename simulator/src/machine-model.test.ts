import { METRICS, perMetric } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MachineModel } from './machine-model.ts';
import { MACHINE_TYPES, type MachineType } from './machine-profiles.ts';

const START_MS = Date.UTC(2026, 0, 15, 8);
const HOUR_S = 3600;

function play(type: MachineType, seconds: number, options: { seed?: number; faultsPerHour?: number; first?: number }) {
  const model = new MachineModel({
    type,
    seed: options.seed ?? 1,
    startMs: START_MS,
    faultsPerHour: options.faultsPerHour ?? 0,
    ...(options.first === undefined ? {} : { firstFaultMs: START_MS + options.first * 1000 }),
  });
  return Array.from({ length: seconds }, (_, s) => model.measure(START_MS + s * 1000));
}

describe('a simulated machine', () => {
  it('gives the same values for the same seed, and other values for another seed', () => {
    const values = play('Compressor', 600, { seed: 7, faultsPerHour: 6 });
    expect(play('Compressor', 600, { seed: 7, faultsPerHour: 6 })).toEqual(values);
    expect(play('Compressor', 600, { seed: 8, faultsPerHour: 6 })).not.toEqual(values);
  });

  it.each(MACHINE_TYPES)('of type %s stays within the default limits for a day without faults', (type) => {
    const model = new MachineModel({ type, seed: 3, startMs: START_MS, faultsPerHour: 0 });
    const range = perMetric(() => ({ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY }));
    for (let s = 0; s < 24 * HOUR_S; s += 5) {
      const values = model.measure(START_MS + s * 1000);
      for (const { name } of METRICS) {
        range[name].least = Math.min(range[name].least, values[name]);
        range[name].most = Math.max(range[name].most, values[name]);
      }
    }
    for (const { name, defaultLimits } of METRICS) {
      if (defaultLimits.high !== null) expect(range[name].most).toBeLessThan(defaultLimits.high);
      if (defaultLimits.low !== null) expect(range[name].least).toBeGreaterThan(defaultLimits.low);
    }
  });

  it.each(MACHINE_TYPES)('of type %s exceeds a limit during a fault and recovers by itself', (type) => {
    for (let seed = 0; seed < 8; seed++) {
      const isPast = (values: (typeof day)[number]) =>
        METRICS.some(({ name, defaultLimits: { high } }) => high !== null && values[name] > high);
      const day = play(type, HOUR_S, { seed, first: 60 });
      const past = day.map(isPast);
      expect(past.slice(0, 60)).not.toContain(true);
      expect(past.indexOf(true)).toBeGreaterThan(60);
      expect(past.lastIndexOf(true)).toBeLessThan(60 + 240 + 900);
    }
  });

  it('measures only values that the server accepts, at any step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MACHINE_TYPES),
        fc.nat(),
        fc.array(fc.integer({ min: -5_000, max: 100_000_000 }), { maxLength: 50 }),
        (type, seed, steps) => {
          const model = new MachineModel({ type, seed, startMs: START_MS, faultsPerHour: 60 });
          let nowMs = START_MS;
          for (const step of steps) {
            nowMs += step;
            const values = model.measure(nowMs);
            for (const { name, min, max } of METRICS) {
              expect(values[name]).toBeGreaterThanOrEqual(min);
              expect(values[name]).toBeLessThanOrEqual(max);
            }
          }
        },
      ),
    );
  });
});
