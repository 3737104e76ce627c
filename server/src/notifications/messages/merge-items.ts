// What one message says of an alert of which it carries several changes: the newest. Pure.

import { sounds, type ToldItem } from './alert-values.ts';

/**
 * One item for each alert, in the order in which the alerts came. The newest says everything that the former ones said; the link
 * of a former one stays where the newest has none, unless the alert was acknowledged.
 */
export function mergeItems(items: readonly ToldItem[]): ToldItem[] {
  const merged = new Map<string, ToldItem>();
  for (const item of items) {
    const former = merged.get(item.event.id);
    const acknowledgeUrl =
      item.acknowledgeUrl ?? (item.kind === 'acknowledged' || former === undefined ? null : former.acknowledgeUrl);
    const isStillNews = former !== undefined && sounds(former) && item.kind === 'still_active';
    // Who hears of an alert for the first time is not told that it is still active.
    merged.set(item.event.id, { ...item, kind: isStillNews ? former.kind : item.kind, acknowledgeUrl });
  }
  return [...merged.values()];
}
