// Does the steps of runs that are due, and decides what became of those whose steps are all done.

import type { AlertEvent, AlertState, Chain } from '@gonsters/contract';
import { isoTime } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { NewItem } from '../notification-types.ts';
import { stepItems, whoIs } from '../plan-items.ts';
import type { PresentAlert, Run, RunItem, Runs } from '../store/runs.ts';
import { afterStep, isComplete, isStepDue, type StopReason, settledRun, stoppedRun } from './chain.ts';
import { reasonText } from './reason-text.ts';
import type { TargetResolver } from './target-resolver.ts';

const RUNS_PER_BATCH = 100;
const UNACKNOWLEDGED: readonly AlertState[] = ['active_unacked', 'cleared_unacked'];

export class RunSteps {
  readonly #runs: Runs;
  readonly #targets: TargetResolver;
  readonly #isUsable: (channel: string) => boolean;
  readonly #isAbout: (event: AlertEvent, channel: string) => boolean;
  readonly #clock: Clock;

  /**
   * @param deps `isUsable`: whether messages get through on a channel at present; `isAbout`: whether an alert says that this channel
   *   fails, so that it cannot be told by it
   */
  constructor(deps: {
    runs: Runs;
    targets: TargetResolver;
    isUsable: (channel: string) => boolean;
    isAbout: (event: AlertEvent, channel: string) => boolean;
    clock: Clock;
  }) {
    this.#runs = deps.runs;
    this.#targets = deps.targets;
    this.#isUsable = deps.isUsable;
    this.#isAbout = deps.isAbout;
    this.#clock = deps.clock;
  }

  /** Whether the chain is meant to tell somebody. */
  promises(chain: Chain): boolean {
    return chain.steps.some(({ tell }) => this.#targets.promises(tell));
  }

  /**
   * Does every step of a run that is due.
   *
   * @param told who was told of this raise before, as `whoIs` writes them; grows by those who are told now
   */
  do(run: Run, told: Set<string>, nowMs: number): { to: Run; items: NewItem[] } {
    let to = run;
    const items: NewItem[] = [];
    // More than one may be due where a step has no wait.
    while (isStepDue(to, nowMs)) {
      const { step } = to;
      const isOther = (channel: string) => !this.#isAbout(to.event, channel);
      const { tells: all, gaps } = this.#targets.resolve(
        to.chain.steps[step]?.tell ?? [],
        { severity: to.severity, machine_ids: to.event.machine_ids },
        nowMs,
        (channel) => isOther(channel) && this.#isUsable(channel),
      );
      const tells = all.filter(({ channel }) => isOther(channel));
      items.push(...stepItems(to, tells, told, nowMs));
      for (const tell of tells) told.add(whoIs(tell));
      const missed = gaps.map((reason) => ({ atMs: nowMs, step: step + 1, text: reasonText(reason), reason }));
      to = { ...to, ...afterStep(to, nowMs), gaps: [...to.gaps, ...missed] };
    }
    return { to, items };
  }

  /** Does what is due. @returns the alerts of the runs that have come further */
  async advance(): Promise<string[]> {
    const nowMs = this.#clock.nowMs();
    const touched: string[] = [];
    for (;;) {
      const due = await this.#runs.due(nowMs, RUNS_PER_BATCH);
      if (due.length === 0) return touched;
      await this.#advance(due, nowMs);
      touched.push(...due.map(({ alertId }) => alertId));
      if (due.length < RUNS_PER_BATCH) return touched;
    }
  }

  /** Decides what became of the runs of these alerts whose steps are all done, as far as it is known. */
  async settle(alertIds: readonly string[]): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const open = (await this.#runs.open(alertIds)).filter(isComplete);
    if (open.length === 0) return;
    const outcomes = await this.#outcomes(open);
    const steps = open.flatMap((from) => {
      const { isTold, isSending } = outcomes(from);
      // A message may be accepted after it was said that nobody could be told.
      const late = from.state === 'nobody' && isTold ? { ...from, state: 'done' as const } : from;
      const to = { ...late, ...settledRun(late, isTold, isSending, nowMs), endedAtMs: nowMs };
      return to.state === from.state ? [] : [{ from, to, items: [] }];
    });
    await this.#runs.advance(steps);
  }

  async #advance(due: readonly Run[], nowMs: number): Promise<void> {
    const alerts = await this.#runs.alerts(due.map(({ alertId }) => alertId));
    const outcomes = await this.#outcomes(due);
    const steps = due.map((from) => {
      const reason = stopReason(from, alerts.get(from.alertId));
      if (reason !== null) return { from, to: { ...from, ...stoppedRun(from, reason), endedAtMs: nowMs }, items: [] };
      const { told, isTold, isSending } = outcomes(from);
      if (!isComplete(from)) return { from, ...this.do(asNow(from, alerts.get(from.alertId)), told, nowMs) };
      const to = { ...from, ...settledRun(from, isTold, isSending, nowMs), endedAtMs: nowMs };
      return { from, to, items: [] };
    });
    await this.#runs.advance(steps);
  }

  /** What was said by all runs that the same change has begun. */
  async #outcomes(runs: readonly Run[]) {
    const siblings = await this.#runs.newest(runs.map(({ alertId }) => alertId));
    const items = await this.#runs.items([...new Set([...runs, ...siblings].map(({ id }) => id))]);
    const byRun = new Map<string, RunItem[]>();
    for (const item of items) byRun.set(item.runId, [...(byRun.get(item.runId) ?? []), item]);
    const told = new Map<string, Set<string>>();
    return (run: Run) => {
      const key = `${run.alertId} ${run.seq}`;
      const all = [run, ...siblings.filter((each) => each.alertId === run.alertId && each.seq === run.seq)];
      const said = all.flatMap(({ id }) => byRun.get(id) ?? []);
      const known = told.get(key) ?? new Set(said.map(({ who }) => who));
      told.set(key, known);
      return { told: known, isTold: said.some((each) => each.isAccepted), isSending: said.some((each) => each.isOpen) };
    };
  }
}

/** Why the run must not go on, as the alert is now; null where it may. */
function stopReason(run: Run, alert: PresentAlert | undefined): StopReason | null {
  if (alert === undefined || alert.isShelved) return 'silenced';
  if (alert.state === 'active_acked') return 'acknowledged';
  if (!UNACKNOWLEDGED.includes(alert.state)) return 'silenced';
  return alert.state === 'cleared_unacked' && run.chain.stop_on_clear ? 'cleared' : null;
}

/** A chain that goes on after the condition has cleared says so. */
function asNow(run: Run, alert: PresentAlert | undefined): Run {
  if (alert?.state !== 'cleared_unacked' || alert.clearedAtMs === null) return run;
  return { ...run, event: { ...run.event, state: alert.state, cleared_at: isoTime(alert.clearedAtMs) } };
}
