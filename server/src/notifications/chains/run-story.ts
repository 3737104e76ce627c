// How far the chains of an alert have come, and whom they tell next, for readers of its story.

import { isoTime, type NamedTarget, type NotificationRun, type RunState } from '@gonsters/contract';
import type { Run, Runs } from '../store/runs.ts';
import { afterStep, isComplete } from './chain.ts';
import { targetsText } from './reason-text.ts';
import type { TargetResolver } from './target-resolver.ts';

const MOST_NEXT = 20;
/** The first that any of the chains is in is that of all. */
const STATES: readonly RunState[] = ['running', 'nobody', 'acknowledged', 'cleared', 'done'];

export class RunStory {
  readonly #runs: Pick<Runs, 'newest'>;
  readonly #targets: Pick<TargetResolver, 'nameOf'>;

  constructor(deps: { runs: Pick<Runs, 'newest'>; targets: Pick<TargetResolver, 'nameOf'> }) {
    this.#runs = deps.runs;
    this.#targets = deps.targets;
  }

  /** Of the newest raise; null where no route tells anybody of it. */
  async ofAlert(alertId: string): Promise<NotificationRun | null> {
    const runs = await this.#runs.newest([alertId]);
    if (runs.length === 0) return null;
    const next = runs.flatMap((run) => this.#next(run)).sort((a, b) => a.atMs - b.atMs);
    return {
      state: STATES.find((state) => runs.some((run) => run.state === state)) ?? 'done',
      routes: runs.map(({ route }) => route),
      next: next
        .slice(0, MOST_NEXT)
        .map(({ atMs, targets }) => ({ at: isoTime(atMs), target: targetsText(targets), targets })),
      gaps: runs
        .flatMap(({ gaps }) => gaps)
        .sort((a, b) => a.atMs - b.atMs)
        .map(({ atMs, step, text, reason = null }) => ({ at: isoTime(atMs), step, text, reason })),
    };
  }

  #next(run: Run): { atMs: number; targets: NamedTarget[] }[] {
    const next: { atMs: number; targets: NamedTarget[] }[] = [];
    let ahead = run;
    while (ahead.state === 'running' && !isComplete(ahead) && ahead.dueAtMs !== null) {
      const targets = ahead.chain.steps[ahead.step]?.tell ?? [];
      next.push({ atMs: ahead.dueAtMs, targets: targets.map((target) => this.#targets.nameOf(target)) });
      ahead = { ...ahead, ...afterStep(ahead, ahead.dueAtMs) };
    }
    return next;
  }
}
