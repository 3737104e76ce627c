// A cold room: a compressor cools the air in cycles, and an open door lets warm, humid air in.

import type { SentValues } from '../sent-values.ts';
import { type Moment, type Physics, round, towards, wearOf } from './physics.ts';
import type { Random } from './random.ts';

/**
 * door: somebody left it open; compressor: it has stopped, and the room warms up; icing: ice on the evaporator keeps the
 * cold from the air, while the compressor runs without a pause.
 */
export const COLD_ROOM_FAULTS = ['door', 'compressor', 'icing'] as const;

/** The door opens this often and this long. */
const DOOR_EVERY_S = 1200;
const DOOR_OPEN_S = 45;

export class ColdRoom implements Physics {
  readonly #random: Random;
  readonly #doorPhase: number;
  #moment: Moment;
  #airC = 3.6;
  #humidity = 82;
  #evaporatorC = -4;
  #openings = 0;

  constructor(moment: Moment, random: Random) {
    this.#random = random;
    this.#moment = moment;
    this.#doorPhase = random.uniform();
  }

  advance(moment: Moment): void {
    const wasOpen = this.#isOpen;
    const { seconds, fault } = moment;
    this.#moment = moment;
    const isOpen = this.#isOpen;
    if (isOpen && !wasOpen) this.#openings++;

    const cools = this.#cools;
    const ice = wearOf(moment, 'icing');
    // To what the air tends, and how fast.
    let [targetC, timeConstantS] = [cools ? 2.2 : 5.5, 900];
    if (isOpen) [targetC, timeConstantS] = [18, 500];
    else if (fault === 'compressor') [targetC, timeConstantS] = [16, 700];
    else if (fault === 'icing') [targetC, timeConstantS] = [15, 700];
    this.#airC = towards(this.#airC, targetC, seconds, timeConstantS);
    this.#humidity = towards(this.#humidity, isOpen ? 97 : cools ? 79 : 87, seconds, isOpen ? 60 : 400);
    this.#evaporatorC = towards(this.#evaporatorC, cools ? -7 - 12 * ice : this.#airC - 1, seconds, 90);
  }

  measure(all: boolean): SentValues {
    const noise = () => this.#random.gaussian();
    const temperature = round(this.#airC + 0.04 * noise(), 2);
    if (!all) return { temperature };
    const cools = this.#cools;
    const ice = wearOf(this.#moment, 'icing');
    const currentA = cools ? 9.4 * (1 + 0.3 * ice) + 0.2 * Math.max(0, this.#airC - 4) : 0;
    return {
      temperature,
      humidity: round(Math.min(100, this.#humidity + 0.3 * noise()), 1),
      machine_state: this.#moment.fault === 'compressor' ? 'stopped' : cools ? 'running' : 'idle',
      door_open: this.#isOpen,
      door_count: this.#openings,
      evaporator_temperature: round(this.#evaporatorC + 0.08 * noise(), 2),
      motor_current: round(currentA * (1 + 0.01 * noise()), 2),
    };
  }

  get #isOpen(): boolean {
    if (this.#moment.fault === 'door') return true;
    return (this.#moment.nowMs / 1000 / DOOR_EVERY_S + this.#doorPhase) % 1 < DOOR_OPEN_S / DOOR_EVERY_S;
  }

  get #cools(): boolean {
    const { fault, isBusy } = this.#moment;
    return fault !== 'compressor' && (isBusy || fault === 'icing' || this.#airC > 5.5);
  }
}
