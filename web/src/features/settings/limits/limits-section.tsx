// Limits per sensor type, and the machines that have their own.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Boxes, ChevronDown } from 'lucide-react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { LimitsForm } from '../../../components/domain/limits/limits-form.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { FormSkeleton, RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { OwnLimitsList } from './own-limits-list.tsx';

export function LimitsSection() {
  const { t } = useText();
  const api = useApi();
  const mayWrite = useMay('write:machines');
  const { search, narrow } = useSettingsSearch();
  const summary = useQuery({ queryKey: ['machines', 'summary'], queryFn: () => api.machineSummary() });
  const types = summary.data?.sensor_types ?? [];
  return (
    <>
      <section className="card">
        <div className="card-head">
          <h2>{t('own_limits.by_type')}</h2>
        </div>
        <p className="card-note">
          {t('own_limits.by_type.hint')} {mayWrite ? null : t('limits.read_only')}
        </p>
        {summary.isError && !summary.data ? <SectionFailed error={summary.error} onRetry={summary.refetch} /> : null}
        {summary.isPending ? <RowsSkeleton /> : null}
        {summary.data && types.length === 0 ? (
          <StateMessage icon={Boxes} title={t('machines.empty')}>
            {t('machines.empty.hint')}
          </StateMessage>
        ) : null}
        <ul>
          {types.map(({ name, count }) => {
            const open = name === search.sensor;
            return (
              <li key={name}>
                <button
                  type="button"
                  className="fold"
                  aria-expanded={open}
                  onClick={() => narrow({ sensor: open ? undefined : name })}
                >
                  <b className="ellipsis">{name}</b>
                  <span className="caption">{t('alerts.machines', { count })}</span>
                  <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
                </button>
                {open ? <SensorTypeLimits sensorType={name} /> : null}
              </li>
            );
          })}
        </ul>
      </section>
      <OwnLimitsList />
    </>
  );
}

function SensorTypeLimits({ sensorType }: { sensorType: string }) {
  const api = useApi();
  const queries = useQueryClient();
  const mayWrite = useMay('write:machines');
  const queryKey = ['limits', 'sensor-type', sensorType];
  const rules = useQuery({ queryKey, queryFn: ({ signal }) => api.sensorTypeLimitRules(sensorType, signal) });
  if (rules.data === undefined) {
    return rules.isError ? <SectionFailed error={rules.error} onRetry={rules.refetch} /> : <FormSkeleton />;
  }
  return (
    <LimitsForm
      own={rules.data.limits}
      wider={[{ from: 'plant', limits: rules.data.plant_limits }]}
      readOnly={!mayWrite}
      onSave={async (limits) => {
        queries.setQueryData(queryKey, await api.saveSensorTypeLimits(sensorType, limits));
        await queries.invalidateQueries({ queryKey: ['limits'] });
      }}
    />
  );
}
