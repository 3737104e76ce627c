// Verifies the stored data: database, audit log and files of readings.

import { isoTime } from '@gonsters/contract';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { StoreSnapshots } from '../readings/store-copies.ts';
import { changedAudit, damagedDatabase, type StoredDamage } from '../readings/stored-damage.ts';

export interface VerifyReport {
  files: number;
  readings: number;
  auditEntries: number;
  /** One sentence each; empty where everything is correct. */
  faults: string[];
}

export async function verifyStored(
  deps: {
    readings: Pick<StoreSnapshots, 'verify'>;
    audit: Pick<AuditLog, 'verify'>;
    /** Compares the end of the audit log with what is remembered of it. */
    anchor: { check(): Promise<void> };
    /** Damage of the database and the audit log that nobody has acknowledged. */
    installation: { damage(): readonly StoredDamage[]; note(damage: StoredDamage): Promise<void> };
    clock: Clock;
    /** SQLite's integrity check. Resolves with its findings, empty where there are none. */
    checkDatabase(): Promise<string[]>;
  },
  progress: (line: string) => void,
): Promise<VerifyReport> {
  progress('Checking the database');
  const database = await deps.checkDatabase().catch((error: Error) => [error.message]);
  progress('Checking the audit log');
  const audit = await deps.audit.verify().catch((error: Error) => {
    database.push(`The audit log cannot be read: ${error.message}`);
    return { entries: 0, brokenAt: null };
  });
  await deps.anchor.check();
  const known = deps.installation.damage();
  const nowMs = deps.clock.nowMs();
  if (database.length > 0) await deps.installation.note(damagedDatabase(nowMs));
  if (audit.brokenAt !== null) await deps.installation.note(changedAudit(nowMs));
  const readings = await deps.readings.verify(progress);
  return {
    files: readings.files,
    readings: readings.readings,
    auditEntries: audit.entries,
    faults: [
      ...database.map((finding) => `Database: ${finding}`),
      ...(audit.brokenAt === null
        ? []
        : [`The audit log was modified: the hash of entry ${audit.brokenAt} does not match`]),
      ...known.map(describe),
      ...readings.faults,
    ],
  };
}

function describe({ file, part, fromMs, noticedMs }: StoredDamage): string {
  const what =
    part === 'database'
      ? fromMs === null
        ? 'The integrity check of the database had findings'
        : 'The database was replaced by an earlier copy, because it was missing or damaged'
      : file === 'audit_logs'
        ? 'Entries of the audit log are missing or were changed'
        : `${file} was damaged`;
  return `${what}. This was noticed at ${isoTime(noticedMs)}, and nobody has acknowledged it yet.`;
}
