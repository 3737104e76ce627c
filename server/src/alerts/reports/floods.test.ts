import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOOD_PERIOD_MS, findFloods, floodedMs } from './floods.ts';
import { coveredMs, filtered } from './stats-filter.ts';

/** Looks at every period, whether there is a raise in it or not. */
function oracle(counts: readonly number[]): boolean[] {
  let isFlood = false;
  return counts.map((count) => {
    if (!isFlood && count > 10) isFlood = true;
    else if (isFlood && count < 5) isFlood = false;
    return isFlood;
  });
}

describe('floods', () => {
  it('are those of a rule that looks at every period', () => {
    const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 14 }), fc.constantFrom(4, 5, 10, 11));
    fc.assert(
      fc.property(fc.array(count, { maxLength: 60 }), (counts) => {
        const present = new Map(counts.flatMap((each, i) => (each === 0 ? [] : [[i, each] as const])));
        const floods = findFloods(present);
        const flooded = oracle(counts);
        expect(
          counts.map((_, i) =>
            floods.some(({ fromMs, toMs }) => i * FLOOD_PERIOD_MS >= fromMs && i * FLOOD_PERIOD_MS < toMs),
          ),
        ).toEqual(flooded);
        expect(floods.length).toBe(flooded.filter((each, i) => each && flooded[i - 1] !== true).length);
        const raises = counts.reduce((sum, each, i) => sum + (flooded[i] === true ? each : 0), 0);
        expect(floods.reduce((sum, flood) => sum + flood.raises, 0)).toBe(raises);
        const whole = [{ fromMs: 0, toMs: counts.length * FLOOD_PERIOD_MS }];
        expect(floodedMs(floods, whole)).toBe(flooded.filter(Boolean).length * FLOOD_PERIOD_MS);
      }),
    );
  });
});

describe('a filter of statistics', () => {
  const raises = [
    { atMs: 5, machineId: 'a', location: 'Hall A' },
    { atMs: 15, machineId: 'b', location: 'Hall B' },
    { atMs: 25, machineId: null, location: 'Hall A' },
    { atMs: 35, machineId: 'gone', location: 'Hall B' },
  ];
  async function* stream() {
    yield raises.slice(0, 1);
    yield raises.slice(1);
  }
  const now: Record<string, string> = { a: 'Hall B', b: 'Hall B' };
  async function passing(filter: Parameters<typeof filtered>[1]): Promise<number[]> {
    const found: number[] = [];
    for await (const page of filtered(stream(), filter, (id) => now[id])) found.push(...page.map(({ atMs }) => atMs));
    return found;
  }

  it('takes machines where they are now, and those that are gone where they were', async () => {
    expect(await passing({})).toEqual([5, 15, 25, 35]);
    expect(await passing({ location: 'Hall B' })).toEqual([5, 15, 35]);
    expect(await passing({ machineId: 'b' })).toEqual([15]);
  });

  it('takes what was annunciated in a shift, its start included', async () => {
    const shifts = [
      { fromMs: 0, toMs: 15 },
      { fromMs: 25, toMs: 30 },
    ];
    expect(await passing({ shifts })).toEqual([5, 25]);
    expect(coveredMs(shifts, 10, 28)).toBe(8);
    expect(await passing({ shifts: [] })).toEqual([]);
  });
});
