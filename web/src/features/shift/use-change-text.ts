// What somebody changed, in the language of the page, with the names that the page has for settings, metrics and fields.

import { METRICS, type ShiftReport } from '@gonsters/contract';
import { useFleetMetrics } from '../../components/domain/metrics/use-type-metrics.ts';
import { settingName } from '../../components/domain/setting-name.ts';
import { isKnownAction, useAuditText } from '../../i18n/audit/audit-actions.ts';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';
import { changeText } from './change-text.ts';

export function useChangeText(): (change: ShiftReport['changed'][number]) => string {
  const { t, say } = useShiftText();
  const audit = useAuditText();
  const { named } = useFleetMetrics();
  const metricLabel = (index: number) => named(METRICS[index]?.name ?? '').label;
  return (change) =>
    changeText(change, say, {
      action: (action) => (isKnownAction(action) ? audit.say(action) : action),
      setting: (name) => settingName(t, metricLabel, name),
      metric: (name) => named(name).label,
    });
}
