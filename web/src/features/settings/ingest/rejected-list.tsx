// Rejected data: payloads, readings and values that could not be stored, counted by reason, with the newest listed.

import type { RejectedPayload } from '@gonsters/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck, ListFilter } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { reasonText } from '../../../components/domain/reason-text.ts';
import { CopyButton } from '../../../components/ui/form/copy-button.tsx';
import { LoadMore } from '../../../components/ui/load-more.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { EntryList } from '../entry-list.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';

const PAGE = 50;
const REFETCH_MS = 10_000;
/** Past this many pages the list is being read, and stays as it is. */
const MAX_REFRESHED_PAGES = 3;

export function RejectedList() {
  const { t, format } = useText();
  const fleet = useFleetMetrics();
  const api = useApi();
  const { search, narrow } = useSettingsSearch();
  const reason = search.reason ?? '';
  const query = useInfiniteQuery({
    queryKey: ['rejected', reason],
    queryFn: ({ pageParam, signal }) => api.rejected(reason, pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > MAX_REFRESHED_PAGES ? false : REFETCH_MS),
  });
  const counts = Object.entries(query.data?.pages[0]?.counts ?? {}).sort((a, b) => b[1] - a[1]);
  const rejected = keyed(query.data?.pages.flatMap((page) => page.rejected) ?? []);
  const chosen = counts.some(([name]) => name === reason) || reason === '' ? counts : [...counts, [reason, 0] as const];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('ingest.rejected_payloads')}</h2>
      </div>
      <p className="card-note">{t('ingest.rejected_payloads.hint')}</p>
      {counts.length > 0 || reason !== '' ? (
        <fieldset className="chips card-chips" aria-label={t('ingest.reason')}>
          <button
            type="button"
            className="chip"
            aria-pressed={reason === ''}
            onClick={() => narrow({ reason: undefined })}
          >
            {t('machines.filter.any')}
          </button>
          {chosen.map(([name, count]) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={name === reason}
              onClick={() => narrow({ reason: name === reason ? undefined : name })}
            >
              {reasonText(t, name)} <span className="number">{format.number(count)}</span>
            </button>
          ))}
        </fieldset>
      ) : null}
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {query.data && rejected.length === 0 ? (
        reason === '' ? (
          <StateMessage icon={CircleCheck} title={t('ingest.rejected.none')}>
            {t('ingest.rejected.none.hint')}
          </StateMessage>
        ) : (
          <StateMessage icon={ListFilter} title={t('ingest.rejected.none_match')} />
        )
      ) : null}
      <EntryList
        entries={rejected}
        keyOf={({ key }) => key}
        hasMore={query.hasNextPage}
        summary={({ payload }) => (
          <>
            <span className="entry-time number-cell">{format.moment(Date.parse(payload.received_at))}</span>
            <b>
              {reasonText(t, payload.reason)}
              {payload.metric === null ? null : <span className="entry-value ellipsis">{valueText(payload)}</span>}
            </b>
            <span className="caption ellipsis id">
              {payload.gateway_name === null ? '' : `${payload.gateway_name} · `}
              {payload.topic || payload.source.toUpperCase()}
            </span>
            <code className="ellipsis entry-peek">{payload.payload}</code>
          </>
        )}
        more={({ payload }) => <WholePayload payload={payload} />}
      />
      <LoadMore query={query} />
    </section>
  );

  /** As it was sent: a text in quotes, to distinguish "12" from 12; NaN and the infinities are not texts. */
  function valueText({ metric, value, reason }: RejectedPayload): string {
    const { label } = fleet.named(String(metric));
    const shown = reason === 'out_of_range' ? String(value) : JSON.stringify(value);
    return value === null ? label : t('ingest.value_of', { metric: label, value: shown });
  }
}

/** Two equal payloads may come in the same millisecond. */
function keyed(rejected: readonly RejectedPayload[]): { key: string; payload: RejectedPayload }[] {
  const known = new Map<string, number>();
  return rejected.map((payload) => {
    const name = `${payload.received_at} ${payload.topic} ${payload.reason}`;
    const equal = known.get(name) ?? 0;
    known.set(name, equal + 1);
    return { key: `${name} ${equal}`, payload };
  });
}

/** The payload is text and nothing else: the server has escaped what cannot be printed. */
function WholePayload({ payload }: { payload: RejectedPayload }) {
  const { t } = useText();
  return (
    <div className="entry-more">
      <pre>{payload.payload === '' ? t('ingest.payload.empty') : payload.payload}</pre>
      <CopyButton text={payload.payload} label={t('copy.what', { what: t('ingest.payload') })} />
      <span className="caption">
        {t('ingest.via', { source: payload.source.toUpperCase() })} · <code>{payload.reason}</code>
      </span>
    </div>
  );
}
