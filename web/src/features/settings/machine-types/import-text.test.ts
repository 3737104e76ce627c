import type { ImportChange } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { en } from '../../../i18n/en/en.ts';
import { createFormat } from '../../../i18n/format.ts';
import { createTranslate } from '../../../i18n/text.ts';
import { importSentences } from './import-text.ts';

const format = createFormat('en', 'UTC');
const t = createTranslate('en', en, (value) => format.number(value));
const labelOf = (name: string) => (name === 'flow' ? 'Coolant flow' : name);
const PUMP = { kind: 'machine_type', name: 'pump', action: 'update', machines: 81 } as const;

function sentence(change: ImportChange): string[] {
  return importSentences(t, format, { changes: [change] }, labelOf).map(
    ({ mark, subject, field, change: values }) =>
      `${mark} ${subject}${values === null ? '' : `: ${field} ${values.before} → ${values.after}`}`,
  );
}

describe('an import in sentences', () => {
  it('has one for a new entry', () => {
    const wear: ImportChange = { kind: 'metric', name: 'wear', action: 'create', fields: [], machines: 0 };
    expect(sentence(wear)).toEqual(['+ Metric wear']);
  });

  it('has one for each field that differs, with what it was', () => {
    const fields = [
      { field: 'limits.flow.high', before: 82, after: 84.5 },
      { field: 'inactivity_timeout', before: 120, after: null },
      { field: 'metrics.flow.label', before: null, after: 'Flow' },
      { field: 'headline', before: [], after: ['flow', 'speed'] },
      { field: 'state.running', before: ['AUTO'], after: ['AUTO', 'RUN'] },
    ];
    expect(sentence({ ...PUMP, fields })).toEqual([
      '~ Type pump: Coolant flow, High 82 → 84.5',
      '~ Type pump: Silent for how long before it is stale 120 → None',
      '~ Type pump: Coolant flow, Label None → Flow',
      '~ Type pump: Headline, on cards, lists and the wall None → Coolant flow, speed',
      '~ Type pump: Running AUTO → AUTO, RUN',
    ]);
  });
});
