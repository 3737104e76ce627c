// Verifies the stored data: database, audit log and files of readings.

import type { AuditLog } from '../audit/audit-log.ts';
import type { StoreSnapshots } from '../readings/store-copies.ts';

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
    /** SQLite's integrity check. Resolves with its findings, empty where there are none. */
    checkDatabase(): Promise<string[]>;
  },
  progress: (line: string) => void,
): Promise<VerifyReport> {
  progress('Checking the database');
  const database = await deps.checkDatabase();
  progress('Checking the audit log');
  const audit = await deps.audit.verify();
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
      ...readings.faults,
    ],
  };
}
