// The port to the stored plant-wide settings.

export interface SettingRecord {
  name: string;
  /** '' means none. */
  value: string;
  updatedAtMs: number;
  updatedBy: string | null;
}

export interface SettingRepository {
  all(): Promise<SettingRecord[]>;
  /** Writes several in one transaction. */
  save(values: readonly { name: string; value: string }[], updatedBy: string | null, nowMs: number): Promise<void>;
}
