// Counts annunciated raises by condition, and finds those that ring most.

import type { AlertCondition, LimitKind } from '@gonsters/contract';
import { sideOf } from '../rules/alert-lifecycle.ts';
import type { Annunciation } from '../store/alert-repository.ts';
import { ChatterIndex } from './chatter-index.ts';

export interface Actor {
  readonly machineId: string | null;
  readonly machineName: string;
  readonly location: string;
  readonly metric: string;
  readonly condition: AlertCondition;
  readonly limitKind: LimitKind | 'stale';
  readonly count: number;
  readonly chatterIndex: number;
  /** null where none of its raises has ended. */
  readonly meanActiveMs: number | null;
}

interface Counted {
  newest: Annunciation;
  count: number;
  readonly byKind: Map<Actor['limitKind'], number>;
  readonly chatter: ChatterIndex;
  activeMs: number;
  ended: number;
}

export interface ActorCounts {
  readonly total: number;
  readonly worst: readonly Actor[];
}

/** `annunciations` are pages that ascend. Memory grows with the number of conditions, not of raises. */
export async function countActors(
  annunciations: AsyncIterable<readonly Annunciation[]>,
  most: number,
): Promise<ActorCounts> {
  const counted = new Map<string, Counted>();
  let total = 0;
  const add = (raise: Annunciation) => {
    const key = `${raise.machineId ?? raise.location} ${raise.metric} ${raise.condition} ${sideOf(raise.limitKind)}`;
    const known = counted.get(key) ?? {
      newest: raise,
      count: 0,
      byKind: new Map(),
      chatter: new ChatterIndex(),
      activeMs: 0,
      ended: 0,
    };
    counted.set(key, known);
    known.newest = raise;
    known.count++;
    known.byKind.set(raise.limitKind, (known.byKind.get(raise.limitKind) ?? 0) + 1);
    known.chatter.add(raise.raisedAtMs);
    if (raise.clearedAtMs === null) return;
    known.activeMs += raise.clearedAtMs - raise.raisedAtMs;
    known.ended++;
  };
  for await (const page of annunciations) {
    total += page.length;
    page.forEach(add);
  }
  const worst = [...counted.values()].sort((a, b) => b.count - a.count).slice(0, most);
  return { total, worst: worst.map(toActor) };
}

function toActor({ newest, count, byKind, chatter, activeMs, ended }: Counted): Actor {
  const [mostOften] = [...byKind].sort(([, a], [, b]) => b - a);
  return {
    machineId: newest.machineId,
    machineName: newest.machineName,
    location: newest.location,
    metric: newest.metric,
    condition: newest.condition,
    limitKind: mostOften?.[0] ?? newest.limitKind,
    count,
    chatterIndex: chatter.value,
    meanActiveMs: ended === 0 ? null : activeMs / ended,
  };
}
