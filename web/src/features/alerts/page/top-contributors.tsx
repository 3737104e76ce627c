// The ten conditions that raise most alerts, and their share of all alerts.

import type { AlertStats } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { subjectText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';

export function TopContributors({ stats, share }: { stats: AlertStats; share: (value: number) => string }) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const most = stats.top_contributors[0]?.count ?? 1;
  return (
    <ol className="contributors" aria-label={t('alerts.top')}>
      {stats.top_contributors.map((each) => {
        const machineId = each.machine_id;
        const metric = subjectText(texts, each);
        return (
          <li key={`${machineId} ${each.metric} ${each.machine_name}`}>
            {machineId === null ? (
              <b className="ellipsis">{each.machine_name}</b>
            ) : (
              <Link
                to="/alerts"
                search={(search) => ({
                  ...keepPanelFilters(search),
                  tab: 'history' as const,
                  machine: machineId,
                  metric: each.metric,
                  range: '30d' as const,
                })}
                className="id ellipsis"
              >
                {each.machine_name}
              </Link>
            )}
            <span className="caption ellipsis">{metric}</span>
            <span className="kpi-bar" aria-hidden="true">
              <i style={{ width: `${(each.count / most) * 100}%` }} />
            </span>
            <span className="number">{format.number(each.count)}</span>
            <span className="caption number">{share(each.share)}</span>
          </li>
        );
      })}
    </ol>
  );
}
