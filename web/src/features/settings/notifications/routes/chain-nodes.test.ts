import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainNodes } from './chain-nodes.ts';

const tell = [{ kind: 'webhooks' as const }];
const step = fc.record({
  wait_seconds: fc.nat(3600),
  tell: fc.constant(tell),
  repeat: fc.nat(10),
  every_seconds: fc.integer({ min: 60, max: 3600 }),
});

describe('the times of a chain', () => {
  it('never go back, and count every wait and every repetition before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const nodes = chainNodes({ steps });
        for (const [place, { afterSeconds, number }] of nodes.entries()) {
          const before = steps.slice(0, place);
          const passed = before.reduce((sum, each) => sum + each.wait_seconds + each.repeat * each.every_seconds, 0);
          expect(afterSeconds).toBe(passed + (steps[place]?.wait_seconds ?? 0));
          expect(number).toBe(place + 1);
        }
      }),
    );
  });
});
