// On every screen: critical alerts of which nobody could be told. Somebody who reads this is the one who is told.

import { Link } from '@tanstack/react-router';
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
  if (first === undefined) return null;
  const left = alerts.length - 1;
  return (
    <div className={`banner nobody-told ${isWall ? 'is-wall' : ''}`} role="alert">
      <StatusMark condition="critical" />
      <span className="min-w-0 flex-1">
        <b>{say('nobody.of', { alert: `${machineText(texts, first)}, ${alertText(texts, first)}` })}</b>{' '}
        {left > 0 ? say('nobody.more', { count: left }) : null} {say('nobody.act')}
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
