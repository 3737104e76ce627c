// The port to the stored plant-wide settings.

export interface SettingRecord {
  name: string;
  /** An empty text means that the setting is switched off. */
  value: string;
  /** UTC ms. */
  updatedAtMs: number;
  /** User name; null for a default that the server stored. */
  updatedBy: string | null;
}

/** Rejects with `store_unavailable` while the database cannot be reached. */
export interface SettingRepository {
  /** All stored settings by name, also those that this version does not know. */
  all(): Promise<SettingRecord[]>;
  /**
   * Calls `decide` with the stored settings and writes what it returns, in one transaction. No other change runs at the same
   * time, on any node, because settings depend on each other. Durable when the promise resolves. Rejects with the error that
   * `decide` throws, and then writes nothing.
   */
  change(
    decide: (stored: readonly SettingRecord[]) => readonly { name: string; value: string }[],
    updatedBy: string | null,
    nowMs: number,
  ): Promise<void>;
  /** Stores what the settings mean, by their names, for people who read the table. Their times and users stay as they are. */
  describe(descriptions: ReadonlyMap<string, string>): Promise<void>;
}
