// Which part of the address goes along to another screen: the filters of the panels beside every screen, nothing of the screen one leaves.

/** In the address: filters, order and density of the machines, and the filter of the open alerts. */
const KEPT = ['q', 'status', 'location', 'type', 'order', 'view', 'alerts'] as const;

/** For `search` of a link or of `navigate`. */
export function keepDocks<Search extends object>(
  search: Search,
): Pick<Search, Extract<keyof Search, (typeof KEPT)[number]>> {
  const kept = Object.entries(search).filter(([name]) => KEPT.some((other) => other === name));
  return Object.fromEntries(kept) as Pick<Search, Extract<keyof Search, (typeof KEPT)[number]>>;
}
