// Keeps the plant-wide settings in memory. Changes are validated, stored and published on the event bus.

import { checkSetting, DEFAULT_SETTINGS, SETTINGS, type Settings, settingNumber } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { SettingRecord, SettingRepository } from './setting-repository.ts';

/** Returns what is wrong with the settings as a whole after the change of one, as a predicate such as `contradicts …`; null if nothing is. */
export type SettingRule = (settings: Settings, changed: string) => string | null;

export class SettingsService {
  readonly #repository: SettingRepository;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  #records: ReadonlyMap<string, SettingRecord> = new Map();
  #settings: Settings = DEFAULT_SETTINGS;
  readonly #rules: SettingRule[] = [];
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

  /** Adds a rule that every later change of a single setting must satisfy. */
  addRule(rule: SettingRule): void {
    this.#rules.push(rule);
  }

  /** Takes effect when the promise resolves. Rejects with `unknown_setting` or `invalid_setting`. */
  async update(name: string, value: string, updatedBy: string): Promise<{ oldValue: string; record: SettingRecord }> {
    const [change] = await this.#updateAll([{ name, value }], updatedBy, this.#rules);
    return change as { oldValue: string; record: SettingRecord };
  }

  /** Changes several settings at once, or none. The caller has checked the rules that were added. Rejects as `update` does. */
  async updateAll(changes: readonly { name: string; value: string }[], updatedBy: string): Promise<void> {
    await this.#updateAll(changes, updatedBy, []);
  }

  #updateAll(
    changes: readonly { name: string; value: string }[],
    updatedBy: string,
    rules: readonly SettingRule[],
  ): Promise<{ oldValue: string; record: SettingRecord }[]> {
    return this.#inTurn(async () => {
      let before: Settings = this.#settings;
      const decide = (stored: readonly SettingRecord[]) => {
        this.#apply(stored);
        before = this.#settings;
        const unknown = changes.find(({ name }) => !Object.hasOwn(before, name));
        if (unknown !== undefined) {
          throw new AppError('unknown_setting', undefined, {
            faults: [
              { field: 'setting_name', error: 'setting_name is not the name of a setting', value: unknown.name },
            ],
          });
        }
        return this.#checked(changes, rules);
      };
      const records = await this.#change(decide, updatedBy);
      return records.map((record) => ({ oldValue: before[record.name] ?? '', record }));
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

  /** @throws AppError `invalid_setting` */
  #checked(
    changes: readonly { name: string; value: string }[],
    rules: readonly SettingRule[],
  ): { name: string; value: string }[] {
    const wanted: Record<string, string> = { ...this.#settings };
    for (const { name, value } of changes) wanted[name] = value.trim();
    const checked = changes.map(({ name, value }) => {
      const check = checkSetting(wanted, name, value);
      if (!check.ok) throw invalidSetting(name, check.reason, value);
      return { name, value: check.value };
    });
    for (const rule of rules) {
      const [{ name, value }] = changes as [{ name: string; value: string }];
      const reason = rule(wanted, name);
      if (reason !== null) throw invalidSetting(name, reason, value);
    }
    return checked;
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

const invalidSetting = (name: string, reason: string, value: string): AppError =>
  new AppError('invalid_setting', `${name} ${reason}`, {
    faults: [{ field: 'setting_value', error: `setting_value ${reason}`, value }],
  });

const isValid = ({ name, value }: SettingRecord) => checkSetting({}, name, value).ok;

const record = (name: string, value: string, updatedAtMs: number, updatedBy: string | null): SettingRecord => ({
  name,
  value,
  updatedAtMs,
  updatedBy,
});
