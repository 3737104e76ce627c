// The plant-wide settings in force, in memory; changes are checked, stored, and announced on the bus.

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
  /** Two settings may contradict each other (min, max): a change is checked after the one before it is stored. */
  #previous: Promise<unknown> = Promise.resolve();

  constructor(deps: { repository: SettingRepository; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Stores the defaults that are missing, so that a later version with other defaults changes no plant in silence. */
  async start(): Promise<void> {
    const missing = (stored: readonly SettingRecord[]) => {
      const known = new Set(stored.filter(isReadable).map((each) => each.name));
      return SETTINGS.filter((each) => !known.has(each.name)).map(({ name, default: value }) => ({ name, value }));
    };
    await this.#repository.change(missing, null, this.#clock.nowMs());
    this.#take(await this.#repository.all());
  }

  /** Takes over what another node changed. @returns the names of the settings that are others now */
  reload(): Promise<string[]> {
    return this.#inTurn(async () => {
      const before = this.#settings;
      this.#take(await this.#repository.all());
      return SETTINGS.map((each) => each.name).filter((name) => this.#settings[name] !== before[name]);
    });
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
      let oldValue = '';
      const decide = (stored: readonly SettingRecord[]) => {
        this.#take(stored);
        const before = this.#settings[name];
        if (before === undefined || !Object.hasOwn(this.#settings, name)) {
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
        oldValue = before;
        return [{ name, value: check.value }];
      };
      const [next] = await this.#change(decide, updatedBy);
      return { oldValue, record: next as SettingRecord };
    });
  }

  /** Back to the defaults, all at once. */
  reset(updatedBy: string): Promise<void> {
    return this.#inTurn(async () => {
      const decide = (stored: readonly SettingRecord[]) => {
        this.#take(stored);
        return SETTINGS.filter((each) => this.#settings[each.name] !== each.default).map((each) => ({
          name: each.name,
          value: each.default,
        }));
      };
      await this.#change(decide, updatedBy);
    });
  }

  /** What is stored decides, not what this node knows of it. */
  async #change(
    decide: (stored: readonly SettingRecord[]) => readonly { name: string; value: string }[],
    updatedBy: string,
  ): Promise<SettingRecord[]> {
    const nowMs = this.#clock.nowMs();
    let changed: SettingRecord[] = [];
    const note = (stored: readonly SettingRecord[]) => {
      changed = decide(stored).map((each) => record(each.name, each.value, nowMs, updatedBy));
      return changed;
    };
    await this.#repository.change(note, updatedBy, nowMs);
    if (changed.length === 0) return changed;
    this.#take(changed);
    this.#bus.publish({ kind: 'config', changed: changed.map((each) => each.name) });
    return changed;
  }

  /** Values that make no sense to this version count as the default. */
  #take(records: readonly SettingRecord[]): void {
    const readable = records.filter(isReadable);
    this.#records = new Map([...this.#records, ...readable.map((each) => [each.name, each] as const)]);
    const settings = Object.fromEntries(
      SETTINGS.map((each) => [each.name, this.#records.get(each.name)?.value ?? each.default]),
    );
    // The same object where nothing changed: caches are kept by it.
    if (SETTINGS.every((each) => settings[each.name] === this.#settings[each.name])) return;
    this.#settings = Object.freeze(settings);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#previous.then(work);
    this.#previous = result.catch(() => {});
    return result;
  }
}

const isReadable = ({ name, value }: SettingRecord) => checkSetting({}, name, value).ok;

const record = (name: string, value: string, updatedAtMs: number, updatedBy: string | null): SettingRecord => ({
  name,
  value,
  updatedAtMs,
  updatedBy,
});
