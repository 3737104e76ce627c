// The order of the cells in the heat grid: by location, worst first. It does not change while only values change.

import { MACHINE_CONDITIONS } from '@gonsters/contract';
import type { ProximityStep } from './limit-proximity.ts';

/** Place in `MACHINE_CONDITIONS`: 0 is the worst. */
export type Rank = number;
export const rankOf = (condition: (typeof MACHINE_CONDITIONS)[number]): Rank => MACHINE_CONDITIONS.indexOf(condition);
/** From here on a location is as good as any other: nothing in it asks for attention. */
const QUIET: Rank = rankOf('maintenance');

export interface HeatCell {
  readonly id: string;
  rank: Rank;
  step: ProximityStep;
  /** Its place in the order of names, which decides between equals. */
  readonly order: number;
}

export interface HeatGroup {
  readonly name: string;
  /** In the order in which they are shown. */
  readonly cells: HeatCell[];
  /** Machines by rank. */
  readonly counts: number[];
  /** The condition of one of its cells is another than when it was last put in order. */
  stale: boolean;
}

/** Cells by location; neither cells nor groups are sorted yet. `machines` are sorted by name. */
export function groupCells(machines: readonly { location: string }[], cells: readonly HeatCell[]): HeatGroup[] {
  const groups = new Map<string, HeatGroup>();
  for (const [i, { location }] of machines.entries()) {
    let group = groups.get(location);
    if (!group) {
      group = { name: location, cells: [], counts: [], stale: true };
      groups.set(location, group);
    }
    group.cells.push(cells[i] as HeatCell);
  }
  return [...groups.values()];
}

export function countCells(group: HeatGroup): void {
  group.counts.length = 0;
  for (const _ of MACHINE_CONDITIONS) group.counts.push(0);
  for (const { rank } of group.cells) group.counts[rank] = (group.counts[rank] ?? 0) + 1;
}

/** Sorts the cells of groups in which a condition changed, and the groups. The others stay as they are. */
export function putInOrder(groups: HeatGroup[]): void {
  for (const group of groups) {
    if (!group.stale) continue;
    group.stale = false;
    group.cells.sort((a, b) => a.rank - b.rank || b.step - a.step || a.order - b.order);
  }
  groups.sort(worstFirst);
}

/** By the worst condition in it, then by how many machines have that one, then by name. */
function worstFirst(a: HeatGroup, b: HeatGroup): number {
  const worstA = worstOf(a);
  const worstB = worstOf(b);
  if (worstA !== worstB) return worstA - worstB;
  const more = worstA >= QUIET ? 0 : (b.counts[worstA] ?? 0) - (a.counts[worstA] ?? 0);
  return more || NAMES.compare(a.name, b.name);
}

const worstOf = (group: HeatGroup): Rank => {
  const worst = group.counts.findIndex((count) => count > 0);
  return worst < 0 || worst > QUIET ? QUIET : worst;
};

const NAMES = new Intl.Collator(undefined, { numeric: true });
