// The plant-wide settings in force, in memory; changes are checked, stored, and announced on the bus.

import { checkSetting, DEFAULT_SETTINGS, SETTINGS, type Settings, settingNumber } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { SettingRecord, SettingRepository } from './setting-repository.ts';

export class SettingBook {
  readonly #repository: SettingRepository;
  readonly #bus: LiveBus;
  readonly #clock: Clock;
  #records: ReadonlyMap<string, SettingRecord> = new Map();
  #settings: Settings = DEFAULT_SETTINGS;
  /** Two settings may contradict each other (min, max): a change is checked after the one before it is stored. */
  #previous: Promise<unknown> = Promise.resolve();

  constructor(parts: { repository: SettingRepository; bus: LiveBus; clock: Clock }) {
    this.#repository = parts.repository;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
  }

  /** Stores the defaults that are missing, so that a later version with other defaults changes no plant in silence. */
  async start(): Promise<void> {
    const stored = (await this.#repository.all()).filter((each) => checkSetting({}, each.name, each.value).ok);
    const known = new Set(stored.map((each) => each.name));
    const nowMs = this.#clock.nowMs();
    const missing = SETTINGS.filter((each) => !known.has(each.name)).map((each) =>
      record(each.name, each.default, nowMs, null),
    );
    await this.#repository.save(missing, null, nowMs);
    this.#take([...stored, ...missing]);
  }

  /** Every known setting. The same object until something changes. */
  all(): Settings {
    return this.#settings;
  }

  /** null where the setting is off. */
  number(name: string): number | null {
    return settingNumber(this.#settings, name);
  }

  records(): readonly SettingRecord[] {
    return SETTINGS.flatMap((each) => this.#records.get(each.name) ?? []);
  }

  /** Rejects with `unknown_setting` or `invalid_setting` (with the fault). */
  update(name: string, value: string, updatedBy: string): Promise<{ oldValue: string; record: SettingRecord }> {
    return this.#inTurn(async () => {
      const oldValue = this.#settings[name];
      if (oldValue === undefined || !Object.hasOwn(this.#settings, name)) {
        throw new AppError('unknown_setting', undefined, {
          faults: [{ field: 'setting_name', error: 'Unknown setting', value: name }],
        });
      }
      const check = checkSetting(this.#settings, name, value);
      if (!check.ok) {
        throw new AppError('invalid_setting', `${name}: ${check.reason}`, {
          faults: [{ field: 'setting_value', error: check.reason, value }],
        });
      }
      const next = record(name, check.value, this.#clock.nowMs(), updatedBy);
      await this.#repository.save([next], updatedBy, next.updatedAtMs);
      this.#take([next]);
      this.#bus.publish({ kind: 'config', changed: [name] });
      return { oldValue, record: next };
    });
  }

  /** Back to the defaults, all at once. */
  reset(updatedBy: string): Promise<void> {
    return this.#inTurn(async () => {
      const changed = SETTINGS.filter((each) => this.#settings[each.name] !== each.default);
      if (changed.length === 0) return;
      const nowMs = this.#clock.nowMs();
      const next = changed.map((each) => record(each.name, each.default, nowMs, updatedBy));
      await this.#repository.save(next, updatedBy, nowMs);
      this.#take(next);
      this.#bus.publish({ kind: 'config', changed: changed.map((each) => each.name) });
    });
  }

  #take(records: readonly SettingRecord[]): void {
    this.#records = new Map([...this.#records, ...records.map((each) => [each.name, each] as const)]);
    this.#settings = Object.freeze(
      Object.fromEntries(SETTINGS.map((each) => [each.name, this.#records.get(each.name)?.value ?? each.default])),
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#previous.then(work);
    this.#previous = result.catch(() => {});
    return result;
  }
}

const record = (name: string, value: string, updatedAtMs: number, updatedBy: string | null): SettingRecord => ({
  name,
  value,
  updatedAtMs,
  updatedBy,
});
