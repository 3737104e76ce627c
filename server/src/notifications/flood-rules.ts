// Which waiting items are put into a message now, so that nobody is flooded and nothing is dropped. Pure.

export const CRITICAL_QUIET_MS = 60_000;
export const FOLD_AFTER_MS = 10_000;
export const CRITICAL_EVERY_MS = 60_000;
export const OTHERS_EVERY_MS = 300_000;
export const FLOOD_WINDOW_MS = 600_000;
export const FLOOD_ABOVE = 10;
export const HOUR_MS = 3_600_000;
export const MESSAGES_PER_HOUR = 20;

export interface WaitingItem {
  readonly id: string;
  /** A raise or an escalation of a critical alert. */
  readonly isCritical: boolean;
  /** What is not critical is folded with items of the same location and kind. */
  readonly group: string;
  /** UTC ms. */
  readonly atMs: number;
}

export type FoldKind = 'first' | 'critical' | 'others' | 'flood';

/** A message of the last hour to the same contact. */
export interface FormerMessage {
  readonly kind: FoldKind | 'digest' | 'test';
  readonly isCritical: boolean;
  readonly group: string;
  readonly atMs: number;
}

export interface Recipient {
  /** In the order in which they came. */
  readonly waiting: readonly WaitingItem[];
  /** Of the last hour, the oldest first. */
  readonly messages: readonly FormerMessage[];
  /** Raises and escalations of the last ten minutes, those that wait included. */
  readonly raises: number;
  /** When the newest critical item came that a message carries; null where there was none. */
  readonly lastCriticalMs: number | null;
}

export interface Fold {
  readonly kind: FoldKind;
  readonly isCritical: boolean;
  readonly group: string;
  readonly itemIds: readonly string[];
}

/**
 * What is put into messages now, and when to ask again (UTC ms; null when nothing waits).
 *
 * The first critical item goes at once: one that no other came before for 60 s. What follows is folded after 10 s, then once a
 * minute. Others are folded by group after 10 s, then every five minutes. In a flood (over ten raises in ten minutes) all that waits
 * goes into one message. Beside the first critical ones at most 20 messages go out in any hour; past that everything waits for the
 * next that is allowed.
 */
export function foldWaiting(
  { waiting, messages, raises, lastCriticalMs }: Recipient,
  nowMs: number,
): { folds: Fold[]; nextMs: number | null } {
  const isFlood = raises > FLOOD_ABOVE;
  const critical = waiting.filter((item) => item.isCritical);
  const others = waiting.filter((item) => !item.isCritical);
  const [firstCritical] = critical;
  if (
    firstCritical !== undefined &&
    (lastCriticalMs === null || firstCritical.atMs - lastCriticalMs >= CRITICAL_QUIET_MS)
  ) {
    const first: Fold = { kind: 'first', isCritical: true, group: '', itemIds: critical.map(({ id }) => id) };
    const rest = { waiting: others, messages, raises, lastCriticalMs: firstCritical.atMs };
    const { folds, nextMs } = foldWaiting(rest, nowMs);
    return { folds: [first, ...folds], nextMs };
  }

  const bundles: (Fold & { isFollowUp: boolean; dueMs: number })[] = [];
  const bundle = (kind: FoldKind, group: string, items: readonly WaitingItem[], everyMs: number) => {
    const [oldest] = items;
    if (oldest === undefined) return;
    const isCritical = items.some((item) => item.isCritical);
    const former = messages.findLast((each) =>
      isCritical
        ? each.isCritical && each.kind !== 'first'
        : kind === 'flood'
          ? each.kind === 'flood' || each.kind === 'others'
          : each.group === group && !each.isCritical,
    );
    const foldedMs = oldest.atMs + FOLD_AFTER_MS;
    // When a flood begins, the former message may be of another group and newer than what waits.
    const isFollowUp = former !== undefined && oldest.atMs - former.atMs < everyMs;
    const dueMs = isFollowUp ? Math.min(former.atMs, foldedMs) + everyMs : foldedMs;
    bundles.push({ kind, isCritical, group, itemIds: items.map(({ id }) => id), isFollowUp, dueMs });
  };
  bundle(isFlood ? 'flood' : 'critical', '', critical, CRITICAL_EVERY_MS);
  if (isFlood) bundle('flood', '', others, OTHERS_EVERY_MS);
  else for (const [group, items] of byGroup(others)) bundle('others', group, items, OTHERS_EVERY_MS);
  if (bundles.length === 0) return { folds: [], nextMs: null };

  const due = bundles.filter((each) => each.dueMs <= nowMs);
  const nextDueMs = Math.min(...bundles.map((each) => each.dueMs));
  if (due.length === 0) return { folds: [], nextMs: nextDueMs };
  const counted = messages.filter(
    (each) => each.kind !== 'first' && each.kind !== 'test' && each.atMs > nowMs - HOUR_MS,
  );
  const left = MESSAGES_PER_HOUR - counted.length;
  if (left <= 0) return { folds: [], nextMs: (counted[counted.length - MESSAGES_PER_HOUR]?.atMs ?? nowMs) + HOUR_MS };
  // In a flood, or where fewer messages are left than are due, one carries all that waits, but critical items once a
  // minute.
  const together = bundles.filter((each) => !(each.isCritical && each.isFollowUp) || each.dueMs <= nowMs);
  const isMerged = isFlood || left < due.length;
  const merged = isMerged ? [merge(together, isFlood)] : due;
  const later = bundles.filter((each) => !(isMerged ? together : due).includes(each)).map((each) => each.dueMs);
  return {
    folds: merged.map(({ kind, isCritical, group, itemIds }) => ({ kind, isCritical, group, itemIds })),
    nextMs: later.length === 0 ? null : Math.min(...later),
  };
}

function merge(bundles: readonly Fold[], isFlood: boolean): Fold {
  const isCritical = bundles.some((each) => each.isCritical);
  const kind = isFlood ? 'flood' : isCritical ? 'critical' : 'others';
  return { kind, isCritical, group: '', itemIds: bundles.flatMap((each) => each.itemIds) };
}

function byGroup(items: readonly WaitingItem[]): Map<string, WaitingItem[]> {
  const groups = new Map<string, WaitingItem[]>();
  for (const item of items) {
    const group = groups.get(item.group);
    if (group === undefined) groups.set(item.group, [item]);
    else group.push(item);
  }
  return groups;
}
