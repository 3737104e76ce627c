// Copies all tables to another database and compares every table of both.

import type { AuditLog } from '../audit/audit-log.ts';
import { noteCopiedFrom } from '../database/copied-from.ts';
import { copyTables, digestTables } from '../database/copy-tables.ts';
import type { Database } from '../database/database.ts';
import { AppError } from '../errors.ts';

/**
 * Copies in one transaction: an interrupted transfer leaves the target empty. Where the tables were copied before, they are only
 * compared. The target stays marked as incomplete until the caller has transferred everything else and removes the mark.
 * `source` identifies the data directory. `noteBegin` is called before anything is copied, so that what it writes is copied too.
 *
 * @returns the number of rows in the target, and the differences, one sentence each
 * @throws AppError `conflict` where `to` holds other data
 */
export async function transferTables(
  from: Database,
  to: Database,
  deps: { audit: Pick<AuditLog, 'verify'>; source: string; noteBegin?: () => Promise<void> },
  tell: (line: string) => void,
): Promise<{ rows: number; differences: string[] }> {
  const before = differencesOf(await digestTables(from), await digestTables(to));
  if (before.length === 0) tell('The tables have been copied before');
  else if (before.some(({ there }) => there > 0)) {
    const names = before.filter(({ there }) => there > 0).map(({ table }) => table);
    throw new AppError(
      'conflict',
      `The target already holds other data, in ${names.join(', ')}: name an empty database`,
    );
  } else {
    // From here on no server starts on the target until the transfer is complete.
    await noteCopiedFrom(to, { source: deps.source, isComplete: false });
    await deps.noteBegin?.();
    await copyTables(from, to, tell);
  }

  const here = await digestTables(from);
  const differences = differencesOf(here, await digestTables(to)).map(({ table, here: rows, there }) =>
    rows === there
      ? `Table ${table}: values of rows differ in the target`
      : `Table ${table}: ${rows} rows in the source, ${there} in the target`,
  );
  const chain = await deps.audit.verify();
  if (chain.brokenAt !== null) differences.push(`The audit log of the target is broken at entry ${chain.brokenAt}`);
  tell('The tables have been compared');
  return { rows: Object.values(here).reduce((sum, { rows }) => sum + rows, 0), differences };
}

type Digests = Awaited<ReturnType<typeof digestTables>>;

function differencesOf(here: Digests, there: Digests): { table: string; here: number; there: number }[] {
  return (Object.keys(here) as (keyof Digests)[])
    .filter((table) => here[table].rows !== there[table].rows || here[table].checksum !== there[table].checksum)
    .map((table) => ({ table, here: here[table].rows, there: there[table].rows }));
}
