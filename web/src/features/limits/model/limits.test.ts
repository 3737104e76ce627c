import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtestAsked, rangeSpan } from './backtest-asked.ts';
import {
  draftRules,
  editsOf,
  limitsOf,
  NO_RULES,
  numbersInForce,
  onlyWhileInForce,
  type Rules,
  ruleFaults,
  type WiderRules,
  withRule,
} from './rules-draft.ts';

const rules = (limits: Rules['limits'], more: Partial<Rules> = {}): Rules => ({ ...NO_RULES, limits, ...more });
const PLANT: WiderRules = { from: 'plant', rules: rules({ low: 50, high: 80 }, { onDelay: 0, offDelay: 5 }) };
const TYPE: WiderRules = { from: 'type', rules: rules({ high_high: 90 }, { offDelay: 10 }) };
const WIDER = [TYPE, PLANT];

describe('rules while they are edited', () => {
  it('are those set here over those of the type and of the plant', () => {
    const numbers = numbersInForce(draftRules(NO_RULES, { high: 82.5, onDelay: 20 }), WIDER, true);
    expect(numbers.high).toEqual({ value: 82.5, from: 'here' });
    expect(numbers.high_high).toEqual({ value: 90, from: 'type' });
    expect(numbers.low).toEqual({ value: 50, from: 'plant' });
    expect(numbers.low_low).toEqual({ value: null, from: null });
    expect(numbers.onDelay).toEqual({ value: 20, from: 'here' });
    expect(numbers.offDelay).toEqual({ value: 10, from: 'type' });
    expect(numbers.deadband).toEqual({ value: null, from: null });
  });

  it('have a high-high that follows from high where nobody sets one', () => {
    expect(numbersInForce(draftRules(NO_RULES, { high: 70 }), [PLANT], true).high_high).toEqual({
      value: 77,
      from: 'high',
    });
  });

  it('forget an edit that leads back to what is saved, for every order of edits', () => {
    const own = rules({ high: 90 }, { onDelay: 3 });
    const value = fc.oneof(
      fc.constant(null),
      fc.constant(90),
      fc.constant(3),
      fc.double({ noNaN: true, min: 0, max: 100 }),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ high: value, onDelay: value })), (changes) => {
        const edited = changes.reduce((edits, change) => withRule(own, edits, change), {});
        expect(withRule(own, edited, { high: 90, onDelay: 3 })).toEqual({});
      }),
    );
  });

  it('are refused where they do not ascend, together with those they inherit', () => {
    expect(ruleFaults(draftRules(NO_RULES, { high: 95 }), WIDER)).toEqual({
      high: { than: 'high_high', side: 'below' },
    });
    expect(ruleFaults(draftRules(NO_RULES, { low: Number.NaN, onDelay: -1 }), WIDER)).toEqual({
      low: 'number',
      onDelay: 'negative',
    });
    expect(ruleFaults(draftRules(NO_RULES, { high: 85 }), WIDER)).toEqual({});
  });

  it('say where the state that they are tied to comes from', () => {
    const onlyWhile = { metric: 'state', values: ['running'], startup_seconds: 180 };
    const type: WiderRules = { from: 'type', rules: rules({}, { onlyWhile }) };
    expect(onlyWhileInForce(NO_RULES, [type, PLANT])).toEqual({ value: onlyWhile, from: 'type' });
    expect(onlyWhileInForce(NO_RULES, [PLANT])).toEqual({ value: null, from: null });
  });

  it('take over a suggestion', () => {
    expect(editsOf(rules({ high: 82.5 }), 'high', { limit: 82.5, on_delay_seconds: 20 })).toEqual({ onDelay: 20 });
  });
});

describe('the request of a back-test', () => {
  const span = rangeSpan('7d', Date.UTC(2026, 10, 23, 10, 42, 18));
  const asked = (edits: Parameters<typeof withRule>[1], wider = [PLANT]) =>
    backtestAsked(
      'temperature',
      { machineIds: ['m'] },
      span,
      edits,
      numbersInForce(NO_RULES, wider, true),
      numbersInForce(draftRules(NO_RULES, edits), wider, true),
    );

  it('asks for nothing but the range where nothing is edited', () => {
    expect(asked({})).toEqual({
      ...{ metric: 'temperature', machine_ids: ['m'] },
      ...{ from: '2026-11-16T10:42:00.000Z', to: '2026-11-23T10:42:00.000Z' },
    });
  });

  it('asks for what is edited and what follows from it', () => {
    expect(asked({ high: 70, onDelay: 20, deadband: null })).toMatchObject({
      limits: { high: 70, high_high: 77 },
      on_delay_seconds: 20,
    });
    expect(asked({ high: 85 }, WIDER)).toMatchObject({ limits: { high: 85 } });
    expect(limitsOf(numbersInForce(NO_RULES, WIDER, true))).toEqual({
      high_high: 90,
      high: 80,
      low: 50,
      low_low: null,
    });
  });
});
