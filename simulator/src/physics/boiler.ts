// A boiler for hot water: the burner cycles with the load, and temperature, pressure, flue gas and gas follow it.

import type { SentValues } from '../sent-values.ts';
import { type Moment, type Physics, round, towards, wearOf } from './physics.ts';
import type { Random } from './random.ts';

/**
 * scale: deposits keep the heat from the water, so that flue gas and boiler overheat; lockout: the burner does not
 * ignite, and the water cools; expansion: the expansion vessel has lost its gas, so that pressure rises.
 */
export const BOILER_FAULTS = ['scale', 'lockout', 'expansion'] as const;

export class Boiler implements Physics {
  readonly #random: Random;
  #moment: Moment;
  #waterC = 70;
  #pressureKpa: number;
  #flueGasC = 120;
  #oxygen = 5;
  #gasM3 = 0;

  constructor(moment: Moment, random: Random) {
    this.#random = random;
    this.#moment = moment;
    this.#pressureKpa = this.#targetPressureKpa();
  }

  advance(moment: Moment): void {
    const { seconds, fault, isBusy } = moment;
    this.#moment = moment;
    const scale = wearOf(moment, 'scale');
    if (fault === 'lockout') this.#waterC = towards(this.#waterC, 22, seconds, 160);
    else if (fault === 'scale') this.#waterC = towards(this.#waterC, 92, seconds, 90);
    else this.#waterC = towards(this.#waterC, isBusy ? 77 : 62, seconds, 300);

    const burns = this.#burns;
    const flueGasC = burns ? 125 + 30 * moment.load + 70 * scale : 60;
    this.#flueGasC = towards(this.#flueGasC, flueGasC, seconds, 40);
    this.#oxygen = towards(this.#oxygen, burns ? 3.5 + 1.5 * scale : 20.9, seconds, 15);
    this.#pressureKpa = towards(this.#pressureKpa, this.#targetPressureKpa(), seconds, 20);
    if (burns) this.#gasM3 += (seconds * 38 * moment.load) / 3600;
  }

  measure(all: boolean): SentValues {
    const noise = () => this.#random.gaussian();
    const values: SentValues = {
      temperature: round(this.#waterC + 0.12 * noise(), 2),
      pressure: round(Math.max(0, this.#pressureKpa + 0.4 * noise()), 2),
    };
    if (!all) return values;
    const burns = this.#burns;
    return {
      ...values,
      machine_state: this.#moment.fault === 'lockout' ? 'stopped' : burns ? 'running' : 'idle',
      burner_on: burns,
      return_temperature: round(this.#waterC - 8 - 10 * this.#moment.load + 0.12 * noise(), 2),
      flue_gas_temperature: round(this.#flueGasC + 0.8 * noise(), 1),
      flue_gas_oxygen: round(Math.min(20.9, Math.max(0, this.#oxygen + 0.05 * noise())), 2),
      flow: round(24 * (1 + 0.008 * noise()), 2),
      gas_total: Math.floor(this.#gasM3 * 1000) / 1000,
    };
  }

  get #burns(): boolean {
    return this.#moment.isBusy && this.#moment.fault !== 'lockout';
  }

  /** Water expands with its temperature; without the gas of the vessel it has no room. */
  #targetPressureKpa(): number {
    const warm = 105 + 1.5 * (this.#waterC - 60);
    return warm + 15 * wearOf(this.#moment, 'expansion') + (this.#moment.fault === 'expansion' ? 60 : 0);
  }
}
