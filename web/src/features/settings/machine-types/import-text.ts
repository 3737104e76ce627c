// What an import changes, as sentences: one for each new entry, and one for each field that differs.

import type { ImportChange, ImportReply } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';
import type { PlainTextKey, Translate } from '../../../i18n/text.ts';
import { plainNumber } from '../metrics/metric-text.ts';

export interface ImportSentence {
  key: string;
  mark: '+' | '~';
  /** What is made or changed. */
  subject: string;
  /** What of it; empty for a new one. */
  field: string;
  /** null for a new one. */
  change: { before: string; after: string } | null;
  machines: number;
}

const FIELDS: Readonly<Record<string, PlainTextKey>> = {
  label: 'metrics.label',
  group: 'metrics.group',
  unit: 'metrics.unit',
  unit_code: 'metrics.unit',
  display_unit: 'metrics.display_unit',
  kind: 'metrics.kind',
  states: 'import.field.states',
  decimals: 'metrics.decimals',
  min: 'metrics.min',
  max: 'metrics.max',
  low_low: 'metrics.limit.low_low',
  low: 'metrics.limit.low',
  high: 'metrics.limit.high',
  high_high: 'metrics.limit.high_high',
  description: 'metrics.description',
  order: 'import.field.order',
  aliases: 'import.field.aliases',
  metrics: 'types.metrics',
  headline: 'types.headline',
  charts: 'types.charts',
  inactivity_timeout: 'types.silent',
  metric: 'types.state.metric',
  running: 'types.role.running',
  idle: 'types.role.idle',
  stopped: 'types.role.stopped',
  fault: 'types.role.fault',
};
/** Their values are names of metrics. */
const NAMING = new Set(['metrics', 'headline', 'charts', 'state.metric']);
/** They only say where a field is, which its own name says too. */
const PLACES = new Set(['limits', 'metrics', 'state']);

/** `labelOf` names a metric. */
export function importSentences(
  t: Translate,
  format: Format,
  { changes }: Pick<ImportReply, 'changes'>,
  labelOf: (metric: string) => string,
): ImportSentence[] {
  const shown = (value: unknown, field: string): string => {
    if (value === null || value === undefined) return t('settings.none');
    if (typeof value === 'number') return plainNumber(format, value);
    const name = (each: unknown) => (NAMING.has(field) ? labelOf(String(each)) : String(each));
    if (Array.isArray(value)) return value.length === 0 ? t('settings.none') : value.map(name).join(', ');
    return name(value);
  };
  const fieldText = (path: string): string => {
    const parts = path.split('.');
    const last = parts.pop() as string;
    const name = FIELDS[last] === undefined ? last : t(FIELDS[last]);
    return [...parts.filter((part) => !PLACES.has(part)).map(labelOf), name].join(', ');
  };
  return changes.flatMap((change): ImportSentence[] => {
    const key = `${change.kind} ${change.name}`;
    const subject = subjectOf(t, change, labelOf);
    if (change.action === 'create') {
      return [{ key, mark: '+', subject, field: '', change: null, machines: change.machines }];
    }
    return change.fields.map(({ field, before, after }) => ({
      key: `${key} ${field}`,
      mark: '~',
      subject,
      field: fieldText(field),
      change: { before: shown(before, field), after: shown(after, field) },
      machines: change.machines,
    }));
  });
}

function subjectOf(t: Translate, { kind, name }: ImportChange, labelOf: (metric: string) => string): string {
  return kind === 'metric' ? t('import.metric', { name: labelOf(name) }) : t('import.type', { name });
}
