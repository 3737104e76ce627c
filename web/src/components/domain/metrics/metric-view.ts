// A metric of a machine as the page shows it: label, unit, limits and numbers in the unit that the plant wants to see.

import {
  convertValue,
  type EffectiveLimits,
  LIMIT_KINDS,
  type MachineMetric,
  METRICS,
  type MetricKind,
  unitOf,
} from '@gonsters/contract';
import { NO_LIMITS } from '../../../charts/limit-zones.ts';
import type { Format } from '../../../i18n/format.ts';
import type { Language, Translate } from '../../../i18n/text.ts';
import type { LiveMetrics } from '../../../live/live-metrics.ts';

export interface MetricView {
  readonly name: string;
  /** Its number in `LiveMetrics`. */
  readonly number: number;
  readonly label: string;
  /** The symbol as it is shown; '' without one. */
  readonly unit: string;
  readonly decimals: number;
  readonly kind: MetricKind;
  /** Names of the states that the catalogue knows. */
  readonly states: readonly string[];
  /** In the unit that is shown, as are `min` and `max`. */
  readonly limits: EffectiveLimits;
  readonly min: number | null;
  readonly max: number | null;
  readonly group: string | null;
  /** Found in the data, and nobody has described it yet. */
  readonly isNew: boolean;
  /** Name of the design token that its line has. */
  readonly color: string;
  /** From the stored unit to the one that is shown. */
  readonly toShown: (value: number) => number;
  /** The other way round, for what a person types. */
  readonly toStored: (value: number) => number;
}

const HUES = 6;
const same = (value: number) => value;

type Described = Pick<
  MachineMetric,
  | ('name' | 'label' | 'unit' | 'unit_code' | 'display_unit' | 'decimals' | 'kind')
  | ('states' | 'limits' | 'min' | 'max' | 'group' | 'status')
>;

/** `place` is that among the machine's metrics: further gauges have the colours of compared machines in turn. */
export function metricView(metric: Described, metrics: LiveMetrics, language: Language, place: number): MetricView {
  const number = metrics.numberOf(metric.name);
  const seed = METRICS.findIndex(({ name }) => name === metric.name);
  const builtIn = METRICS[seed];
  const stored = metric.unit_code === null ? null : unitOf(metric.unit_code);
  const shown = metric.display_unit === null ? null : unitOf(metric.display_unit);
  const converts = stored !== null && shown !== null && stored !== shown && stored.quantity === shown.quantity;
  const toShown = converts ? (value: number) => convertValue(value, stored, shown) ?? value : same;
  const bound = (value: number | null) => (value === null ? null : toShown(value));
  return {
    name: metric.name,
    number,
    // The catalogue has one language; what nobody has renamed is said in that of the page.
    label: builtIn !== undefined && builtIn.label.en === metric.label ? builtIn.label[language] : metric.label,
    unit: (converts ? shown.symbol : metric.unit) ?? '',
    decimals: metric.decimals,
    kind: metric.kind,
    states: metric.states ?? [],
    limits: Object.fromEntries(LIMIT_KINDS.map((kind) => [kind, bound(metric.limits[kind])])) as EffectiveLimits,
    min: bound(metric.min),
    max: bound(metric.max),
    group: metric.group,
    isNew: metric.status === 'discovered',
    color: seed >= 0 ? `metric-${seed + 1}` : metric.kind === 'gauge' ? `series-${(place % HUES) + 1}` : 'text-3',
    toShown,
    toStored: converts ? (value: number) => convertValue(value, shown, stored) ?? value : same,
  };
}

/** What every machine has, as far as the page knows it without the server. */
export const seedViews = (metrics: LiveMetrics, language: Language): MetricView[] =>
  METRICS.map(({ name, label, unit, decimals, min, max }, seed) => ({
    ...{ name, unit, decimals, min, max },
    number: metrics.numberOf(name),
    label: label[language],
    kind: 'gauge' as const,
    states: [],
    limits: NO_LIMITS,
    group: null,
    isNew: false,
    color: `metric-${seed + 1}`,
    toShown: same,
    toStored: same,
  }));

interface Words {
  t: Translate;
  format: Format;
  metrics: LiveMetrics;
}

/** A value as live data has it, without its unit; '—' for NaN. Of a state its name. */
export function valueText({ t, format, metrics }: Words, view: MetricView, value: number): string {
  if (Number.isNaN(value)) return '—';
  if (view.kind === 'boolean') return value === 0 ? t('metric.false') : t('metric.true');
  if (view.kind === 'state') return metrics.statesOf(view.number)[value] ?? view.states[value] ?? '—';
  return format.number(view.toShown(value), digitsOf(view, value));
}

/** A value as a reply has it, in the stored unit, with the unit that is shown; '—' for null. A state is its code in the catalogue. */
export function storedText(words: Words, view: MetricView, value: number | null): string {
  return liveText(words, view, liveValue(words.metrics, view, value));
}

/** A value as live data has it, with the unit that is shown. */
export function liveText(words: Words, view: MetricView, value: number): string {
  const text = valueText(words, view, value);
  return isNumeric(view) && view.unit !== '' && !Number.isNaN(value) ? `${text} ${view.unit}` : text;
}

/** A value as a reply has it as live data would: states have other codes there. NaN for null. */
export function liveValue(metrics: LiveMetrics, view: MetricView, value: number | null): number {
  return view.kind === 'state' && value !== null
    ? metrics.valueOf(view.number, view.states[value])
    : (value ?? Number.NaN);
}

/** Whether its values are numbers with a unit. */
export const isNumeric = ({ kind }: Pick<MetricView, 'kind'>): boolean => kind === 'gauge' || kind === 'counter';

/** A number that is already in the unit that is shown, with it. */
export const shownText = (format: Format, view: MetricView, value: number | null): string =>
  `${format.number(value, digitsOf(view, value))}${view.unit === '' ? '' : ` ${view.unit}`}`;

/** What is counted in whole pieces has no decimals. */
const digitsOf = ({ kind, decimals }: MetricView, value: number | null): number =>
  kind === 'counter' && Number.isInteger(value) ? 0 : decimals;
