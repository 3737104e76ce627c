// Which excursions people had to act on (decision 96), and how much later than now they would be found.

import type { EffectiveLimits } from '@gonsters/contract';
import { type ConditionTiming, criticalLimit, SIDES, type Side, warningLimit } from '../rules/condition.ts';
import type { LevelRule } from '../rules/condition-rule.ts';
import { RaiseRecorder, type RecordedRaise } from './raise-recorder.ts';
import { RuleRun, type TriedRule } from './rule-run.ts';

/** Excursions with a shorter pause between them are one: within it, ISA-18.2 calls repetition chattering. */
const PAUSE_MS = 60_000;
/** A single value past the critical limit may be a disturbance of the sensor. */
const CRITICAL_READINGS = 2;

/** A rule about limits. */
export interface LevelTried extends TriedRule {
  readonly rule: LevelRule;
}

export interface TrueExcursion {
  readonly side: Side;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Observes a series by the limits in force, without delays. */
export class ExcursionObserver {
  /** To be applied to the series besides that of the rules in force. */
  readonly runs: readonly RuleRun[];
  readonly #past: RuleRun;
  readonly #critical: RuleRun | null;

  /** @param inForce the run of the rules in force: if they have no delays, their raises are the excursions */
  constructor({ rule, gate }: LevelTried, inForce: RuleRun) {
    const { limits, timing } = rule;
    const hasDelays = timing.onDelayMs > 0 || timing.offDelayMs > 0;
    const atOnce: ConditionTiming = { ...timing, onDelayMs: 0, offDelayMs: 0 };
    const tried = (of: EffectiveLimits) =>
      new RuleRun({ rule: { ...rule, limits: of, timing: atOnce }, gate }, new RaiseRecorder());
    this.#past = hasDelays ? tried(limits) : inForce;
    const critical = criticalOnly(limits);
    this.#critical = critical && tried(critical);
    this.runs = [hasDelays ? this.#past : null, this.#critical].filter((run) => run !== null);
  }

  /** After the runs have finished. @param respondMs the time to respond */
  find(endMs: number, respondMs: number): TrueExcursion[] {
    const critical = (this.#critical?.recorder.raises ?? []).filter(
      ({ readingCount }) => readingCount >= CRITICAL_READINGS,
    );
    return SIDES.flatMap((side) => {
      const firstPeak = finder(critical, side);
      return joined(this.#past.recorder.raises, side, endMs).filter(
        (excursion) => excursion.toMs - excursion.fromMs >= respondMs || firstPeak(excursion) !== null,
      );
    }).sort((a, b) => a.fromMs - b.fromMs);
  }
}

/** The critical limits alone, where there is a warning limit besides; null where there is nothing to add. */
function criticalOnly(limits: EffectiveLimits): EffectiveLimits | null {
  const of = (side: Side) => (warningLimit(side, limits) === null ? null : criticalLimit(side, limits));
  const [highHigh, lowLow] = [of('high'), of('low')];
  return highHigh === null && lowLow === null ? null : { low_low: lowLow, low: null, high: null, high_high: highHigh };
}

/** Excursions of a side with short pauses between them, joined. */
function joined(raises: readonly RecordedRaise[], side: Side, endMs: number): TrueExcursion[] {
  const found: { side: Side; fromMs: number; toMs: number }[] = [];
  for (const raise of raises) {
    if (raise.side !== side) continue;
    const toMs = raise.toMs ?? endMs;
    const last = found.at(-1);
    if (last !== undefined && raise.fromMs - last.toMs < PAUSE_MS) last.toMs = toMs;
    else found.push({ side, fromMs: raise.fromMs, toMs });
  }
  return found;
}

export interface Detection {
  readonly true: number;
  readonly found: number;
  /** The longest that one is found later than now, ms; null where none is found. Negative: all are found earlier. */
  readonly latestMs: number | null;
}

/**
 * Each excursion is found by the first raise that is active during it. Where none is now, it is compared with the start of
 * the excursion. Raises ascend.
 */
export function detect(
  excursions: readonly TrueExcursion[],
  now: readonly RecordedRaise[],
  would: readonly RecordedRaise[],
): Detection {
  let found = 0;
  let latestMs: number | null = null;
  for (const side of SIDES) {
    const firstNow = finder(now, side);
    const firstThen = finder(would, side);
    for (const excursion of excursions) {
      if (excursion.side !== side) continue;
      const nowMs = firstNow(excursion) ?? excursion.fromMs;
      const thenMs = firstThen(excursion);
      if (thenMs === null) continue;
      found++;
      latestMs = Math.max(latestMs ?? Number.NEGATIVE_INFINITY, thenMs - nowMs);
    }
  }
  return { true: excursions.length, found, latestMs };
}

/** Excursions must be asked for in the order of time. One that is active already is found at its start. */
function finder(raises: readonly RecordedRaise[], side: Side): (excursion: TrueExcursion) => number | null {
  let next = 0;
  return ({ fromMs, toMs }) => {
    for (; next < raises.length; next++) {
      const raise = raises[next] as RecordedRaise;
      if (raise.side !== side || (raise.toMs !== null && raise.toMs < fromMs)) continue;
      return raise.fromMs <= toMs ? Math.max(raise.fromMs, fromMs) : null;
    }
    return null;
  };
}
