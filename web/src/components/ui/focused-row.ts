// Keeps the row that has the focus in a virtualized list, so that nothing that scrolls or reloads the list takes it away.

import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

/**
 * The range extractor of a virtualizer: the rows in sight, and the row that has the focus wherever it is now. The elements of
 * the rows have the key of their row as `data-key`. Made anew for each render, because the focus is looked up while rendering.
 */
export function withFocusedRow(
  list: RefObject<HTMLElement | null>,
  keyOf: (index: number) => string | number,
): (range: Range) => number[] {
  return (range) => {
    const indexes = defaultRangeExtractor(range);
    const focused = focusedKey(list.current);
    if (focused === null || indexes.some((index) => String(keyOf(index)) === focused)) return indexes;
    for (let index = 0; index < range.count; index++) {
      if (String(keyOf(index)) !== focused) continue;
      return index < (indexes[0] ?? 0) ? [index, ...indexes] : [...indexes, index];
    }
    return indexes;
  };
}

function focusedKey(list: HTMLElement | null): string | null {
  const row = document.activeElement?.closest<HTMLElement>('[data-key]');
  return row && list?.contains(row) ? (row.dataset.key ?? null) : null;
}
