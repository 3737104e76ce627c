// What a person calls a setting.

import { METRICS } from '@gonsters/contract';
import type { PlainTextKey, Translate } from '../../i18n/text.ts';

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

/** By its own name where the page knows no other. */
export function settingName(t: Translate, metricLabel: (metric: number) => string, name: string): string {
  const metric = METRICS.findIndex(
    (each) => name === `min_${each.name}_threshold` || name === `max_${each.name}_threshold`,
  );
  if (metric >= 0) {
    const side = t(name.startsWith('min_') ? 'settings.low' : 'settings.high');
    return `${metricLabel(metric)}, ${side}`;
  }
  const key = NAMES[name];
  return key === undefined ? name : t(key);
}
