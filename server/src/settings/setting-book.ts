// The plant-wide settings in force, in memory; changes are checked, stored, and announced on the bus.

import type { Settings } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { SettingRecord, SettingRepository } from './setting-repository.ts';

export declare class SettingBook {
  constructor(parts: {
    repository: SettingRepository;
    bus: LiveBus;
    clock: Clock;
  });
  start(): Promise<void>;
  /** Every known setting; a default where none is stored. */
  all(): Settings;
  /** null where the setting is off. */
  number(name: string): number | null;
  records(): readonly SettingRecord[];
  /** Rejects with `unknown_setting` or `invalid_setting` (with the fault). */
  update(name: string, value: string, updatedBy: string): Promise<{ oldValue: string; record: SettingRecord }>;
  reset(updatedBy: string): Promise<void>;
}
