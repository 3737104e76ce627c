// Damage of stored readings: what a store found missing or changed, until a person has acknowledged it.

import { type DamagedPart, isoTime } from '@gonsters/contract';
import type { MissingRange } from './missing-ranges.ts';

export interface StoredDamage {
  /** Path of the file, relative to the folder of the store. */
  readonly file: string;
  readonly part: DamagedPart;
  /** The range whose readings or rollups the file held, `toMs` excluded; null where it is not known. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly noticedMs: number;
  /** Whether the contents have been made again from other data. */
  readonly isRebuilt: boolean;
}

export interface DamageRecords {
  /** What nobody has acknowledged, oldest first. A store that keeps no files of its own has none. */
  damage(): readonly StoredDamage[];
  /**
   * What queries of this range lack, also after it was acknowledged. Rollups are named until they have been made again.
   */
  missing(range: { fromMs: number; toMs: number }): readonly MissingRange[];
  /** Forgets the damage of these files. Others stay. Rejects with `store_unavailable` if that cannot be recorded. */
  acknowledgeDamage(files: readonly string[]): Promise<void>;
}

/** A start has replaced the database by the copy that was made at `copiedMs`. */
export function replacedDamage(copiedMs: number, noticedMs: number): StoredDamage {
  const toMs = Math.max(noticedMs, copiedMs + 1);
  return { file: 'gonsters.db', part: 'database', fromMs: Math.floor(copiedMs), toMs, noticedMs, isRebuilt: false };
}

/** A check of the database had findings. It is still in use. */
export function damagedDatabase(noticedMs: number): StoredDamage {
  return { file: 'gonsters.db', part: 'database', fromMs: null, toMs: null, noticedMs, isRebuilt: false };
}

/** The hash of an entry does not match. */
export function changedAudit(noticedMs: number): StoredDamage {
  return { file: 'audit_logs', part: 'audit', fromMs: null, toMs: null, noticedMs, isRebuilt: false };
}

const NAMED = 3;
const PARTS: Record<DamagedPart, string> = {
  readings: 'single readings',
  minutes: 'rollups of minutes',
  hours: 'rollups of hours',
  days: 'rollups of days',
  journal: 'readings that were not in a file yet',
  lists: 'a list of the store',
  database: 'changes in the database',
  audit: 'entries of the audit log',
};

/** A sentence for operators; null without damage. */
export function damageReason(damage: readonly StoredDamage[]): string | null {
  if (damage.length === 0) return null;
  const named = damage.slice(0, NAMED).map(({ file, part, fromMs, toMs, isRebuilt }) => {
    const range = fromMs === null || toMs === null ? '' : `, ${isoTime(fromMs)} to ${isoTime(toMs)}`;
    return `${file} (${PARTS[part]}${range}${isRebuilt ? ', made again' : ''})`;
  });
  const more = damage.length > NAMED ? ` and ${damage.length - NAMED} more` : '';
  return `Stored data is missing or damaged: ${named.join('; ')}${more}. Acknowledge this on the page or at /system/damage.`;
}
