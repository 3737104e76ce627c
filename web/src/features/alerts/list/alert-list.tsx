// The filtered open alerts in the panel; only those in view are rendered.

import type { Alert } from '@gonsters/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { withFocusedRow } from '../../../components/ui/focused-row.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useOpenAlerts, useOverview } from '../../../live/use-live.ts';
import { matchesFilter } from '../filter/alert-search.ts';
import { useAlertFilter } from '../filter/use-alert-filter.ts';
import { foldKey, panelRows } from './alert-groups.ts';
import { AlertItem } from './alert-item.tsx';
import { AlertListState } from './alert-list-state.tsx';

const ITEM_PX = 122;
const HEADING_PX = 32;

export function AlertList({ scroll }: { scroll: RefObject<HTMLElement | null> }) {
  const { alerts } = useOpenAlerts();
  const { filter } = useAlertFilter();
  const shown = useMemo(() => alerts.filter((alert) => matchesFilter(filter, alert)), [alerts, filter]);
  return (
    <AlertListState shown={shown.length}>
      <Rows alerts={shown} scroll={scroll} />
    </AlertListState>
  );
}

function Rows({ alerts, scroll }: { alerts: readonly Alert[]; scroll: RefObject<HTMLElement | null> }) {
  const { t, format } = useText();
  useOverview();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const onFold = useCallback((alert: Alert) => {
    const key = foldKey(alert);
    setUnfolded((known) =>
      known.has(key) ? new Set([...known].filter((other) => other !== key)) : new Set(known).add(key),
    );
  }, []);
  const titles = useMemo(
    () => ({
      unacknowledged: t('alerts.unacknowledged'),
      cleared: t('alerts.state.cleared_unacked'),
      acknowledged: t('alerts.acknowledged'),
    }),
    [t],
  );
  const rows = useMemo(() => panelRows(alerts, titles, unfolded), [alerts, titles, unfolded]);
  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? HEADING_PX : ITEM_PX),
    getItemKey: keyOf,
    rangeExtractor: withFocusedRow(scroll, keyOf),
    overscan: 4,
  });
  // The box that scrolls is known only after the list in it: without a second look a list opened late stays empty.
  const [, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  return (
    <ul className="relative" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index];
        if (!row) return null;
        return (
          <li
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            data-key={item.key}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {row.kind === 'heading' ? (
              <h3 className="alert-group">
                {row.title} <span>{format.number(row.count)}</span>
              </h3>
            ) : (
              <AlertItem alert={row.alert} more={row.more} unfolded={row.unfolded} onFold={onFold} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
