// The audit log, newest first, with denied attempts.

import { useInfiniteQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { LoadMore } from '../../../components/ui/load-more.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { EntryList } from '../entry-list.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { AuditFacts, AuditSummary } from './audit-entry.tsx';
import { AuditFilters } from './audit-filters.tsx';

const PAGE = 50;

export function AuditSection() {
  const { t } = useText();
  const api = useApi();
  const { search, narrow } = useSettingsSearch();
  const filter = {
    user: search.user ?? '',
    action: search.action ?? '',
    from: search.from ?? '',
    to: search.to ?? '',
  };
  const query = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => api.audit(filter, pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
    // What was done a moment ago in another section is what one comes here to see.
    staleTime: 0,
  });
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <section className="card">
      <AuditFilters busy={query.isFetching} onRefresh={() => void query.refetch()} />
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {query.data && entries.length === 0 ? (
        <StateMessage
          icon={ListFilter}
          title={t('audit.none_match')}
          actions={
            <button
              type="button"
              className="button"
              onClick={() => narrow({ user: undefined, action: undefined, from: undefined, to: undefined })}
            >
              {t('machines.clear')}
            </button>
          }
        />
      ) : null}
      <EntryList
        entries={entries}
        keyOf={(entry) => entry.id}
        hasMore={query.hasNextPage}
        summary={(entry) => <AuditSummary entry={entry} />}
        more={(entry) => <AuditFacts entry={entry} />}
      />
      <LoadMore query={query} />
    </section>
  );
}
