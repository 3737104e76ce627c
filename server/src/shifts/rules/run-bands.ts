// How the machines of a location ran, as bands over time.

import type { RunBand } from '@gonsters/contract';

/** Of one interval: how long the machines ran, and how long their state was known; ms, summed over the machines. */
export interface RunTime {
  readonly fromMs: number;
  readonly toMs: number;
  readonly runningMs: number;
  readonly knownMs: number;
}

export interface Band {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: RunBand;
  /** null where no state is known. */
  readonly share: number | null;
}

/** From which share of the machines on a location runs. */
const RUNS_FROM = 0.5;

/** null where no state is known. */
export const shareOf = ({ runningMs, knownMs }: Pick<RunTime, 'runningMs' | 'knownMs'>): number | null =>
  knownMs > 0 ? Math.min(1, runningMs / knownMs) : null;

function stateOf(share: number | null): RunBand {
  if (share === null) return 'no_data';
  if (share === 0) return 'stopped';
  return share >= RUNS_FROM ? 'running' : 'partly';
}

/** Intervals that follow one another; those that are next to each other with the same state become one band. */
export function runBands(times: readonly RunTime[]): Band[] {
  const bands: (RunTime & { state: RunBand })[] = [];
  for (const time of times) {
    const state = stateOf(shareOf(time));
    const last = bands.at(-1);
    if (last?.state !== state) bands.push({ ...time, state });
    else {
      const [runningMs, knownMs] = [last.runningMs + time.runningMs, last.knownMs + time.knownMs];
      bands[bands.length - 1] = { ...last, toMs: time.toMs, runningMs, knownMs };
    }
  }
  return bands.map((band) => ({ fromMs: band.fromMs, toMs: band.toMs, state: band.state, share: shareOf(band) }));
}
