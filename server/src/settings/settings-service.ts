// Keeps the plant-wide settings in memory. Changes are validated, stored and published on the event bus.

import { checkSetting, DEFAULT_SETTINGS, SETTINGS, type Settings, settingNumber } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { SettingRecord, SettingRepository } from './setting-repository.ts';

export class SettingsService {
  readonly #repository: SettingRepository;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  #records: ReadonlyMap<string, SettingRecord> = new Map();
  #settings: Settings = DEFAULT_SETTINGS;
  /** Settings depend on each other (min < max), so a change is validated after the previous one is stored. */
  #previous: Promise<unknown> = Promise.resolve();

  constructor(deps: { repository: SettingRepository; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Stores missing defaults, so that a later version with other defaults does not change an existing plant. */
  async start(): Promise<void> {
    const missing = (stored: readonly SettingRecord[]) => {
      const known = new Set(stored.filter(isValid).map((each) => each.name));
      return SETTINGS.filter((each) => !known.has(each.name)).map(({ name, default: value }) => ({ name, value }));
    };
    await this.#repository.change(missing, null, this.#clock.nowMs());
    await this.#repository.describe(new Map(SETTINGS.map((each) => [each.name, each.description])));
    this.#apply(await this.#repository.all());
  }

  /** Reads all settings again, after another node changed some. @returns the names of those that differ now */
  reload(): Promise<string[]> {
    return this.#inTurn(async () => {
      const before = this.#settings;
      this.#apply(await this.#repository.all());
      return SETTINGS.map((each) => each.name).filter((name) => this.#settings[name] !== before[name]);
    });
  }

  /** Every known setting. Returns the same object until a setting changes, so that caches can compare it. */
  all(): Settings {
    return this.#settings;
  }

  /** null if the setting is switched off. */
  number(name: string): number | null {
    return settingNumber(this.#settings, name);
  }

  /** The stored settings that this version knows, in the order of the catalogue. */
  records(): readonly SettingRecord[] {
    return SETTINGS.flatMap((each) => this.#records.get(each.name) ?? []);
  }

  /** Takes effect when the promise resolves. Rejects with `unknown_setting` or `invalid_setting`. */
  update(name: string, value: string, updatedBy: string): Promise<{ oldValue: string; record: SettingRecord }> {
    return this.#inTurn(async () => {
      let oldValue = '';
      const decide = (stored: readonly SettingRecord[]) => {
        this.#apply(stored);
        const before = this.#settings[name];
        if (before === undefined || !Object.hasOwn(this.#settings, name)) {
          throw new AppError('unknown_setting', undefined, {
            faults: [{ field: 'setting_name', error: 'setting_name is not the name of a setting', value: name }],
          });
        }
        const check = checkSetting(this.#settings, name, value);
        if (!check.ok) {
          throw new AppError('invalid_setting', `${name} ${check.reason}`, {
            faults: [{ field: 'setting_value', error: `setting_value ${check.reason}`, value }],
          });
        }
        oldValue = before;
        return [{ name, value: check.value }];
      };
      const [next] = await this.#change(decide, updatedBy);
      return { oldValue, record: next as SettingRecord };
    });
  }

  /** Sets every setting to its default, all at once. */
  reset(updatedBy: string): Promise<void> {
    return this.#inTurn(async () => {
      const decide = (stored: readonly SettingRecord[]) => {
        this.#apply(stored);
        return SETTINGS.filter((each) => this.#settings[each.name] !== each.default).map((each) => ({
          name: each.name,
          value: each.default,
        }));
      };
      await this.#change(decide, updatedBy);
    });
  }

  /** Decides by the stored values, since another node may have changed them. */
  async #change(
    decide: (stored: readonly SettingRecord[]) => readonly { name: string; value: string }[],
    updatedBy: string,
  ): Promise<SettingRecord[]> {
    const nowMs = this.#clock.nowMs();
    let changed: SettingRecord[] = [];
    const decideAndRemember = (stored: readonly SettingRecord[]) => {
      changed = decide(stored).map((each) => record(each.name, each.value, nowMs, updatedBy));
      return changed;
    };
    await this.#repository.change(decideAndRemember, updatedBy, nowMs);
    if (changed.length === 0) return changed;
    this.#apply(changed);
    this.#bus.publish({ kind: 'config', changed: changed.map((each) => each.name) });
    return changed;
  }

  /** Stored values that are not valid in this version are replaced by the default. */
  #apply(records: readonly SettingRecord[]): void {
    const readable = records.filter(isValid);
    this.#records = new Map([...this.#records, ...readable.map((each) => [each.name, each] as const)]);
    const settings = Object.fromEntries(
      SETTINGS.map((each) => [each.name, this.#records.get(each.name)?.value ?? each.default]),
    );
    // Keep the same object if nothing changed, because caches compare it.
    if (SETTINGS.every((each) => settings[each.name] === this.#settings[each.name])) return;
    this.#settings = Object.freeze(settings);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#previous.then(work);
    this.#previous = result.catch(() => {});
    return result;
  }
}

const isValid = ({ name, value }: SettingRecord) => checkSetting({}, name, value).ok;

const record = (name: string, value: string, updatedAtMs: number, updatedBy: string | null): SettingRecord => ({
  name,
  value,
  updatedAtMs,
  updatedBy,
});
