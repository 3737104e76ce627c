// A virtualized list of entries that expand in place. What was expanded stays expanded.

import { type ReactNode, useRef, useState } from 'react';
import { usePageRows } from '../../components/ui/virtual-page-rows.tsx';

/** One line; what wraps or is open is measured. */
const ROW_PX = 41;

export function EntryList<Entry>({
  entries,
  keyOf,
  hasMore,
  summary,
  more,
}: {
  entries: readonly Entry[];
  /** The same for an entry however many come before it. */
  keyOf: (entry: Entry, index: number) => string | number;
  /** There are others that are not loaded yet. */
  hasMore: boolean;
  summary: (entry: Entry) => ReactNode;
  /** Of an open one. */
  more: (entry: Entry) => ReactNode;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<string | number>>(new Set());
  const { virtual, items, totalPx, topOf } = usePageRows(list, {
    count: entries.length,
    sizeOf: () => ROW_PX,
    keyOf: (index) => {
      const entry = entries[index];
      return entry === undefined ? index : keyOf(entry, index);
    },
    overscan: 12,
  });
  const toggle = (key: string | number, open: boolean) =>
    setOpened((before) => {
      if (before.has(key) === open) return before;
      const after = new Set(before);
      if (open) after.add(key);
      else after.delete(key);
      return after;
    });
  return (
    <ul ref={list} className="relative" style={{ height: totalPx }}>
      {items.map((item) => {
        const entry = entries[item.index];
        if (entry === undefined) return null;
        const key = item.key as string | number;
        const open = opened.has(key);
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={item.index}
            className="entry-place"
            style={{ transform: `translateY(${topOf(item)}px)` }}
            aria-setsize={hasMore ? -1 : entries.length}
            aria-posinset={item.index + 1}
          >
            <details className="entry" open={open} onToggle={(event) => toggle(key, event.currentTarget.open)}>
              <summary>{summary(entry)}</summary>
              {open ? more(entry) : null}
            </details>
          </li>
        );
      })}
    </ul>
  );
}
