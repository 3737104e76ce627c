// The story of one alert, a page of its own: its value, what to do, every raise, who was told, and what else happened then.

import type { Alert } from '@gonsters/contract';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronRight, CircleSlash } from 'lucide-react';
import { ApiError } from '../../../api/http/send.ts';
import { alertCondition, alertText, machineText, severityText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { EveryRaise } from './every-raise.tsx';
import { MeanwhileCard } from './meanwhile-card.tsx';
import { StoryActions, UrgentBar } from './story-actions.tsx';
import { StoryFigures } from './story-figures.tsx';
import { ToldCard } from './told-card.tsx';
import { useAlert } from './use-alert.ts';
import { WhatToDo } from './what-to-do.tsx';
import '../../../styles/alerts.css';
import '../../../styles/alarm-pages.css';

export function AlertStoryScreen() {
  const { t } = useText();
  const { alertId } = useParams({ from: '/alerts/$alertId' });
  const { alert, error, refetch } = useAlert(alertId);
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 400);
  if (alert !== null && !missing) return <Story key={alertId} alert={alert} />;
  return (
    <>
      <title>{`${t('alerts.details')} · GONSTERS`}</title>
      <section className="card" aria-busy={error === null}>
        {error === null ? (
          <div className="grid gap-3 p-4">
            <Skeleton width="40%" height={32} />
            <Skeleton width="100%" height={80} />
            <Skeleton width="100%" height={240} />
          </div>
        ) : missing ? (
          <StateMessage
            icon={CircleSlash}
            title={t('alerts.details.missing')}
            actions={
              <Link to="/alerts" search={keepPanelFilters} className="button">
                {t('app.alerts')}
              </Link>
            }
          >
            {t('alerts.details.missing.hint')}
          </StateMessage>
        ) : (
          <LoadFailed title={t('alerts.details.failed')} error={error} onRetry={refetch} />
        )}
      </section>
    </>
  );
}

function Story({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  const { t } = texts;
  const machine = machineText(texts, alert);
  const condition = alertText(texts, alert);
  return (
    <>
      <title>{`${machine}, ${condition} · GONSTERS`}</title>
      <div className="page-head story-head">
        <div className="min-w-0">
          <nav className="crumb" aria-label={t('app.alerts')}>
            <Link to="/alerts" search={keepPanelFilters}>
              {t('app.alerts')}
            </Link>
            <ChevronRight size={12} strokeWidth={1.5} aria-hidden="true" />
            <span>{alert.location}</span>
          </nav>
          <h1 className="id">
            {alert.machine_id === null ? (
              machine
            ) : (
              <Link to="/machines/$machineId" params={{ machineId: alert.machine_id }} search={keepPanelFilters}>
                {machine}
              </Link>
            )}
          </h1>
        </div>
        <p className="story-condition">
          <StatusWord condition={alertCondition(alert)}>
            {severityText(texts, alert)} · {condition}
          </StatusWord>
        </p>
        <span className="flex-1" />
        <StoryActions alert={alert} />
      </div>
      <div className="story-page">
        <div className="column">
          <StoryFigures alert={alert} />
          <WhatToDo alert={alert} />
          <EveryRaise alert={alert} />
          {alert.machine_id === null ? null : <MeanwhileCard alert={alert} machineId={alert.machine_id} />}
        </div>
        <div className="column story-side">
          <ToldCard alert={alert} />
        </div>
      </div>
      <UrgentBar alert={alert} />
    </>
  );
}
