import { machineTypeInputSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assigned,
  countChanges,
  countFaults,
  limited,
  listed,
  moved,
  overridden,
  roleOf,
  stateMetric,
  type TypeDraft,
  unlisted,
  withoutOverrides,
} from './type-draft.ts';

const PUMP: TypeDraft = {
  ...{ label: null, description: null, inactivity_timeout: null, state: null },
  metrics: [{ name: 'flow', label: 'Flow' }, { name: 'pressure' }],
  headline: ['flow'],
  charts: ['flow', 'pressure'],
  limits: { flow: { low: 6 } },
};

describe('a machine type while it is changed', () => {
  it('loses everything of a metric that is taken away', () => {
    expect(unlisted(PUMP, 'flow')).toMatchObject({
      ...{ metrics: [{ name: 'pressure' }], headline: [], charts: ['pressure'], limits: {} },
    });
  });

  it('goes back to the plant field by field, or altogether', () => {
    const own = limited(overridden(PUMP, 'flow', { decimals: 1 }), 'flow', 'high', 40);
    expect(overridden(own, 'flow', { label: null }).metrics[0]).toEqual({ name: 'flow', decimals: 1 });
    expect(limited(own, 'flow', 'low', null).limits).toEqual({ flow: { high: 40 } });
    const back = withoutOverrides(own, 'flow');
    expect(back).toMatchObject({ limits: {}, headline: ['flow'] });
    expect(back.metrics[0]).toEqual({ name: 'flow' });
  });

  it('counts what differs, and what cannot be read', () => {
    expect(countChanges(PUMP, limited(limited(PUMP, 'flow', 'high', 40), 'flow', 'high', null))).toBe(0);
    expect(countChanges(PUMP, listed(limited(PUMP, 'flow', 'high', 40), 'speed'))).toBe(2);
    expect(countChanges(PUMP, { ...PUMP, metrics: moved(PUMP.metrics, 0, 1) })).toBe(1);
    expect(countFaults(limited({ ...PUMP, inactivity_timeout: Number.NaN }, 'flow', 'high', Number.NaN))).toBe(2);
  });

  it('says of each state what it means, at most once', () => {
    const draft = assigned(assigned(stateMetric(PUMP, 'run_state'), 'AUTO', 'running'), 'AUTO', 'idle');
    expect(roleOf(draft, 'AUTO')).toBe('idle');
    expect(roleOf(assigned(draft, 'AUTO', null), 'AUTO')).toBeNull();
    expect(unlisted(draft, 'run_state').state).toBeNull();
  });

  it('is always what the server takes, and moving keeps every metric', () => {
    const step = fc.tuple(fc.constantFrom('flow', 'pressure'), fc.constantFrom('low', 'high'), fc.option(fc.integer()));
    fc.assert(
      fc.property(fc.array(step), fc.nat(3), fc.integer({ min: -2, max: 5 }), (steps, from, to) => {
        let draft = PUMP;
        for (const [name, kind, value] of steps) {
          draft = limited(draft, name, kind as 'low', value);
          draft = overridden(draft, name, { min: value });
        }
        draft = { ...draft, metrics: moved(draft.metrics, from, to) };
        expect(new Set(draft.metrics.map(({ name }) => name))).toEqual(new Set(['flow', 'pressure']));
        const parsed = machineTypeInputSchema.safeParse(draft);
        const ascending = Object.values(draft.limits ?? {}).every(
          ({ low, high }) => low == null || high == null || low < high,
        );
        expect(parsed.success).toBe(ascending);
      }),
    );
  });
});
