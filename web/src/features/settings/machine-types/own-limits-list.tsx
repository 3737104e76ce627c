// The machines that have limits of their own, with links to them.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { LoadMore } from '../../../components/ui/load-more.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';

const PAGE = 50;

export function OwnLimitsList() {
  const { t } = useText();
  const api = useApi();
  const { search, narrow } = useSettingsSearch();
  const find = search.find ?? '';
  const query = useInfiniteQuery({
    queryKey: ['machines', 'own-limits', find],
    queryFn: ({ pageParam, signal }) => api.machinesWithOwnLimits(find, PAGE, pageParam, signal),
    initialPageParam: 0,
    getNextPageParam: ({ pagination }) => (pagination.has_more ? pagination.offset + pagination.limit : null),
    placeholderData: (previous) => previous,
    // Limits change on the machines' own pages.
    staleTime: 0,
  });
  const total = query.data?.pages.at(-1)?.pagination.total_records ?? 0;
  const machines = query.data?.pages.flatMap((page) => page.machines) ?? [];
  return (
    <section className="card">
      <div className="card-head list-head-tools">
        <h2>{t('own_limits.machines')}</h2>
        {total > 0 ? <span className="count">{total}</span> : null}
        <span className="flex-1" />
        {total > 0 || find !== '' ? (
          <SearchField label={t('machines.search')} value={find} onFind={(next) => narrow({ find: next })} />
        ) : null}
      </div>
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {query.data && machines.length === 0 ? (
        <StateMessage icon={ListFilter} title={t(find === '' ? 'own_limits.none' : 'machines.none_match')}>
          {find === '' ? t('own_limits.none.hint') : null}
        </StateMessage>
      ) : null}
      <ul>
        {machines.map((machine) => (
          <li key={machine.machine_id}>
            <Link
              to="/machines/$machineId/info"
              params={{ machineId: machine.machine_id }}
              search={keepPanelFilters}
              className="list-row owners"
            >
              <b className="ellipsis id">{machine.name}</b>
              <span className="ellipsis">{machine.sensor_type}</span>
              <span className="caption ellipsis">{machine.location}</span>
            </Link>
          </li>
        ))}
      </ul>
      <LoadMore query={query} />
    </section>
  );
}
