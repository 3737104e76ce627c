// Whether a machine is online, stale because it has sent nothing for longer than its timeout, or has never sent anything.

import { type Connection, MAX_AHEAD_MS, type Settings, settingNumber } from '@gonsters/contract';
import type { SettingsService } from '../settings/settings-service.ts';
import type { MachineEntry } from './machine-entry.ts';

export class MachineConnection {
  readonly #settings: SettingsService;
  /** The settings that `#timeoutMs` was read from; a change of the settings creates a new object. */
  #settingsSeen: Settings | null = null;
  #timeoutMs = 0;

  constructor(settings: SettingsService) {
    this.#settings = settings;
  }

  at(entry: MachineEntry, nowMs: number): Connection {
    if (Number.isNaN(entry.latestMs)) return 'never';
    // Stored while the clock was ahead, so it does not tell when the machine last sent something.
    if (entry.latestMs > nowMs + MAX_AHEAD_MS) return 'stale';
    return nowMs - entry.latestMs > this.inactivityMs() ? 'stale' : 'online';
  }

  /** Without a reading for longer than this, a machine is stale. Infinite if no timeout is set. */
  inactivityMs(): number {
    const settings = this.#settings.all();
    if (settings !== this.#settingsSeen) {
      this.#settingsSeen = settings;
      this.#timeoutMs = (settingNumber(settings, 'inactivity_timeout') ?? Number.POSITIVE_INFINITY) * 1000;
    }
    return this.#timeoutMs;
  }
}
