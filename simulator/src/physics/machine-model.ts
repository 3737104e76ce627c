// The course of a machine: its work cycle, and rare faults that announce themselves, come and go.

import type { SentValues } from '../sent-values.ts';
import { MACHINE_TYPES, type MachineType, TYPE_NAMES } from './machine-types.ts';
import type { Moment, Physics } from './physics.ts';
import { mixSeed, type Random, seededRandom } from './random.ts';

interface Fault {
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;
/** A longer gap counts as a gap of this length, within which all exponentials reach their final value. */
const LONGEST_STEP_S = 3600;
/** In this time the wear before a fault grows by the factor e. */
const WEAR_MS = 12 * 60_000;

export class MachineModel {
  readonly #type: (typeof MACHINE_TYPES)[MachineType];
  readonly #all: boolean;
  readonly #random: Random;
  readonly #meanFaultGapMs: number;
  readonly #phase: number;
  readonly #physics: Physics;
  #nowMs: number;
  #fault: Fault;

  /**
   * The same type, seed and start give the same values at the same times. The machine starts warm, as if it had been
   * running. `faultsPerHour` is an average; `firstFaultMs` sets the time of the first fault. `all` adds the metrics
   * that are not of the catalogue.
   */
  constructor(options: {
    type: MachineType;
    seed: number;
    startMs: number;
    faultsPerHour: number;
    firstFaultMs?: number;
    all: boolean;
  }) {
    this.#type = MACHINE_TYPES[options.type];
    this.#all = options.all;
    this.#random = seededRandom(mixSeed(options.seed, TYPE_NAMES.indexOf(options.type)));
    this.#meanFaultGapMs = 3_600_000 / Math.max(options.faultsPerHour, 1e-9);
    this.#phase = this.#random.uniform();
    this.#nowMs = options.startMs;
    this.#fault = this.#planFault(options.firstFaultMs ?? null);
    this.#physics = this.#type.create(this.#moment(0), this.#random);
  }

  /** Advances to `nowMs`, never back, and measures. */
  measure(nowMs: number): SentValues {
    const seconds = Math.min(LONGEST_STEP_S, Math.max(0, nowMs - this.#nowMs) / 1000);
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    if (this.#nowMs >= this.#fault.toMs) this.#fault = this.#planFault(null);
    this.#physics.advance(this.#moment(seconds));
    return this.#physics.measure(this.#all);
  }

  #moment(seconds: number): Moment {
    const { cycleS, dutyShare } = this.#type;
    const nowMs = this.#nowMs;
    const isBusy = (nowMs / 1000 / cycleS + this.#phase) % 1 < dutyShare;
    const { kind, fromMs } = this.#fault;
    return {
      nowMs,
      seconds,
      isBusy,
      load: (isBusy ? 1 : 0.25) * shiftShare(nowMs),
      fault: nowMs >= fromMs ? kind : null,
      nextFault: kind,
      wear: nowMs >= fromMs ? 1 : Math.exp((nowMs - fromMs) / WEAR_MS),
    };
  }

  #planFault(atMs: number | null): Fault {
    const { faults, faultLengthS } = this.#type;
    const fromMs = atMs ?? this.#nowMs + this.#random.exponential(this.#meanFaultGapMs);
    const lengthS = faultLengthS.min + this.#random.uniform() * (faultLengthS.max - faultLengthS.min);
    const kind = faults[Math.floor(this.#random.uniform() * faults.length)] as string;
    return { kind, fromMs, toMs: fromMs + lengthS * 1000 };
  }
}

/**
 * The early and late shift work at full load, the night shift at 70 %, with gradual changes over a quarter of an hour
 * (UTC).
 */
function shiftShare(nowMs: number): number {
  const hour = (nowMs % DAY_MS) / 3_600_000;
  const edge = (at: number) => 1 / (1 + Math.exp((at - hour) * 24));
  return 0.7 + 0.3 * (edge(6) - edge(22));
}
