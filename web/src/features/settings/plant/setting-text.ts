// Faults and durations of settings as texts.

import type { SettingView } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';
import type { Language, Translate } from '../../../i18n/text.ts';
import type { SettingFault } from './setting-draft.ts';

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
