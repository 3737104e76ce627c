// When it rang and when it would ring, and at which machine most.

import type { BacktestRaise } from '@gonsters/contract';

/** Of one machine, ascending. */
export function ringTimes(
  raises: readonly BacktestRaise[],
  machineId: string | null,
): { rang: number[]; would: number[] } {
  const own = raises.filter((raise) => raise.machine_id === machineId);
  const ascending = (times: readonly string[]) =>
    [...new Set(times.map((time) => Date.parse(time)))].sort((a, b) => a - b);
  return {
    rang: ascending(own.flatMap((raise) => (raise.change === 'new' ? [] : raise.raised_at))),
    would: ascending(own.flatMap((raise) => (raise.kept ? (raise.would_raise_at ?? raise.raised_at) : []))),
  };
}

/** The machines with raises, those with most first. */
export function worstMachine(raises: readonly BacktestRaise[]): { machineId: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { machine_id: id } of raises) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].map(([machineId, count]) => ({ machineId, count })).sort((a, b) => b.count - a.count);
}

export type RaiseChoice = 'all' | 'stay' | 'gone' | 'new';

/** The newest first. */
export const chosenRaises = (raises: readonly BacktestRaise[], choice: RaiseChoice): BacktestRaise[] =>
  raises.filter((raise) => matches(raise, choice)).toReversed();

export const countRaises = (raises: readonly BacktestRaise[]): Record<RaiseChoice, number> => ({
  all: raises.length,
  stay: raises.filter((raise) => matches(raise, 'stay')).length,
  gone: raises.filter((raise) => matches(raise, 'gone')).length,
  new: raises.filter((raise) => matches(raise, 'new')).length,
});

const matches = ({ change }: BacktestRaise, choice: RaiseChoice) =>
  choice === 'all' || (choice === 'stay' ? change === 'kept' : change === choice);
