// The end of a list that the server sends page by page: loads the next page when it comes into view, and offers to try
// again where that failed.

import { useCallback, useEffect, useRef } from 'react';
import { errorText } from '../../i18n/error-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useOnScreen } from './use-on-screen.ts';

interface PagedQuery {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => Promise<unknown>;
}

export function LoadMore({ query }: { query: PagedQuery }) {
  const { t } = useText();
  const ref = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(ref);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  useEffect(() => {
    if (visible && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) more();
  }, [visible, hasNextPage, isFetchingNextPage, isFetchNextPageError, more]);
  const isFailed = isFetchNextPageError && !isFetchingNextPage;
  return (
    <div ref={ref} role="status" className="caption flex min-h-px items-center justify-center gap-3">
      {isFetchingNextPage ? <p className="p-4">{t('app.loading')}</p> : null}
      {isFailed ? (
        <p className="p-4">
          {t('app.more_failed', { reason: errorText(t, query.error) })}{' '}
          <button type="button" className="button button-small" onClick={more}>
            {t('app.retry')}
          </button>
        </p>
      ) : null}
    </div>
  );
}
