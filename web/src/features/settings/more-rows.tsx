// The end of a list of which nobody knows how long it is: loads on, and says when that failed.

import { useCallback, useEffect, useRef } from 'react';
import { useOnScreen } from '../../components/ui/use-on-screen.ts';
import { errorText } from '../../i18n/error-text.ts';
import { useText } from '../../i18n/use-text.ts';

interface PagedQuery {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => Promise<unknown>;
}

export function MoreRows({ query }: { query: PagedQuery }) {
  const { t } = useText();
  const ref = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(ref);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  useEffect(() => {
    if (visible && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) more();
  }, [visible, hasNextPage, isFetchingNextPage, isFetchNextPageError, more]);
  return (
    <div ref={ref} className="more-rows" role="status">
      {isFetchingNextPage ? t('app.loading') : null}
      {isFetchNextPageError && !isFetchingNextPage ? (
        <>
          {errorText(t, query.error)}{' '}
          <button type="button" className="btn btn-sm" onClick={more}>
            {t('app.retry')}
          </button>
        </>
      ) : null}
    </div>
  );
}
