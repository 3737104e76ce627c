// The rules about limits that are in force on a machine, as the alert engine has them.

import type { EffectiveLimits } from '@gonsters/contract';
import type { MachineService } from '../../machines/machine-service.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import type { LevelTried } from './true-excursions.ts';

const NO_LIMITS: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };
/** Where nobody has described how much time there is. */
const DEFAULT_RESPOND_MS = 300_000;

export class RulesInForce {
  readonly #machines: MachineService;
  readonly #settings: SettingsService;

  constructor(deps: { machines: MachineService; settings: SettingsService }) {
    this.#machines = deps.machines;
    this.#settings = deps.settings;
  }

  of(machineId: string, metric: string): LevelTried {
    const settings = this.#settings;
    const timing = {
      deadbandPercent: settings.number('alert_deadband_percent') ?? 0,
      onDelayMs: (settings.number('alert_on_delay_seconds') ?? 0) * 1000,
      offDelayMs: (settings.number('alert_off_delay_seconds') ?? 0) * 1000,
    };
    const limits = this.#machines.limits.effective(machineId)[metric] ?? NO_LIMITS;
    return { rule: { kind: 'level', limits, timing }, gate: null };
  }

  /** The time to respond of the condition. */
  respondMs(_machineId: string, _metric: string): number {
    return DEFAULT_RESPOND_MS;
  }
}
