import { type MachineLimits, METRICS } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { parseNumber } from '../../../i18n/parse-number.ts';
import {
  draftFaults,
  draftOf,
  draftSources,
  fieldOf,
  type LimitedMetric,
  mergedLimits,
  withEdit,
} from './limit-draft.ts';

const [{ name: FIRST, min, max }, { name: SECOND }] = METRICS;
const METRIC: LimitedMetric = { name: FIRST, min, max, derivesHighHigh: true };
const parse = (text: string) => parseNumber(text, 'id');
const of = (limits: MachineLimits[typeof FIRST]): MachineLimits => ({ [FIRST]: limits });
const PLANT = of({ low: 50, high: 80 });

describe('limits while they are typed', () => {
  it('are saved together with those nobody touched, and an emptied one is gone', () => {
    const own: MachineLimits = { [FIRST]: { low: 40, high: 90 }, [SECOND]: { high: 140 } };
    const edits = { [fieldOf(FIRST, 'high')]: '92,5', [fieldOf(SECOND, 'high')]: '' };
    expect(mergedLimits(own, edits, parse)).toEqual({ [FIRST]: { low: 40, high: 92.5 } });
  });

  it('keep zero apart from nothing', () => {
    expect(mergedLimits({}, { [fieldOf(FIRST, 'low')]: '0' }, parse)).toEqual({ [FIRST]: { low: 0 } });
  });

  it('forget an edit that leads back to what is saved', () => {
    const own = of({ high: 90 });
    const edits = withEdit(own, {}, fieldOf(FIRST, 'high'), '91', parse);
    expect(Object.keys(edits)).toEqual([fieldOf(FIRST, 'high')]);
    expect(withEdit(own, edits, fieldOf(FIRST, 'high'), '90,0', parse)).toEqual({});
    expect(withEdit({}, {}, fieldOf(FIRST, 'low'), '', parse)).toEqual({});
  });

  it('say where each comes from, the high-high from high where nobody set it', () => {
    const draft = draftOf({}, { [fieldOf(FIRST, 'high')]: '70' }, FIRST, parse);
    expect(draftSources(draft, [of({ low_low: 10 }), PLANT], METRIC)).toEqual({
      low_low: { value: 10, rule: 1 },
      low: { value: 50, rule: 2 },
      high: { value: 70, rule: 0 },
      high_high: { value: 77, rule: 'high' },
    });
  });

  it('must be numbers in the range of the metric', () => {
    const draft = draftOf({}, { [fieldOf(FIRST, 'low')]: 'x', [fieldOf(FIRST, 'high')]: '2001' }, FIRST, parse);
    expect(draftFaults(draft, [], METRIC)).toMatchObject({
      low: { fault: 'number' },
      high: { fault: 'range', max: 2000 },
    });
  });

  it('have no range and no high-high of their own accord where the metric has none', () => {
    const metric: LimitedMetric = { name: 'flow', min: null, max: null, derivesHighHigh: false };
    expect(draftFaults({ high: 1e9 }, [], metric)).toEqual({});
    expect(draftSources({ high: 10 }, [], metric).high_high).toBeNull();
    expect(draftFaults({ high: -1 }, [], { ...metric, min: 0 })).toEqual({
      high: { fault: 'range', min: 0, max: null },
    });
  });

  it('of metrics that nobody touched stay as they are', () => {
    const own: MachineLimits = { flow: { low: 1 }, ...of({ high: 90 }) };
    expect(mergedLimits(own, { [fieldOf('flow', 'low')]: '2' }, parse)).toEqual({
      flow: { low: 2 },
      ...of({ high: 90 }),
    });
  });

  it('must ascend, among themselves and together with what they inherit', () => {
    expect(draftFaults({ low: 70, high: 60 }, [PLANT], METRIC)).toEqual({
      high: { fault: 'above', than: 'low', value: 70 },
    });
    expect(draftFaults({ low: 80 }, [PLANT], METRIC)).toEqual({ low: { fault: 'below', than: 'high', value: 80 } });
    expect(draftFaults({ high: 100 }, [of({ high_high: 95 }), PLANT], METRIC)).toEqual({
      high: { fault: 'below', than: 'high_high', value: 95 },
    });
    expect(draftFaults({ low_low: 40, low: 45, high: 80, high_high: 81 }, [PLANT], METRIC)).toEqual({});
  });

  it('are not held against a high-high that only follows from an inherited high', () => {
    expect(draftFaults({ high: 120 }, [PLANT], METRIC)).toEqual({});
  });
});
