// Machines with a motor that turns. Load, speed, pressure, current, vibration and temperature depend on each other.

import type { SentValue, SentValues } from '../sent-values.ts';
import { type Moment, type Physics, round, shiftNumber, towards, wearOf } from './physics.ts';
import type { Random } from './random.ts';

/**
 * bearing: vibration grows, at last the machine overheats; leak: a liquid is lost, so that level and pressure fall and
 * temperature rises; blockage: pressure and current rise, and the flow falls; stall: the machine stands still.
 */
export const DRIVE_FAULTS = ['bearing', 'leak', 'blockage', 'stall'] as const;

/** The parameters of a type of drives. A healthy, warm machine stays within the default limits. */
export interface DriveProfile {
  /** Speed at full production. */
  readonly nominalSpeedRpm: number;
  /** Pressure at nominal speed, and at standstill; null for a machine without pressure. */
  readonly pressureKpa: { readonly nominal: number; readonly rest: number } | null;
  /** Equilibrium without load and at full load, in a hall of 22 °C. */
  readonly idleTemperatureC: number;
  readonly fullTemperatureC: number;
  /** Time constant of warming and cooling. */
  readonly warmUpS: number;
  /** The metrics that are not of the catalogue, by name. */
  readonly signals: Signals;
}

export type Signals = Readonly<Record<string, (drive: Drive) => SentValue>>;

const HALL_TEMPERATURE_C = 22;
const DAY_MS = 86_400_000;
const PRESSURE_LAG_S = 2;
const SPEED_LAG_S = 3;
/**
 * The temperature that a fault reaches is added to a base common to all types, so that every type exceeds its limit.
 */
const HOT_BASE_C = 74;
const FAULT_HEAT_C: Readonly<Record<string, number>> = { bearing: 18, leak: 12, stall: 16 };
const BLOCKED_BASE_KPA = 100;
const FULL_LEVEL = 82;

export class Drive implements Physics {
  readonly #profile: DriveProfile;
  readonly #random: Random;
  readonly #cycleS: number;
  #moment: Moment;
  #pressureKpa = 0;
  #speedRpm: number;
  /** Aging and weather: a slow random walk around 0 with a standard deviation of 0.7 °C. */
  #drift = 0;

  // The state that signals are made of.
  temperatureC: number;
  bearingC: number;
  /** Current as a share of the rated current. */
  effort: number;
  /** Of oil or coolant, in percent. */
  level = FULL_LEVEL;
  /** Hours of running, and parts and rejects of this shift; all with fractions. */
  hours = 0;
  parts = 0;
  rejects = 0;

  /** `cycleS` is the time under load that one part takes. */
  constructor(profile: DriveProfile, cycleS: number, moment: Moment, random: Random) {
    this.#profile = profile;
    this.#random = random;
    this.#cycleS = cycleS;
    this.#moment = moment;
    this.temperatureC = this.#equilibriumC();
    this.#speedRpm = profile.nominalSpeedRpm * speedShare(moment.load);
    this.#pressureKpa = this.#targetPressureKpa();
    this.effort = effortOf(moment);
    this.bearingC = this.#targetBearingC();
  }

  advance(moment: Moment): void {
    const { seconds, fault, load } = moment;
    const shiftBefore = shiftNumber(this.#moment.nowMs);
    this.#moment = moment;

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
    const extraC = fault === null ? 0 : (FAULT_HEAT_C[fault] ?? 0);
    const warmUpS = extraC > 0 ? Math.min(45, this.#profile.warmUpS) : this.#profile.warmUpS;
    const hottestC = extraC > 0 ? HOT_BASE_C + extraC : this.#equilibriumC();
    this.temperatureC = towards(this.temperatureC, hottestC, seconds, warmUpS);

    this.effort = towards(this.effort, effortOf(moment), seconds, 1.5);
    this.bearingC = towards(this.bearingC, this.#targetBearingC(), seconds, 120);
    const leak = wearOf(moment, 'leak');
    this.level = towards(this.level, FULL_LEVEL - 55 * leak, seconds, fault === 'leak' ? 60 : 300);
    this.#count(seconds, shiftBefore);
  }

  measure(all: boolean): SentValues {
    const { nominalSpeedRpm, pressureKpa, signals } = this.#profile;
    const noise = () => this.#random.gaussian();
    const values: SentValues = { temperature: round(this.temperatureC + 0.15 * noise(), 2) };
    if (pressureKpa !== null) {
      values.pressure = round(Math.max(0, this.#pressureKpa + 0.004 * pressureKpa.nominal * noise()), 2);
    }
    const speed = this.#speedRpm === 0 ? 0 : this.#speedRpm + 0.003 * nominalSpeedRpm * noise();
    values.speed = round(Math.max(0, speed), 1);
    if (all) for (const name in signals) values[name] = (signals[name] as Signals[string])(this);
    return values;
  }

  /** A measurement of `value`, never negative: with noise as a share of it, rounded to some digits. */
  near(value: number, digits: number, noiseShare = 0.01): number {
    return round(Math.max(0, value * (1 + noiseShare * this.#random.gaussian())), digits);
  }

  get state(): 'running' | 'idle' | 'stopped' {
    if (this.#moment.fault === 'stall') return 'stopped';
    return this.#moment.isBusy ? 'running' : 'idle';
  }

  /** As a share of the speed at full production. */
  get speedShare(): number {
    return this.#speedRpm / this.#profile.nominalSpeedRpm;
  }

  get isBlocked(): boolean {
    return this.#moment.fault === 'blockage';
  }

  /** As a multiple of the vibration of a healthy machine at full speed; grows with the wear of a bearing. */
  get vibrationShare(): number {
    const faulty = 1 + 5 * wearOf(this.#moment, 'bearing') + (this.isBlocked ? 0.8 : 0);
    return (0.05 + 0.95 * this.speedShare) * faulty;
  }

  /** Parts and hours are only counted while the machine runs. */
  #count(seconds: number, shiftBefore: number): void {
    if (shiftNumber(this.#moment.nowMs) !== shiftBefore) {
      this.parts = 0;
      this.rejects = 0;
    }
    if (this.#moment.fault === 'stall') return;
    this.hours += seconds / 3600;
    if (!this.#moment.isBusy) return;
    const made = seconds / this.#cycleS;
    this.parts += made;
    this.rejects += made * (this.#moment.fault === null ? 0.015 : 0.3);
  }

  #equilibriumC(): number {
    const { idleTemperatureC, fullTemperatureC } = this.#profile;
    const { nowMs, load } = this.#moment;
    const hallC = 2 * Math.sin((2 * Math.PI * (nowMs % DAY_MS)) / DAY_MS - 2);
    return idleTemperatureC + (fullTemperatureC - idleTemperatureC) * load + hallC + this.#drift;
  }

  #targetBearingC(): number {
    const machineC = this.temperatureC - HALL_TEMPERATURE_C;
    return HALL_TEMPERATURE_C + 0.55 * machineC + 35 * wearOf(this.#moment, 'bearing');
  }

  /** As with a pump, pressure grows with the square of the speed. */
  #targetPressureKpa(): number {
    const { pressureKpa, nominalSpeedRpm } = this.#profile;
    if (pressureKpa === null) return 0;
    const share = this.#speedRpm / nominalSpeedRpm;
    return pressureKpa.rest + (pressureKpa.nominal - pressureKpa.rest) * share * share;
  }
}

const speedShare = (load: number) => 0.35 + 0.65 * load;

/** The current follows the load. A worn bearing and a blockage need more, and a stalled motor is switched off. */
function effortOf(moment: Moment): number {
  if (moment.fault === 'stall') return 0;
  const extra = 0.15 * wearOf(moment, 'bearing') + (moment.fault === 'blockage' ? 0.25 : 0);
  return 0.3 + 0.55 * moment.load + extra;
}
