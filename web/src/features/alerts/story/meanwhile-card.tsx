// What else happened at the machine while the alert lasted.

import type { Alert } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../api/use-api.ts';
import { alertCondition, alertText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { stateBand } from '../../../components/domain/metrics/state-band.ts';
import { levelOf } from '../../../components/domain/metrics/state-level.ts';
import { useMachineMetrics } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { meanwhile, meanwhileSpan } from './meanwhile.ts';

const BUCKET_MS = 60_000;
const MOST_BUCKETS = 750;

export function MeanwhileCard({ alert, machineId }: { alert: Alert; machineId: string }) {
  const { t, say, format } = useStoryText();
  const texts = useAlertTexts();
  const api = useApi();
  const { now } = useLive();
  const roles = useMachineMetrics(machineId)?.state ?? null;
  const { data, isError } = useQuery({
    queryKey: ['alerts', 'meanwhile', alert.id, alert.raises, alert.cleared_at, roles],
    queryFn: async ({ signal }) => {
      const span = meanwhileSpan(alert, now());
      const others = await api.alertsBetween(machineId, span.fromMs, span.toMs, signal);
      if (roles === null) return meanwhile(alert, others, null);
      const rows = await api.buckets(machineId, [roles.metric], span, '1m', MOST_BUCKETS, signal);
      const band = stateBand(rows, roles.metric, { ...span, bucketMs: BUCKET_MS }, (state) =>
        levelOf(roles, roles.metric, state),
      );
      return meanwhile(alert, others, band);
    },
    staleTime: BUCKET_MS,
    placeholderData: (before) => before,
  });
  if (isError) return null;
  return (
    <section className="card" aria-labelledby="meanwhile">
      <div className="card-head">
        <h2 id="meanwhile">{say('story.meanwhile')}</h2>
        <span className="caption ellipsis">{say('story.meanwhile.with_it')}</span>
      </div>
      {data === undefined ? (
        <div className="p-4">
          <Skeleton width="60%" height={40} />
        </div>
      ) : data.length === 0 ? (
        <p className="hint">{say('story.meanwhile.none')}</p>
      ) : (
        <ul className="meanwhile">
          {data.map((each) => (
            <li key={each.key}>
              <time dateTime={new Date(each.timeMs).toISOString()}>{format.stamp(each.timeMs, Date.now())}</time>
              {each.type === 'state' ? (
                <span>
                  {say('story.meanwhile.state', {
                    before: t(`machine.mark.${each.before}`),
                    after: t(`machine.mark.${each.after}`),
                  })}
                </span>
              ) : (
                <Link to="/alerts/$alertId" params={{ alertId: each.alert.id }} search={keepPanelFilters}>
                  <StatusWord condition={alertCondition(each.alert)}>{alertText(texts, each.alert)}</StatusWord>
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
