// A change as one line: what was done, to what, and its values.

import type { ShiftReport } from '@gonsters/contract';
import { en } from '../../i18n/shift/en.ts';
import type { TranslateOf } from '../../i18n/text.ts';

type Change = Pick<ShiftReport['changed'][number], 'action' | 'target' | 'values' | 'values_left'>;
type FieldKey = Extract<keyof typeof en, `field.${string}`>;

interface Names {
  action(action: string): string;
  setting(name: string): string;
  metric(name: string): string;
}

const isField = (key: string): key is FieldKey => Object.hasOwn(en, key);

export function changeText(change: Change, say: TranslateOf<typeof en>, names: Names): string {
  const { action, target, values, values_left: left } = change;
  const shownTarget = target !== null && action.startsWith('config.') ? names.setting(target) : target;
  const head = [names.action(action), shownTarget].filter((part) => part !== null).join(': ');
  const said = values.map(({ field, before, after, is_list: isList }) => {
    if (field === '') return say('shift.from_to', { before: before ?? '–', after: after ?? '–' });
    const name = fieldText(field, say, names);
    return isList ? say('shift.entries', { name, count: Number(after) }) : `${name} ${valueText(after, say)}`;
  });
  const more = left === 0 ? [] : [say('shift.more_values', { count: left })];
  return [head, ...(said.length === 0 ? [] : [[...said, ...more].join(', ')])].join(' · ');
}

/** The last parts of a path say enough; those that only group are left out. */
function fieldText(field: string, say: TranslateOf<typeof en>, { metric }: Names): string {
  const parts = field.split('.').filter((part) => part !== 'limits' && part !== 'before' && part !== 'match');
  return parts
    .map((part) => {
      const key = `field.${part}`;
      if (isField(key)) return say(key);
      return /^\d+$/.test(part) ? part : metric(part).replaceAll('_', ' ');
    })
    .join(' ');
}

const valueText = (value: string | null, say: TranslateOf<typeof en>) =>
  value === null ? '–' : value === 'true' || value === 'false' ? say(`shift.${value}`) : value;
