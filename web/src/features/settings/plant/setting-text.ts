// Faults, durations and names of settings as texts.

import { METRICS, type SettingView } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';
import type { Language, PlainTextKey, Translate } from '../../../i18n/text.ts';
import { highOf, lowOf, type SettingFault } from './setting-draft.ts';

export function settingFaultText(t: Translate, language: Language, fault: SettingFault): string {
  // As typed, not rounded and not grouped.
  const shown = (value: number) =>
    String(value)
      .replace('.', language === 'id' ? ',' : '.')
      .replace('-', '−');
  switch (fault.kind) {
    case 'order':
      return t('settings.fault.order', { low: shown(fault.low), high: shown(fault.high) });
    case 'min':
      return t('settings.fault.min', { limit: shown(fault.limit) });
    case 'max':
      return t('settings.fault.max', { limit: shown(fault.limit) });
    default:
      return t(`settings.fault.${fault.kind}`);
  }
}

const NAMES: Readonly<Record<string, PlainTextKey>> = {
  alert_deadband_percent: 'settings.deadband',
  alert_on_delay_seconds: 'settings.on_delay',
  alert_off_delay_seconds: 'settings.off_delay',
  inactivity_timeout: 'settings.inactivity',
  alert_email: 'settings.email',
  page_origin: 'settings.page_origin',
  data_retention_days: 'settings.retention',
  metric_discovery: 'settings.metric_discovery',
  plant_timezone: 'settings.plant_timezone',
};

/** What a person calls a setting. */
export function settingName(t: Translate, metricLabel: (metric: number) => string, name: string): string {
  const metric = METRICS.findIndex((each) => name === lowOf(each) || name === highOf(each));
  if (metric >= 0) {
    const side = t(name.startsWith('min_') ? 'settings.low' : 'settings.high');
    return `${metricLabel(metric)}, ${side}`;
  }
  const key = NAMES[name];
  return key === undefined ? name : t(key);
}

/** Who changed it last and when; null where it was never changed. */
export function lastChange(
  t: Translate,
  format: Pick<Format, 'moment'>,
  views: readonly (SettingView | undefined)[],
): string | null {
  let last: SettingView | undefined;
  for (const view of views) {
    if (view?.updated_by && view.updated_at && view.updated_at > (last?.updated_at ?? '')) last = view;
  }
  if (!last?.updated_at || !last.updated_by) return null;
  return t('settings.last_changed', { time: format.moment(Date.parse(last.updated_at)), by: last.updated_by });
}
