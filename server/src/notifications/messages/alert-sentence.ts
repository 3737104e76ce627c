// The sentence of an alert in the language of its reader, from the fields of the alert. Pure.

import { type AlertEvent, LIMIT_KINDS, type LimitKind, METRICS, type MessageLanguage } from '@gonsters/contract';
import { amountText, type NamedMetric } from '../../alerts/rules/alert-message.ts';
import { spokenDuration } from '../../spoken-duration.ts';
import { WORDS } from './words.ts';

/** What the catalogues say of what an alert names. */
export interface AlertNames {
  /** Undefined for a metric that is not in the catalogue any more. */
  readonly metric: (name: string) => NamedMetric | undefined;
  /** null for a gateway that was deleted. */
  readonly gateway: (id: string) => string | null;
}

export interface AlertFigures {
  readonly machine: string;
  readonly metric: string;
  readonly sentence: string;
  /** With units; empty where there are none. */
  readonly value: string;
  readonly limit: string;
  readonly peak: string;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

export function alertFigures(event: AlertEvent, names: AlertNames, language: MessageLanguage): AlertFigures {
  const words = WORDS[language];
  const metric = names.metric(event.metric);
  const amount = (value: number | null, other: number | null): string => {
    if (value === null || metric === undefined) return '';
    const text = amountText(metric, value, other);
    return language === 'id' ? text.replace('.', ',') : text;
  };
  const isLimit = (LIMIT_KINDS as readonly string[]).includes(event.limit_kind);
  const value = amount(event.value, event.threshold);
  const limit = isLimit ? amount(event.threshold, event.value) : '';
  const peak = isLimit && event.peak !== event.value ? amount(event.peak, event.threshold) : '';
  const label = labelOf(metric, event.metric, language);
  const count = event.machine_ids.length;
  const machine = event.machine_id === null && count > 1 ? words.machines(count) : event.machine_name;
  const named = { machine, metric: metric === undefined ? '' : label, value, limit, peak };
  return { ...named, sentence: sentenceOf(event, names, language, { label, value, limit, isLimit }) };
}

function sentenceOf(
  event: AlertEvent,
  names: AlertNames,
  language: MessageLanguage,
  { label, value, limit, isLimit }: { label: string; value: string; limit: string; isLimit: boolean },
): string {
  const words = WORDS[language];
  const { condition, machine_ids: ids, machine_name: name, location } = event;
  const isAboutMany = event.machine_id === null && ids.length > 1;
  // The stored sentence says more, such as for how long.
  if (language === 'en' && !(condition === 'connection' || condition === 'gateway')) return event.message;
  if (condition === 'gateway' && event.metric === 'gateway') {
    return language === 'en' || event.value === null
      ? event.message
      : words.refused(`${Math.round(event.value)}`, name);
  }
  if (condition === 'gateway') {
    const gateway = event.gateway_id === null ? null : names.gateway(event.gateway_id);
    return words.offline(gateway, isAboutMany ? words.machines(ids.length) : name, ids.length);
  }
  if (condition === 'connection') {
    if (event.threshold === null) return event.message;
    return words.stale(
      isAboutMany ? words.machinesIn(ids.length, location) : name,
      durationText(event.threshold, language),
    );
  }
  if (condition === 'level' && isLimit && value !== '') {
    return `${name}: ${words.limit(label, value, event.limit_kind as LimitKind, limit === '' ? null : limit)}`;
  }
  if (condition === 'bad_quality') return `${name}: ${words.badQuality(label, value === '' ? null : value)}`;
  const known = words.condition(label, condition);
  return known === null ? event.message : `${name}: ${known}`;
}

/** Labels of the metrics that every plant has are translated, unless people changed them. */
function labelOf(metric: NamedMetric | undefined, name: string, language: MessageLanguage): string {
  const builtIn = METRICS.find((each) => each.name === name);
  if (metric === undefined) return name;
  return builtIn !== undefined && builtIn.label.en === metric.label ? builtIn.label[language] : metric.label;
}

/** As people say it in the language: `1 h 30 min` or `1 jam 30 menit`. */
export function durationText(seconds: number, language: MessageLanguage): string {
  const { units } = WORDS[language];
  return spokenDuration(seconds).replace(/\b(d|h|min|s)\b/g, (unit) => units[unit as keyof typeof units]);
}

/** Without what does not matter of a long time: hours of days, and minutes of hours. */
export function roughDuration(seconds: number, language: MessageLanguage): string {
  const step = seconds >= 2 * DAY_S ? DAY_S : seconds >= DAY_S ? HOUR_S : seconds >= MINUTE_S ? MINUTE_S : 1;
  return durationText(Math.max(0, Math.floor(seconds / step) * step), language);
}
