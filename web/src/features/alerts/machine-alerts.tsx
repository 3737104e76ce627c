// The tab with the open and past alerts of one machine.

import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { PastAlertList } from './list/past-alert-list.tsx';
import { usePastAlerts } from './list/use-past-alerts.ts';

export function MachineAlerts() {
  const { t } = useText();
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const key = useMemo(() => ['machine', machineId], [machineId]);
  const past = usePastAlerts(key, () => ({
    state: '',
    severity: '',
    machineId,
    metric: '',
    fromMs: null,
    toMs: null,
  }));
  return (
    <section className="card overflow-hidden" aria-label={t('machine.tab.alerts')}>
      <PastAlertList label={t('machine.tab.alerts')} past={past} own />
    </section>
  );
}
