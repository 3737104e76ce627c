// On every screen: critical alerts of which nobody could be told. Somebody who reads this is the one who is told.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTellingApi } from '../../api/telling/use-telling-api.ts';
import { alertText, machineText } from '../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { StatusMark } from '../../components/domain/machines/status-mark.tsx';
import { useOpenAlerts } from '../../live/use-live.ts';
import { untold } from './untold.ts';
import { useNobodyText } from './use-nobody-text.ts';
import '../../styles/nobody-told.css';

export function NobodyTold({ isWall = false }: { isWall?: boolean }) {
  const { say } = useNobodyText();
  const texts = useAlertTexts();
  const alerts = untold(useOpenAlerts().alerts);
  const [first] = alerts;
  const names = useOnDuty(first !== undefined).join(', ');
  if (first === undefined) return null;
  const left = alerts.length - 1;
  return (
    <div className={`banner nobody-told ${isWall ? 'is-wall' : ''}`} role="alert">
      <StatusMark condition="critical" />
      <span className="min-w-0 flex-1">
        <b>{say('nobody.of', { alert: `${machineText(texts, first)}, ${alertText(texts, first)}` })}</b>{' '}
        {left > 0 ? say('nobody.more', { count: left }) : null}{' '}
        {names === '' ? say('nobody.act') : say('nobody.call', { names })}
      </span>
      {isWall ? null : (
        <Link
          to="/alerts"
          search={(search) => ({ ...keepPanelFilters(search), alert: first.id })}
          className="button button-small"
        >
          {say('nobody.look')}
        </Link>
      )}
    </div>
  );
}

/** The names of those on duty, each once. */
function useOnDuty(isAsked: boolean): string[] {
  const api = useTellingApi();
  const { data = [] } = useQuery({
    queryKey: ['duty-schedules'],
    queryFn: ({ signal }) => api.dutySchedules(signal),
    enabled: isAsked,
  });
  return [...new Set(data.flatMap(({ now }) => now?.name ?? []))];
}
