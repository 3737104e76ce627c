import type { BacktestRaise } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { putText } from '../../../components/domain/limits/put-text.ts';
import { backtestAsked, rangeSpan } from './backtest-asked.ts';
import { putOf } from './put-suggestion.ts';
import { raisesText } from './raises-csv.ts';
import { chosenRaises, countRaises, ringTimes, worstMachine } from './ring-times.ts';
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

describe('a suggestion in the address', () => {
  it('is put into the form as it is, and nothing else is', () => {
    expect(putOf(NO_RULES, putText('high', { limit: 82.5, on_delay_seconds: 20 }))).toEqual({
      high: 82.5,
      onDelay: 20,
    });
    for (const text of [undefined, '', '{', 'null', '{"kind":"x","limit":1}', '{"kind":"high","limit":"1"}']) {
      expect(putOf(NO_RULES, text)).toEqual({});
    }
  });
});

describe('the raises of a back-test', () => {
  const raise = (at: string, more: Partial<BacktestRaise> = {}): BacktestRaise => ({
    ...{ machine_id: 'a', raised_at: at, cleared_at: null, peak: 90, severity: 'warning', limit_kind: 'high' },
    ...{ change: 'kept', kept: true, would_raise_at: at, would_clear_at: null, instead_of: 1, found_after_seconds: 0 },
    ...{ reason: null, reason_code: null, ...more },
  });
  const [one, two, three] = ['2026-11-23T10:00:00Z', '2026-11-23T11:00:00Z', '2026-11-23T12:00:00Z'];
  const raises = [
    raise(one as string),
    raise(two as string, { change: 'gone', kept: false, would_raise_at: null }),
    raise(three as string, { change: 'new', machine_id: 'b' }),
  ];

  it('are ticks of one machine: what rang, and what would ring', () => {
    expect(ringTimes(raises, 'a')).toEqual({
      rang: [Date.parse(one as string), Date.parse(two as string)],
      would: [Date.parse(one as string)],
    });
    expect(ringTimes(raises, 'b')).toEqual({ rang: [], would: [Date.parse(three as string)] });
    expect(worstMachine(raises)).toEqual([
      { machineId: 'a', count: 2 },
      { machineId: 'b', count: 1 },
    ]);
  });

  it('are counted and chosen, the newest first', () => {
    expect(countRaises(raises)).toEqual({ all: 3, stay: 1, gone: 1, new: 1 });
    expect(chosenRaises(raises, 'all').map(({ raised_at: at }) => at)).toEqual([three, two, one]);
  });

  it('are a CSV file in which no text is a formula', () => {
    const text = raisesText(
      { raises: [raise(one as string, { reason: 'shorter, "20 s"' })] },
      new Map([['a', '=A1']]),
      {
        unit: '°C',
        toShown: (value) => value,
      },
    );
    expect(text.split('\r\n')[1]).toBe(`a,'=A1,${one},,90,°C,warning,high,kept,${one},,0,1,"shorter, ""20 s"""`);
  });
});
