// Virtualized rows of the machine lists, in a box of their own or scrolled with the whole page.

import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import { withFocusedRow } from '../../../components/ui/focused-row.ts';
import { readPixels } from '../../../components/ui/theme/design-tokens.ts';
import { useMedia } from '../../../components/ui/use-media.ts';
import { type PageRows, usePageRows } from '../../../components/ui/virtual-page-rows.tsx';

const OVERSCAN = 8;
/** The rows of the list have other sizes where fingers meet them. */
const TOUCH = '(pointer: coarse), (max-width: 767px)';

export interface VirtualRows {
  items: readonly VirtualItem[];
  /** The height of all rows, with the padding. */
  totalPx: number;
  /** Where a row begins, within the list. */
  topOf: (item: VirtualItem) => number;
  /** In sight, from 0; null before the first measurement. */
  range: { startIndex: number; endIndex: number } | null;
  scrollTo: (index: number) => void;
}

/** The elements of the rows have their key as `data-key`. */
export function useRowsInBox(
  count: number,
  keyOf: (index: number) => string,
  box: RefObject<HTMLElement | null>,
  paddingPx: number,
): VirtualRows {
  const rowPx = useRowPx();
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    getItemKey: keyOf,
    rangeExtractor: withFocusedRow(box, keyOf),
    overscan: OVERSCAN,
    paddingStart: paddingPx,
    paddingEnd: paddingPx,
  });
  useEffect(() => {
    if (rowPx > 0) virtual.measure();
  }, [virtual, rowPx]);
  return {
    items: virtual.getVirtualItems(),
    totalPx: virtual.getTotalSize(),
    topOf: (item) => item.start,
    range: virtual.range,
    scrollTo: (index) => virtual.scrollToIndex(index),
  };
}

/** `stickyPx` of the window's upper edge are covered by what stays there. The elements of the rows have their key as `data-key`. */
export function useRowsInPage(
  count: number,
  keyOf: (index: number) => string,
  list: RefObject<HTMLElement | null>,
  stickyPx: number,
): VirtualRows & Pick<PageRows, 'beforePx' | 'afterPx'> {
  const rowPx = useRowPx();
  const { virtual, items, totalPx, topOf, beforePx, afterPx } = usePageRows(list, {
    count,
    sizeOf: () => rowPx,
    keyOf,
    overscan: OVERSCAN,
    stickyPx,
  });
  useEffect(() => {
    if (rowPx > 0) virtual.measure();
  }, [virtual, rowPx]);
  return {
    items,
    totalPx,
    topOf,
    beforePx,
    afterPx,
    range: virtual.range,
    scrollTo: (index) => virtual.scrollToIndex(index),
  };
}

/** Asks for more before the end comes into sight. */
export function useMoreAhead(
  rows: VirtualRows,
  loaded: number,
  list: { hasMore: boolean; loadMore: () => void },
): void {
  const last = rows.items.at(-1)?.index ?? 0;
  const { hasMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && last >= loaded - 1) loadMore();
  }, [last, loaded, hasMore, loadMore]);
}

const FRAMES_TO_WAIT = 30;
const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Moves the focus from link to link of rows marked with `data-row`, also to those that are not in the page yet. */
export function moveInRows(
  event: KeyboardEvent<HTMLElement>,
  rows: Pick<VirtualRows, 'scrollTo'>,
  count: number,
): void {
  const row = document.activeElement?.closest<HTMLElement>('[data-row]');
  const step = STEPS[event.key];
  if (!row || step === undefined) return;
  event.preventDefault();
  const list = event.currentTarget;
  const next = Math.min(count - 1, Math.max(0, step(Number(row.dataset.row), count)));
  const focus = () => {
    const link = list.querySelector<HTMLElement>(`[data-row="${next}"] a`);
    link?.focus({ preventScroll: true });
    return link !== null;
  };
  const there = focus();
  rows.scrollTo(next);
  if (!there) waitFor(focus, FRAMES_TO_WAIT);
}

/** A row that is far away is in the page only once the list has been scrolled there. */
function waitFor(done: () => boolean, frames: number): void {
  requestAnimationFrame(() => {
    if (!done() && frames > 0) waitFor(done, frames - 1);
  });
}

function useRowPx(): number {
  const touch = useMedia(TOUCH);
  const [rowPx, setRowPx] = useState(() => readPixels('row'));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the token has another value then
  useEffect(() => setRowPx(readPixels('row')), [touch]);
  return rowPx;
}
