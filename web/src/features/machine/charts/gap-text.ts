// A text about the gaps of a window: from when to when there is no data.

import type { Format } from '../../../i18n/format.ts';
import type { Translate } from '../../../i18n/text.ts';

/** Times of shorter holes, and of short windows, need seconds. */
const SECONDS_BELOW_MS = 2 * 60_000;

export interface GapView {
  /** The right edge of the window. */
  toMs: number;
  /** The window ends in the present. */
  live: boolean;
  /** This page has no connection, so it is unknown whether the machine reports. */
  offline: boolean;
}

export type Gap = readonly [fromMs: number, toMs: number, reason?: 'bad'];

export function gapText(
  { t, format }: { t: Translate; format: Format },
  [fromMs, toMs, reason]: Gap,
  view: GapView,
): string {
  const time = toMs - fromMs < SECONDS_BELOW_MS ? format.clock : format.minute;
  if (view.live && toMs >= view.toMs) {
    const since = { time: time(fromMs) };
    if (reason === 'bad') return t('machine.gap.bad_since', since);
    return t(view.offline ? 'machine.gap.offline' : 'machine.gap.since', since);
  }
  if (reason === 'bad') return t('machine.gap.bad', { from: time(fromMs), to: time(toMs) });
  return t('machine.gap.between', { from: time(fromMs), to: time(toMs) });
}

/** The newest hole of any metric, and how many there are; those that overlap are one. */
export function newestGap(gapsByMetric: readonly (readonly Gap[])[]): { gap: Gap; count: number } | null {
  const sorted = gapsByMetric.flat().sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [fromMs, toMs] of sorted) {
    const last = merged.at(-1);
    if (last && fromMs <= last[1]) last[1] = Math.max(last[1], toMs);
    else merged.push([fromMs, toMs]);
  }
  const gap = merged.at(-1);
  return gap ? { gap, count: merged.length } : null;
}
