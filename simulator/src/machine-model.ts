// The behaviour of a machine: load, temperature, pressure and speed influence each other, and rare faults come and go.

import type { MetricName } from '@gonsters/contract';
import { MACHINE_TYPES, type MachineProfile, type MachineType, PROFILES } from './machine-profiles.ts';
import { mixSeed, type Random, seededRandom } from './random.ts';

/**
 * bearing: the machine overheats; leak: coolant is lost, so that pressure falls and temperature rises; blockage:
 * pressure rises; stall: the machine stands still.
 */
const FAULTS = ['bearing', 'leak', 'blockage', 'stall'] as const;
type Fault = { kind: (typeof FAULTS)[number]; fromMs: number; toMs: number };

const FAULT_LENGTH_MS = { min: 60_000, max: 240_000 };
const HALL_TEMPERATURE_C = 22;
const PRESSURE_LAG_S = 2;
const SPEED_LAG_S = 3;
const DAY_MS = 86_400_000;
/** A longer gap counts as a gap of this length, within which all exponentials reach their final value. */
const LONGEST_STEP_S = 3600;

export class MachineModel {
  readonly #profile: MachineProfile;
  readonly #random: Random;
  readonly #meanFaultGapMs: number;
  readonly #phase: number;
  #nowMs: number;
  #temperatureC: number;
  #pressureKpa: number;
  #speedRpm: number;
  /** Wear and weather: a slow random walk around 0 with a standard deviation of 0.7 °C. */
  #drift = 0;
  #fault: Fault;

  /**
   * The same type, seed and start give the same values at the same times. The machine starts warm, as if it had been
   * running. `faultsPerHour` is an average; `firstFaultMs` sets the time of the first fault.
   */
  constructor(options: {
    type: MachineType;
    seed: number;
    startMs: number;
    faultsPerHour: number;
    firstFaultMs?: number;
  }) {
    this.#profile = PROFILES[options.type];
    this.#random = seededRandom(mixSeed(options.seed, MACHINE_TYPES.indexOf(options.type)));
    this.#meanFaultGapMs = 3_600_000 / Math.max(options.faultsPerHour, 1e-9);
    this.#phase = this.#random.uniform();
    this.#nowMs = options.startMs;
    const load = this.#load();
    this.#temperatureC = this.#equilibriumC(load);
    this.#speedRpm = this.#profile.nominalSpeedRpm * speedShare(load);
    this.#pressureKpa = this.#targetPressureKpa();
    this.#fault = this.#planFault(options.firstFaultMs ?? null);
  }

  /** Advances to `nowMs`, never back, and measures. */
  measure(nowMs: number): Record<MetricName, number> {
    const seconds = Math.min(LONGEST_STEP_S, Math.max(0, nowMs - this.#nowMs) / 1000);
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    this.#advance(seconds);
    const { nominalSpeedRpm, nominalPressureKpa } = this.#profile;
    const noise = () => this.#random.gaussian();
    return {
      temperature: round(this.#temperatureC + 0.15 * noise(), 2),
      pressure: round(Math.max(0, this.#pressureKpa + 0.004 * nominalPressureKpa * noise()), 2),
      speed: round(Math.max(0, this.#speedRpm === 0 ? 0 : this.#speedRpm + 0.003 * nominalSpeedRpm * noise()), 1),
    };
  }

  #advance(seconds: number): void {
    if (this.#nowMs >= this.#fault.toMs) this.#fault = this.#planFault(null);
    const fault = this.#nowMs >= this.#fault.fromMs ? this.#fault.kind : null;
    const load = this.#load();

    // An Ornstein–Uhlenbeck process with a time constant of six hours, which is exact for any step.
    const memory = Math.exp(-seconds / 21_600);
    this.#drift = this.#drift * memory + 0.7 * Math.sqrt(1 - memory * memory) * this.#random.gaussian();

    const targetSpeed = fault === 'stall' ? 0 : this.#profile.nominalSpeedRpm * speedShare(load);
    this.#speedRpm = towards(this.#speedRpm, targetSpeed, seconds, SPEED_LAG_S);
    if (fault === 'stall' && this.#speedRpm < 1) this.#speedRpm = 0;

    const pressureFactor = fault === 'leak' ? 0.55 : fault === 'blockage' ? 1.6 : 1;
    const blocked = fault === 'blockage' ? Math.max(this.#targetPressureKpa(), BLOCKED_BASE_KPA) : null;
    const targetPressure = (blocked ?? this.#targetPressureKpa()) * pressureFactor;
    this.#pressureKpa = towards(this.#pressureKpa, targetPressure, seconds, fault === null ? PRESSURE_LAG_S : 8);

    // A fault heats faster than the machine warms up, because friction and current act near the sensor.
    const extraC = fault === null || fault === 'blockage' ? 0 : FAULT_HEAT_C[fault];
    const warmUpS = extraC > 0 ? Math.min(45, this.#profile.warmUpS) : this.#profile.warmUpS;
    const hottestC = extraC > 0 ? HOT_BASE_C + extraC : this.#equilibriumC(load);
    this.#temperatureC = towards(this.#temperatureC, hottestC, seconds, warmUpS);
  }

  /** From 0 (idle) to 1 (full): the work cycle, scaled by the shift. */
  #load(): number {
    const { cycleS, dutyShare } = this.#profile;
    const inCycle = (this.#nowMs / 1000 / cycleS + this.#phase) % 1;
    const busy = inCycle < dutyShare ? 1 : 0.25;
    return busy * shiftShare(this.#nowMs);
  }

  #equilibriumC(load: number): number {
    const { idleTemperatureC, fullTemperatureC } = this.#profile;
    const hallC = HALL_TEMPERATURE_C + 2 * Math.sin((2 * Math.PI * (this.#nowMs % DAY_MS)) / DAY_MS - 2);
    return idleTemperatureC + (fullTemperatureC - idleTemperatureC) * load + (hallC - HALL_TEMPERATURE_C) + this.#drift;
  }

  /** As with a pump, pressure grows with the square of the speed. */
  #targetPressureKpa(): number {
    const { nominalPressureKpa, restPressureKpa, nominalSpeedRpm } = this.#profile;
    const share = this.#speedRpm / nominalSpeedRpm;
    return restPressureKpa + (nominalPressureKpa - restPressureKpa) * share * share;
  }

  #planFault(atMs: number | null): Fault {
    const fromMs = atMs ?? this.#nowMs + this.#random.exponential(this.#meanFaultGapMs);
    const lengthMs = FAULT_LENGTH_MS.min + this.#random.uniform() * (FAULT_LENGTH_MS.max - FAULT_LENGTH_MS.min);
    const kind = FAULTS[Math.floor(this.#random.uniform() * FAULTS.length)] as Fault['kind'];
    return { kind, fromMs, toMs: fromMs + lengthMs };
  }
}

/**
 * The temperature that a fault reaches is added to a base common to all types, so that every type exceeds its limit.
 */
const HOT_BASE_C = 74;
const FAULT_HEAT_C = { bearing: 18, leak: 12, stall: 16 } as const;
const BLOCKED_BASE_KPA = 100;

const speedShare = (load: number) => 0.35 + 0.65 * load;

/**
 * The early and late shift work at full load, the night shift at 70 %, with gradual changes over a quarter of an hour
 * (UTC).
 */
function shiftShare(nowMs: number): number {
  const hour = (nowMs % DAY_MS) / 3_600_000;
  const edge = (at: number) => 1 / (1 + Math.exp((at - hour) * 24));
  return 0.7 + 0.3 * (edge(6) - edge(22));
}

/** A first-order lag, which is exact for any step. */
function towards(value: number, target: number, seconds: number, timeConstantS: number): number {
  return target + (value - target) * Math.exp(-seconds / timeConstantS);
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
