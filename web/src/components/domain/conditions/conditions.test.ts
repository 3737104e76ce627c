import type { Condition } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { en as conditionsEn } from '../../../i18n/conditions/en.ts';
import { en } from '../../../i18n/en/en.ts';
import { createFormat } from '../../../i18n/format.ts';
import { createTranslate } from '../../../i18n/text.ts';
import type { MetricView } from '../metrics/metric-view.ts';
import { conditionInput, draftFaults, draftOf, EDITED_KINDS, fitsKind, newDraft } from './condition-draft.ts';
import { conditionAt, sameScope, scopesOf } from './condition-scopes.ts';
import { conditionSentence, type Said } from './condition-sentence.ts';

const format = createFormat('en');
const words = {
  t: createTranslate('en', en, (value) => format.number(value)),
  say: createTranslate<typeof conditionsEn>('en', conditionsEn, (value) => format.number(value)),
  format,
};
const named = (name: string) =>
  ({
    ...{ name, label: name === 'current' ? 'Spindle current' : 'State', unit: 'A' },
    ...{ toShown: (value: number) => value + 5, toStored: (value: number) => value - 5 },
  }) as MetricView;
const NOTHING: Said = {
  ...{ kind: 'connection', metric: null, units_per_minute: null, window_seconds: null, direction: null },
  ...{ duration_seconds: null, epsilon: null, values: null, only_while: null, on_delay_seconds: null },
};
const sentence = (said: Partial<Said>) => conditionSentence(words, { ...NOTHING, ...said }, named);

describe('a condition as a sentence', () => {
  it('says what changes too fast, as a difference whatever the unit that is shown', () => {
    const rate = { kind: 'rate_of_change', metric: 'current', units_per_minute: 10, window_seconds: 60 } as const;
    expect(sentence({ ...rate, direction: 'rise' })).toBe(
      'when Spindle current rises by more than 10\u00a0A per minute, over 1 minute',
    );
    expect(sentence({ ...rate, direction: null })).toMatch(/^when Spindle current changes by more than/);
  });

  it('says what stands still, does not count, or is a state that should not be', () => {
    expect(sentence({ kind: 'stuck', metric: 'current', duration_seconds: 600 })).toBe(
      'when Spindle current does not change for 10 minutes',
    );
    expect(sentence({ kind: 'state', metric: 'state', values: ['fault', 'blocked'], duration_seconds: 0 })).toBe(
      'when State is “fault” or “blocked”',
    );
    expect(sentence({ kind: 'no_count', metric: 'current', duration_seconds: 90 })).toBe(
      'when Spindle current has not grown for 1 minute 30 seconds',
    );
    expect(sentence({ on_delay_seconds: 30 })).toBe('when the machine sends nothing, for 30 seconds');
  });

  it('says which state it is tied to', () => {
    const only_while = { metric: 'state', values: ['running'], startup_seconds: 180 };
    expect(sentence({ kind: 'stuck', metric: 'current', duration_seconds: 60, only_while })).toBe(
      'when Spindle current does not change for 1 minute, only while State is “running”, from 3 minutes after that began',
    );
  });
});

describe('a condition while it is edited', () => {
  it('lacks what its kind needs', () => {
    const faults = (kind: (typeof EDITED_KINDS)[number]) =>
      Object.keys(draftFaults(newDraft(kind, null, { level: 'plant' })));
    expect(EDITED_KINDS.map(faults)).toEqual([
      ['metric', 'rate'],
      ['metric'],
      ['metric', 'values'],
      ['metric'],
      ['metric'],
      [],
    ]);
    expect(draftFaults({ ...newDraft('stuck', 'a', { level: 'plant' }), duration: 0, epsilon: Number.NaN })).toEqual({
      duration: 'positive',
      epsilon: 'number',
    });
  });

  it('is written without the fields of other kinds, and read back as it was', () => {
    const draft = {
      ...newDraft('state', 'state', { level: 'plant' } as const),
      values: ['fault'],
      cause: ' worn ',
      minutes: 5,
    };
    const input = conditionInput(draft);
    expect(input).toMatchObject({ values: ['fault'], cause: 'worn', response: null, time_to_respond_seconds: 300 });
    expect(input).not.toHaveProperty('units_per_minute');
    const stored = { ...NOTHING, off_delay_seconds: null, deadband: null, ...input } as Condition;
    expect(conditionInput(draftOf(stored))).toEqual(input);
  });

  it('is about a metric that fits', () => {
    expect(['gauge', 'counter', 'state', 'boolean'].map((kind) => fitsKind('state', { kind }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(fitsKind('no_count', { kind: 'counter' })).toBe(true);
  });
});

it('a condition is found at its scope, types without regard to case', () => {
  const scopes = scopesOf({ machineId: 'm', machineName: 'CNC', sensorType: 'CNC machine' });
  expect(scopes.map(({ level }) => level)).toEqual(['machine', 'type', 'plant']);
  expect(sameScope({ level: 'type', sensor_type: 'cnc Machine' }, scopes[1] as Condition['scope'])).toBe(true);
  const one = { kind: 'stuck', metric: 'a', scope: { level: 'plant' } } as Condition;
  expect(conditionAt([one], 'stuck', 'a', { level: 'plant' })).toBe(one);
  expect(conditionAt([one], 'stuck', 'b', { level: 'plant' })).toBeNull();
});
