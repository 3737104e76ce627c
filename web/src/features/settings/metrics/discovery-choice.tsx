// What happens to names that the catalogue does not know: the setting `metric_discovery`.

import { METRIC_DISCOVERY, type MetricDiscovery } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useApi, useMay } from '../../../api/use-api.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { managementFaultText } from '../management-fault.ts';
import { SETTINGS_KEY, useSettings } from '../plant/use-setting-draft.ts';

const NAME = 'metric_discovery';

export function DiscoveryChoice() {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const mayConfigure = useMay('write:config');
  const { data } = useSettings();
  const value = METRIC_DISCOVERY.find((each) => each === data?.find(({ name }) => name === NAME)?.value) ?? null;
  const choose = async (next: MetricDiscovery) => {
    try {
      await api.updateSetting(NAME, next);
      await queries.invalidateQueries({ queryKey: SETTINGS_KEY });
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
  };
  return (
    <div className="discovery">
      <span className="caption">{t('metrics.discovery')}</span>
      {mayConfigure ? (
        <Segments
          label={t('metrics.discovery')}
          value={value}
          choices={METRIC_DISCOVERY.map((each) => ({ value: each, label: t(`metrics.discovery.${each}`) }))}
          onChoose={(next) => void choose(next)}
        />
      ) : (
        <b>{value === null ? '—' : t(`metrics.discovery.${value}`)}</b>
      )}
    </div>
  );
}
