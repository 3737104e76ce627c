// What somebody changed, as a sentence of a hand-over report.

import type { AuditEntry, ShiftReport } from '@gonsters/contract';

/** The nouns of the actions that a report lists, and how a sentence names what was changed. */
const SUBJECTS: Readonly<Record<string, string>> = {
  limits: 'Limits',
  condition: 'Condition',
  config: 'Setting',
  machine: 'Machine',
  machine_metrics: 'Metrics of',
  calibration: 'Calibration of',
  metric: 'Metric',
  machine_type: 'Machine type',
  route: 'Notification route',
  schedule: 'Duty schedule',
  calendar: 'Shift calendar',
  channel: 'Notification channel',
  gateway: 'Gateway',
  gateway_profile: 'Profile of',
  bad_actor: 'Suggestion for',
};
export const REPORTED_NOUNS: readonly string[] = Object.keys(SUBJECTS);
/** Tests change nothing. */
const NO_CHANGES = new Set(['channel.test', 'route.preview']);

const VERBS: Readonly<Record<string, string>> = {
  create: 'added',
  delete: 'removed',
  import: 'imported',
  reset: 'reset',
  accept: 'accepted',
  undo: 'undone',
};
/** Longer sentences are cut. */
const LONGEST = 300;
const MOST_VALUES = 8;

export const isReported = ({ action, outcome }: Pick<AuditEntry, 'action' | 'outcome'>): boolean =>
  outcome === 'success' && !NO_CHANGES.has(action);

export type Change = Omit<ShiftReport['changed'][number], 'at' | 'by' | 'action'>;
type ChangedValue = Change['values'][number];

/**
 * @param name of the machine that the entry is about; null where it is about none
 * @param hasValues whether the reader may see what it was changed to
 */
export function changeOf(
  { action, target, details }: Pick<AuditEntry, 'action' | 'target' | 'details'>,
  name: string | null,
  hasValues: boolean,
): Change {
  const [noun = '', verb = ''] = action.split('.');
  const { name: named, ...rest } = details;
  const shownName = name ?? (typeof named === 'string' ? named : isId(target) ? null : target);
  const about = `${SUBJECTS[noun] ?? noun}${noun === 'limits' && shownName !== null ? ' of' : ''}`;
  const head = [about, shownName, VERBS[verb] ?? 'changed'].filter((part) => part !== null && part !== '').join(' ');
  const all = hasValues ? valuesOf(rest) : [];
  const values = all.slice(0, MOST_VALUES);
  const left = all.length - values.length;
  const said = [...values.map(valueText), ...(left > 0 ? ['…'] : [])].join(', ');
  const text = said === '' ? head : `${head}: ${said}`;
  return {
    text: cut(text, LONGEST),
    target: shownName === '' ? null : shownName,
    values,
    values_left: left,
  };
}

function valuesOf(details: Record<string, unknown>): ChangedValue[] {
  const { old_value: before, new_value: after, ...rest } = details;
  const setting = after === undefined ? [] : [value('', after, before)];
  return [...setting, ...leaves(rest, '')];
}

function leaves(given: unknown, path: string): ChangedValue[] {
  if (Array.isArray(given)) return [{ ...value(path, given.length), is_list: true }];
  if (typeof given === 'object' && given !== null) {
    return Object.entries(given).flatMap(([key, each]) => leaves(each, path === '' ? key : `${path}.${key}`));
  }
  // An id says nothing to a reader.
  if (given === undefined || (typeof given === 'string' && isId(given))) return [];
  return [value(path, given)];
}

const value = (field: string, after: unknown, before: unknown = null): ChangedValue => ({
  ...{ field, before: written(before), after: written(after), is_list: false },
});
const written = (given: unknown) =>
  given === null || given === '' || given === undefined ? null : cut(String(given), LONGEST);

function valueText({ field, before, after, is_list: isList }: ChangedValue): string {
  if (field === '') return `${before ?? '–'} → ${after ?? '–'}`;
  return `${field.replaceAll('.', ' ')} ${isList ? `(${after})` : (after ?? '–')}`;
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const isId = (text: string | null) => text !== null && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/i.test(text);
