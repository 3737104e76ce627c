import { checkSetting, DEFAULT_SETTINGS, METRICS, SETTINGS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countFaults,
  highOf,
  lowOf,
  orderChanges,
  readSetting,
  reviewDraft,
  type SettingChange,
  showSetting,
} from './setting-draft.ts';

const LOW = lowOf(METRICS[0]);
const HIGH = highOf(METRICS[0]);
const read = (name: string, text: string, language: 'en' | 'id' = 'en') => {
  const result = readSetting(name, text, language);
  return result.ok ? result.value : result.fault;
};

describe('what is typed for a setting', () => {
  it('may have a comma or a point', () => {
    expect(read(HIGH, ' 80,5 ')).toBe('80.5');
    expect(read(HIGH, '80.5', 'id')).toBe('80.5');
    expect(read(HIGH, '+85')).toBe('85');
    expect(read(HIGH, '−12')).toBe('-12');
  });

  it('may have the thousands of the language', () => {
    expect(read('inactivity_timeout', '86,400')).toBe('86400');
    expect(read('inactivity_timeout', '86.400', 'id')).toBe('86400');
    expect(read(HIGH, '80.125')).toBe('80.125');
  });

  it('has a fault of one kind', () => {
    expect(read(HIGH, '')).toBe('');
    expect(read('inactivity_timeout', '')).toEqual({ kind: 'required' });
    expect(read('inactivity_timeout', '1.5')).toEqual({ kind: 'whole' });
    expect(read('inactivity_timeout', '0')).toEqual({ kind: 'min', limit: 1 });
    expect(read(HIGH, '99999999')).toEqual({ kind: 'max', limit: METRICS[0].max });
    for (const text of ['eighty', '1e3', '0x10', 'Infinity', '1.2.3', '0.0000001']) {
      expect(read(HIGH, text), text).toEqual({ kind: 'number' });
    }
  });

  it('takes what the server takes, and shows what is stored so that it can be read again', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SETTINGS.filter((setting) => setting.type === 'number')),
        fc.constantFrom<'en' | 'id'>('en', 'id'),
        fc.oneof(
          fc.integer({ min: -500, max: 200_000 }).map(String),
          fc.float({ min: -500, max: 5000, noNaN: true }).map((value) => value.toFixed(2)),
        ),
        (setting, language, value) => {
          const result = readSetting(setting.name, showSetting(setting.name, value, language), language);
          expect(result.ok, value).toBe(checkSetting({}, setting.name, value).ok);
          if (result.ok) expect(Number(result.value) === Number(value), value).toBe(true);
        },
      ),
    );
  });
});

describe('a draft', () => {
  it('is a change only where the value differs', () => {
    const review = reviewDraft(DEFAULT_SETTINGS, new Map([[HIGH, '80']]), 'en');
    expect(review.changes).toEqual([]);
  });

  it('has one fault where low is not below high, told at both', () => {
    const { changes, faults } = reviewDraft(DEFAULT_SETTINGS, new Map([[LOW, '85']]), 'en');
    expect(changes).toEqual([{ name: LOW, value: '85' }]);
    expect(faults.get(LOW)).toEqual({ kind: 'order', low: 85, high: 80 });
    expect(faults.get(HIGH)).toEqual(faults.get(LOW));
    expect(countFaults(faults)).toBe(1);
  });

  it('has none where one of both is empty', () => {
    const texts = new Map([
      [LOW, '85'],
      [HIGH, ''],
    ]);
    expect(reviewDraft(DEFAULT_SETTINGS, texts, 'en').faults.size).toBe(0);
  });
});

describe('the order of changes', () => {
  it('moves high first where both go up', () => {
    const up = [
      { name: LOW, value: '90' },
      { name: HIGH, value: '120' },
    ];
    expect(orderChanges(DEFAULT_SETTINGS, up).map(({ name }) => name)).toEqual([HIGH, LOW]);
    expect(orderChanges(DEFAULT_SETTINGS, [{ name: LOW, value: '900' }])).toHaveLength(1);
  });

  it('never passes through a contradiction on the way from one consistent state to another', () => {
    const pair = fc
      .tuple(fc.option(fc.integer({ min: 0, max: 900 })), fc.option(fc.integer({ min: 0, max: 900 })))
      .filter(([low, high]) => low === null || high === null || low < high)
      .map(([low, high]): [string, string] => [low === null ? '' : String(low), high === null ? '' : String(high)]);
    const state = fc.tuple(...METRICS.map(() => pair)).map((pairs) =>
      Object.fromEntries(
        METRICS.flatMap((metric, index) => {
          const [low, high] = pairs[index] as [string, string];
          return [
            [lowOf(metric), low],
            [highOf(metric), high],
          ];
        }),
      ),
    );
    fc.assert(
      fc.property(state, state, (from, to) => {
        const changes: SettingChange[] = Object.entries(to).map(([name, value]) => ({ name, value }));
        const current: Record<string, string> = { ...from };
        for (const { name, value } of orderChanges(from, changes)) {
          expect(checkSetting(current, name, value)).toEqual({ ok: true, value });
          current[name] = value;
        }
        expect(current).toEqual(to);
      }),
    );
  });
});
