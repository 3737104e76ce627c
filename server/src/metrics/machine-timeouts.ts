// The inactivity timeout of each machine: its own one has precedence over that of its type, that over the plant-wide setting.

import { type MachineMetrics, type Settings, settingNumber } from '@gonsters/contract';
import type { SettingsService } from '../settings/settings-service.ts';
import type { MachineDefinition } from './machine-definition.ts';

/** What the timeouts need of the catalogue. */
interface Definitions {
  definitionOf(machineId: string, sensorType: string): MachineDefinition;
}

export class MachineTimeouts {
  readonly #definitions: Definitions;
  readonly #settings: SettingsService;
  /** The settings that `#plantSeconds` was read from; a change of the settings creates a new object. */
  #settingsSeen: Settings | null = null;
  #plantSeconds = 0;

  constructor(definitions: Definitions, settings: SettingsService) {
    this.#definitions = definitions;
    this.#settings = settings;
  }

  /** In seconds, with where it comes from. `sensorType` is that of the machine; empty for a machine that is not known. */
  of(machineId: string, sensorType: string): MachineMetrics['inactivity_timeout'] {
    const { value, source } = this.#definitions.definitionOf(machineId, sensorType).inactivityTimeout;
    return { value: value ?? this.#plantWide(), source };
  }

  /** The same without where it comes from. */
  secondsOf(machineId: string, sensorType: string): number {
    return this.#definitions.definitionOf(machineId, sensorType).inactivityTimeout.value ?? this.#plantWide();
  }

  #plantWide(): number {
    const settings = this.#settings.all();
    if (settings !== this.#settingsSeen) {
      this.#settingsSeen = settings;
      // Never empty: a stored value that is not valid is replaced by the default.
      this.#plantSeconds = settingNumber(settings, 'inactivity_timeout') as number;
    }
    return this.#plantSeconds;
  }
}
