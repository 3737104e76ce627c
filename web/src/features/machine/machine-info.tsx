// The tab with the description of a machine, its limits and the calibration of its sensors.

import type { Machine } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useApi, useMay } from '../../api/use-api.ts';
import { ConditionsCard } from '../../components/domain/conditions/conditions-card.tsx';
import { machineMetricsKey, useMachineMetrics } from '../../components/domain/metrics/use-machine-metrics.ts';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { errorText } from '../../i18n/error-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { MachineCalibration } from './calibration/machine-calibration.tsx';
import { limitedMetrics } from './limits/limited-metrics.ts';
import { LimitsForm } from './limits/limits-form.tsx';
import { MachineFacts } from './machine-facts.tsx';
import { useMachine } from './use-machine.ts';

export function MachineInfo() {
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const { machine } = useMachine(machineId);
  return machine.data ? (
    <>
      <MachineFacts machine={machine.data} />
      <MachineLimits key={machineId} machine={machine.data} />
      <ConditionsCard
        key={`${machineId} conditions`}
        context={{ machineId, machineName: machine.data.name, sensorType: machine.data.sensor_type, metric: null }}
      />
      <MachineCalibration key={`${machineId} calibration`} machineId={machineId} />
    </>
  ) : (
    <section className="card">
      <LimitsSkeleton />
    </section>
  );
}

function MachineLimits({ machine }: { machine: Machine }) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const mayWrite = useMay('write:machines');
  const machineId = machine.machine_id;
  const queryKey = ['limits', machineId, 'rules'];
  const rules = useQuery({ queryKey, queryFn: ({ signal }) => api.machineLimitRules(machineId, signal) });
  const metrics = useQuery({
    queryKey: machineMetricsKey(machineId),
    queryFn: ({ signal }) => api.machineMetrics(machineId, signal),
  });
  const views = useMachineMetrics(machineId);
  const failed = rules.error ?? metrics.error;
  return (
    <section className="card" aria-labelledby="machine-limits">
      <div className="card-head">
        <h2 id="machine-limits">{t('limits.title')}</h2>
      </div>
      <p className="caption px-4 pb-3">
        {t('limits.lead')} {mayWrite ? null : t('limits.read_only')}
      </p>
      {rules.data && metrics.data && views ? (
        <LimitsForm
          metrics={limitedMetrics(metrics.data.metrics, views.metrics)}
          own={rules.data.limits}
          wider={[
            { from: 'type', limits: rules.data.sensor_type_limits },
            { from: 'plant', limits: rules.data.plant_limits },
          ]}
          readOnly={!mayWrite}
          onSave={async (limits) => {
            queries.setQueryData(queryKey, await api.saveMachineLimits(machineId, limits));
            await queries.invalidateQueries({ queryKey: ['limits', machineId] });
          }}
        />
      ) : failed ? (
        <StateMessage
          alert
          icon={RotateCcw}
          title={t('limits.failed')}
          actions={
            <button
              type="button"
              className="button"
              onClick={() => void Promise.all([rules.refetch(), metrics.refetch()])}
            >
              {t('app.retry')}
            </button>
          }
        >
          {errorText(t, failed)}
        </StateMessage>
      ) : (
        <LimitsSkeleton />
      )}
    </section>
  );
}

function LimitsSkeleton() {
  return (
    <div className="limits-metric" aria-busy="true">
      <Skeleton width={120} height={16} />
      <Skeleton width="100%" height={58} />
    </div>
  );
}
