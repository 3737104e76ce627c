// The sections of the settings in their groups, with how much waits for a person in each.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useApi, useMay } from '../../api/use-api.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useText } from '../../i18n/use-text.ts';
import { waitingStreams } from './incoming/model/stream-groups.ts';
import { GROUPS, type Section } from './sections.ts';

export function SettingsNav({ sections, current }: { sections: readonly Section[]; current: string }) {
  const { t } = useText();
  const ref = useRef<HTMLElement>(null);
  const waiting = useWaiting();
  // On a phone the list is one line that scrolls sideways: where one is must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew with every section
  useEffect(() => {
    const link = ref.current?.querySelector<HTMLElement>('[aria-current]');
    if (ref.current && link) ref.current.scrollLeft = link.offsetLeft - 24;
  }, [current]);
  return (
    <nav ref={ref} className="settings-nav" aria-label={t('app.settings')}>
      {GROUPS.map((group) => {
        const members = sections.filter((section) => section.group === group);
        if (members.length === 0) return null;
        return (
          <div key={group} className="settings-nav-group">
            <h2>{t(`settings.group.${group}`)}</h2>
            {members.map(({ id, icon: Icon, label }) => (
              <Link
                key={id}
                to="/settings/{-$section}"
                params={{ section: id }}
                search={keepPanelFilters}
                activeOptions={{ exact: true, includeSearch: false }}
                aria-current={id === current ? 'page' : undefined}
              >
                <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
                {t(label)}
                <Count count={waiting[id] ?? 0} />
              </Link>
            ))}
          </div>
        );
      })}
    </nav>
  );
}

function Count({ count }: { count: number }) {
  const { t } = useText();
  if (count === 0) return null;
  return (
    <span className="count" aria-label={t('settings.waiting', { count })} role="img">
      {count}
    </span>
  );
}

/** By section, only where the person can do something about it. */
function useWaiting(): Readonly<Record<string, number>> {
  const api = useApi();
  const mayAccept = useMay('write:machines');
  const metrics = useQuery({
    queryKey: ['metrics', 'waiting'],
    queryFn: ({ signal }) => api.waitingMetrics(signal),
    enabled: mayAccept,
  });
  const machines = useQuery({
    queryKey: ['unknown-machines'],
    queryFn: ({ signal }) => api.unknownMachines(signal),
    enabled: useMay('read:audit'),
  });
  const incoming = useQuery({
    queryKey: ['incoming', '1h'],
    queryFn: ({ signal }) => api.incoming('1h', signal),
    enabled: mayAccept,
  });
  return {
    metrics: metrics.data ?? 0,
    ingest: machines.data?.machines.length ?? 0,
    incoming: waitingStreams(incoming.data?.streams ?? []),
  };
}
