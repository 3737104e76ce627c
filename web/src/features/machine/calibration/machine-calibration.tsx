// The calibration offsets of the sensors of a machine, with the form that adds one.

import type { CalibrationOffset, MachineMetric } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { machineMetricsKey } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { numberInput } from '../../../i18n/parse-number.ts';
import { useText } from '../../../i18n/use-text.ts';
import { CalibrationForm } from './calibration-form.tsx';

/** All numbers are in the unit that is stored. */
export function MachineCalibration({ machineId }: { machineId: string }) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const mayWrite = useMay('write:machines');
  const [fault, setFault] = useState('');
  const queryKey = machineMetricsKey(machineId);
  const { data } = useQuery({ queryKey, queryFn: ({ signal }) => api.machineMetrics(machineId, signal) });
  const gauges = (data?.metrics ?? []).filter(({ kind }) => kind === 'gauge');
  const calibrated = gauges.filter(({ calibration }) => calibration.length > 0);
  /** @returns whether it is saved */
  const save = async ({ name }: MachineMetric, offsets: readonly Offset[]): Promise<boolean> => {
    setFault('');
    try {
      await api.saveCalibration(
        machineId,
        name,
        offsets.map(({ from, offset }) => ({ from, offset })),
      );
      toast.success(t('calibration.saved'));
      await queries.invalidateQueries({ queryKey });
      return true;
    } catch (error) {
      setFault(errorText(t, error));
      return false;
    }
  };
  return (
    <section className="card" aria-labelledby="machine-calibration">
      <div className="card-head">
        <h2 id="machine-calibration">{t('calibration.title')}</h2>
      </div>
      <p className="caption px-4 pb-3">{t('calibration.lead')}</p>
      {calibrated.map((metric) => (
        <Offsets
          key={metric.name}
          metric={metric}
          onRemove={
            mayWrite
              ? (removed) =>
                  void save(
                    metric,
                    metric.calibration.filter((each) => each !== removed),
                  )
              : null
          }
        />
      ))}
      {data !== undefined && calibrated.length === 0 ? (
        <p className="caption px-4 pb-3">{t('calibration.none')}</p>
      ) : null}
      {mayWrite && gauges.length > 0 ? (
        <CalibrationForm
          metrics={gauges}
          onAdd={(metric, added) =>
            save(metric, [
              ...metric.calibration.filter(({ from }) => Date.parse(from) !== Date.parse(added.from)),
              added,
            ])
          }
        />
      ) : null}
      {fault === '' ? null : (
        <div className="px-4 pb-4">
          <FaultText>{fault}</FaultText>
        </div>
      )}
    </section>
  );
}

type Offset = Pick<CalibrationOffset, 'from' | 'offset'>;

function Offsets({
  metric,
  onRemove,
}: {
  metric: MachineMetric;
  /** null without the right to. */
  onRemove: ((removed: CalibrationOffset) => void) | null;
}) {
  const { t, format, language } = useText();
  const inForce = metric.calibration.find(({ from }) => Date.parse(from) <= Date.now());
  return (
    <div className="px-4 pb-3">
      <h3 className="label">{metric.label}</h3>
      <ul>
        {metric.calibration.map((each) => {
          const sign = each.offset > 0 ? '+' : '';
          const text = `${sign}${numberInput(each.offset, language).replace('-', '−')} ${metric.unit ?? ''}`.trim();
          const by = each.set_by ?? t('calibration.someone');
          return (
            <li key={each.from} className="flex items-center gap-2">
              <b className="number">{text}</b>
              <span className="caption">
                {t('calibration.line', { time: format.moment(Date.parse(each.from)), by })}
                {each === inForce ? ` · ${t('calibration.in_force')}` : ''}
              </span>
              {onRemove === null ? null : (
                <button
                  type="button"
                  className="button button-quiet button-small button-icon"
                  aria-label={t('calibration.remove', { offset: text, metric: metric.label })}
                  onClick={() => onRemove(each)}
                >
                  <Trash2 size={16} strokeWidth={1.5} aria-hidden="true" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
