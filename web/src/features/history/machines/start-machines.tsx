// Shown while no machine is selected: machines with alerts, recently viewed ones, and a search.

import { useMemo } from 'react';
import { MachineFinder } from '../../../components/domain/machines/machine-finder.tsx';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useOpenAlerts } from '../../../live/use-live.ts';
import { type RecentMachine, recentHistory } from './recent-machines.ts';

const MOST = 6;

export function StartMachines({ onPick }: { onPick: (id: string) => void }) {
  const { t } = useText();
  const { alerts } = useOpenAlerts();
  const recent = useMemo(recentHistory.list, []);
  const alarmed = useMemo(() => {
    const found = new Map<string, RecentMachine & { severity: 'critical' | 'warning' }>();
    for (const { machine_id: id, machine_name: name, severity } of alerts) {
      if (id !== null && found.get(id)?.severity !== 'critical') found.set(id, { id, name, severity });
    }
    const rank = ({ severity }: { severity: string }) => (severity === 'critical' ? 0 : 1);
    return [...found.values()].sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
  }, [alerts]);
  return (
    <section className="card history-start" aria-labelledby="history-start">
      <h2 id="history-start">{t('history.start')}</h2>
      <p className="caption">{t('history.start.hint')}</p>
      {alarmed.length > 0 ? (
        <div className="grid gap-2">
          <h3 className="label">{t('history.start.alerts')}</h3>
          <ul className="chips">
            {alarmed.map(({ id, name, severity }) => (
              <li key={id}>
                <button type="button" className="button button-small" onClick={() => onPick(id)}>
                  <StatusMark condition={severity} />
                  <span className="sr-only">{t(`status.${severity}`)}</span>
                  <span className="id">{name}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {recent.length > 0 ? (
        <div className="grid gap-2">
          <h3 className="label">{t('history.start.recent')}</h3>
          <ul className="chips">
            {recent.map(({ id, name }) => (
              <li key={id}>
                <button type="button" className="button button-small id" onClick={() => onPick(id)}>
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <MachineFinder label={t('history.add.search')} onPick={({ machine_id: id }) => onPick(id)} />
    </section>
  );
}
