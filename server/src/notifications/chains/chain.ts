// The state machine of a chain: which step is done when, and what stops it. Pure; times are UTC ms of the injected clock.

import type { Chain, RunState, Severity } from '@gonsters/contract';

/** After its last step a chain waits this long for messages to be accepted before it is said that nobody could be told. */
const SETTLE_AFTER_MS = 120_000;
/** A step that is done later than this, because no server ran, moves those after it, so that they do not come at once. */
const LATE_AFTER_MS = 60_000;

/** How far a chain has come for one alert. */
export interface ChainRun {
  readonly chain: Chain;
  readonly severity: Severity;
  readonly state: RunState;
  /** From 0; the number of steps where all are done. */
  readonly step: number;
  readonly repetition: number;
  /** When the step is done or, after the last one, when the outcome is decided; null where it has ended. */
  readonly dueAtMs: number | null;
}

export function startedRun(chain: Chain, severity: Severity, atMs: number): ChainRun {
  const waitMs = (chain.steps[0]?.wait_seconds ?? 0) * 1000;
  return { chain, severity, state: 'running', step: 0, repetition: 0, dueAtMs: atMs + waitMs };
}

/** Every step is done. */
export const isComplete = ({ chain, step }: Pick<ChainRun, 'chain' | 'step'>): boolean => step >= chain.steps.length;

/** Whether a step is to be done now. */
export const isStepDue = (run: ChainRun, nowMs: number): boolean =>
  run.state === 'running' && !isComplete(run) && run.dueAtMs !== null && run.dueAtMs <= nowMs;

/** After the step that was due. */
export function afterStep(run: ChainRun, nowMs: number): ChainRun {
  const { chain, step, repetition, dueAtMs } = run;
  const done = chain.steps[step];
  if (done === undefined || dueAtMs === null) return run;
  const fromMs = nowMs - dueAtMs > LATE_AFTER_MS ? nowMs : dueAtMs;
  if (repetition < done.repeat) {
    return { ...run, repetition: repetition + 1, dueAtMs: fromMs + done.every_seconds * 1000 };
  }
  const following = chain.steps[step + 1];
  const waitMs = following === undefined ? SETTLE_AFTER_MS : following.wait_seconds * 1000;
  return { ...run, step: step + 1, repetition: 0, dueAtMs: fromMs + waitMs };
}

/**
 * After all steps: whether it is known by now what became of it.
 *
 * @param isTold a message was accepted
 * @param isSending a message may still be
 */
export function settledRun(run: ChainRun, isTold: boolean, isSending: boolean, nowMs: number): ChainRun {
  if (run.state !== 'running' || !isComplete(run)) return run;
  if (!isTold && isSending && run.dueAtMs !== null && run.dueAtMs > nowMs) return run;
  return { ...run, state: !isTold && run.severity === 'critical' ? 'nobody' : 'done', dueAtMs: null };
}

/** What may stop a chain. `silenced`: the alert is shelved, suppressed or closed, or a newer raise has begun a chain of its own. */
export type StopReason = 'acknowledged' | 'cleared' | 'silenced';

export function stoppedRun(run: ChainRun, reason: StopReason): ChainRun {
  const isOpen = run.state === 'running' || run.state === 'nobody';
  if (!isOpen || (reason === 'cleared' && (!run.chain.stop_on_clear || run.state === 'nobody'))) return run;
  return { ...run, state: reason === 'silenced' ? 'done' : reason, dueAtMs: null };
}

/** When each step is done if nothing stops the chain. */
export function timeline(chain: Chain, atMs: number): { atMs: number; step: number; repetition: number }[] {
  const times: { atMs: number; step: number; repetition: number }[] = [];
  let run = startedRun(chain, 'critical', atMs);
  while (!isComplete(run) && run.dueAtMs !== null) {
    times.push({ atMs: run.dueAtMs, step: run.step, repetition: run.repetition });
    run = afterStep(run, run.dueAtMs);
  }
  return times;
}
