// An energy meter at the main feed: three phases, their power, and the energy so far.

import type { SentValues } from '../sent-values.ts';
import { type Moment, type Physics, round, towards, wearOf } from './physics.ts';
import type { Random } from './random.ts';

/**
 * overload: current and heat rise, and the voltage sags; contact: a terminal of the second phase is loose, so that its
 * voltage falls and wanders, and the cabinet heats up.
 */
export const ENERGY_METER_FAULTS = ['overload', 'contact'] as const;

const NOMINAL_V = 231;
const FULL_POWER_KW = 240;
/** How the load is spread over the phases. */
const PHASE_SHARES = [1.03, 0.99, 0.98] as const;

export class EnergyMeter implements Physics {
  readonly #random: Random;
  #moment: Moment;
  #powerKw: number;
  #cabinetC: number;
  #frequencyOffsetHz = 0;
  #energyKwh = 0;

  constructor(moment: Moment, random: Random) {
    this.#random = random;
    this.#moment = moment;
    this.#powerKw = targetPowerKw(moment);
    this.#cabinetC = 30 + 9 * moment.load;
  }

  advance(moment: Moment): void {
    const { seconds, fault, load } = moment;
    this.#moment = moment;
    this.#powerKw = towards(this.#powerKw, targetPowerKw(moment), seconds, 20);
    this.#energyKwh += (this.#powerKw * seconds) / 3600;
    const cabinetC = 30 + 9 * load + 6 * wearOf(moment, 'contact') + (fault === null ? 0 : 42);
    this.#cabinetC = towards(this.#cabinetC, cabinetC, seconds, fault === null ? 240 : 60);
    const memory = Math.exp(-seconds / 30);
    const step = 0.015 * Math.sqrt(1 - memory * memory) * this.#random.gaussian();
    this.#frequencyOffsetHz = this.#frequencyOffsetHz * memory + step;
  }

  measure(all: boolean): SentValues {
    const noise = () => this.#random.gaussian();
    const temperature = round(this.#cabinetC + 0.1 * noise(), 2);
    if (!all) return { temperature };
    const powerKw = this.#powerKw * (1 + 0.006 * noise());
    const powerFactor = Math.min(0.99, 0.9 + 0.06 * (this.#powerKw / FULL_POWER_KW) + 0.002 * noise());
    const values: SentValues = {
      temperature,
      active_power: round(powerKw, 2),
      reactive_power: round(powerKw * Math.tan(Math.acos(powerFactor)), 2),
      power_factor: round(powerFactor, 3),
      frequency: round(50 + this.#frequencyOffsetHz, 3),
      energy_total: Math.floor(this.#energyKwh * 100) / 100,
    };
    // The more current flows, the lower is the voltage.
    const sagV = 6 * (this.#powerKw / FULL_POWER_KW);
    const loose = wearOf(this.#moment, 'contact');
    PHASE_SHARES.forEach((share, index) => {
      const lostV = index === 1 ? loose * (22 + 5 * noise()) : 0;
      const voltage = Math.max(0, NOMINAL_V - sagV - lostV + 0.4 * noise());
      const currentA = ((powerKw * 1000) / 3 / NOMINAL_V / powerFactor) * share * (index === 1 ? 1 - 0.2 * loose : 1);
      values[`voltage_l${index + 1}`] = round(voltage, 1);
      values[`current_l${index + 1}`] = round(currentA, 1);
    });
    return values;
  }
}

function targetPowerKw({ load, fault }: Moment): number {
  return FULL_POWER_KW * (0.15 + 0.7 * load) * (fault === 'overload' ? 1.6 : 1);
}
