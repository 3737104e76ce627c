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
  /**
   * Writes what `decide` makes of the stored settings, in one transaction that lets no other change through, on no node:
   * two settings may contradict each other. Rejects with what `decide` throws; then nothing was written.
   */
  change(
    decide: (stored: readonly SettingRecord[]) => readonly { name: string; value: string }[],
    updatedBy: string | null,
    nowMs: number,
  ): Promise<void>;
}
