// What somebody changed, as a sentence of a hand-over report.

import type { AuditEntry } from '@gonsters/contract';

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

/**
 * @param name of the machine that the entry is about; null where it is about none
 * @param hasValues whether the reader may see what it was changed to
 */
export function changeText(
  { action, target, details }: Pick<AuditEntry, 'action' | 'target' | 'details'>,
  name: string | null,
  hasValues: boolean,
): string {
  const [noun = '', verb = ''] = action.split('.');
  const { name: named, ...rest } = details;
  const shownName = name ?? (typeof named === 'string' ? named : isId(target) ? null : target);
  const about = `${SUBJECTS[noun] ?? noun}${noun === 'limits' && shownName !== null ? ' of' : ''}`;
  const head = [about, shownName, VERBS[verb] ?? 'changed'].filter((part) => part !== null && part !== '').join(' ');
  const values = hasValues ? valuesOf(rest) : '';
  const text = values === '' ? head : `${head}: ${values}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function valuesOf(details: Record<string, unknown>): string {
  const { old_value: before, new_value: after, ...rest } = details;
  const step = after === undefined ? [] : [`${spoken(before)} → ${spoken(after)}`];
  const values = [...step, ...leaves(rest, '')];
  return `${values.slice(0, MOST_VALUES).join(', ')}${values.length > MOST_VALUES ? ', …' : ''}`;
}

function leaves(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [`${path} (${value.length})`];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => leaves(each, path === '' ? key : `${path} ${key}`));
  }
  // An id says nothing to a reader.
  if (value === undefined || (typeof value === 'string' && isId(value))) return [];
  return [`${path} ${spoken(value)}`];
}

const spoken = (value: unknown) => (value === null || value === '' || value === undefined ? '–' : String(value));
const isId = (text: string | null) => text !== null && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/i.test(text);
