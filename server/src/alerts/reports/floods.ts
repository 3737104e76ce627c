// The flood rule of ANSI/ISA-18.2 clause 16: a flood begins with the first regular period of 10 minutes that has more than 10
// annunciated raises, and ends with the first one after it that has fewer than 5.

import { coveredMs, type TimeSpan } from './stats-filter.ts';

export const FLOOD_PERIOD_MS = 600_000;
export const FLOOD_BEGINS_OVER = 10;
const FLOOD_ENDS_UNDER = 5;

export interface Flood {
  /** Start of its first period, and start of the first period that is not part of it. UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly raises: number;
}

/**
 * @param raisesPerPeriod by the number of the period since 1970; a period that is absent has none
 * @returns the floods in the order of time
 */
export function findFloods(raisesPerPeriod: ReadonlyMap<number, number>): Flood[] {
  const floods: Flood[] = [];
  let begun: { from: number; to: number; raises: number } | null = null;
  const end = () => {
    if (begun === null) return;
    floods.push({ fromMs: begun.from * FLOOD_PERIOD_MS, toMs: begun.to * FLOOD_PERIOD_MS, raises: begun.raises });
    begun = null;
  };
  for (const period of [...raisesPerPeriod.keys()].sort((a, b) => a - b)) {
    const raises = raisesPerPeriod.get(period) as number;
    if (begun !== null && (period > begun.to || raises < FLOOD_ENDS_UNDER)) end();
    if (begun !== null) begun = { from: begun.from, to: period + 1, raises: begun.raises + raises };
    else if (raises > FLOOD_BEGINS_OVER) begun = { from: period, to: period + 1, raises };
  }
  end();
  return floods;
}

/** How long floods lasted within these times. */
export function floodedMs(floods: readonly Flood[], spans: readonly TimeSpan[]): number {
  return floods.reduce((sum, { fromMs, toMs }) => sum + coveredMs(spans, fromMs, toMs), 0);
}
