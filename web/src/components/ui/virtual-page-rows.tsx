// Virtualized rows that scroll with the whole page: only those in the viewport are rendered.

import { useWindowVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useState } from 'react';
import { withFocusedRow } from './focused-row.ts';
import { useMedia } from './use-media.ts';

/** On paper all rows are rendered, up to so many. */
const MOST_PRINTED = 1000;

export interface PageRows {
  virtual: Virtualizer<Window, Element>;
  items: readonly VirtualItem[];
  totalPx: number;
  /** Where a row begins, within the list. */
  topOf: (item: VirtualItem) => number;
  /** Of the rows above and below those in sight. */
  beforePx: number;
  afterPx: number;
}

export function usePageRows(
  list: RefObject<HTMLElement | null>,
  rows: {
    count: number;
    /** Changes when rows get another height: those known till then are forgotten. */
    sizeOf: (index: number) => number;
    /** Rows that can have the focus have their key as `data-key`: the one that has it is rendered also out of sight. */
    keyOf?: (index: number) => string | number;
    overscan: number;
    /** So much of the window's upper edge is covered by what stays there. */
    stickyPx?: number;
  },
): PageRows {
  const { count, sizeOf, keyOf, overscan, stickyPx = 0 } = rows;
  const marginPx = useDistanceFromTop(list);
  const printing = useMedia('print');
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: sizeOf,
    ...(keyOf ? { getItemKey: keyOf, rangeExtractor: withFocusedRow(list, keyOf) } : {}),
    overscan: printing ? MOST_PRINTED : overscan,
    scrollMargin: marginPx,
    scrollPaddingStart: stickyPx,
    scrollPaddingEnd: stickyPx,
  });
  const items = virtual.getVirtualItems();
  const totalPx = virtual.getTotalSize();
  const topOf = (item: VirtualItem) => item.start - marginPx;
  const [first, last] = [items[0], items.at(-1)];
  return {
    virtual,
    items,
    totalPx,
    topOf,
    beforePx: first ? topOf(first) : 0,
    afterPx: last ? totalPx - topOf(last) - last.size : 0,
  };
}

/** The height of the rows that are not rendered between a row and the one before it, which is out of sight and has the focus. */
export function gapBefore(items: readonly VirtualItem[], place: number): number {
  const [item, before] = [items[place], items[place - 1]];
  return item && before ? item.start - before.end : 0;
}

/** In place of the rows of a table that cannot be seen. */
export function SpacerRow({ height, columns }: { height: number; columns: number }) {
  return height > 0 ? (
    <tr className="spacer">
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  ) : null;
}

/** Content above the list can appear and disappear. */
function useDistanceFromTop(element: RefObject<HTMLElement | null>): number {
  const [distance, setDistance] = useState(0);
  useEffect(() => {
    const measure = () => {
      if (element.current) setDistance(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(document.body);
    return () => sizes.disconnect();
  }, [element]);
  return distance;
}
