// Copies all tables to another database and holds every table of both against each other.

import type { AuditLog } from '../audit/audit-log.ts';
import { noteCopiedFrom } from '../database/copied-from.ts';
import { copyTables, digestTables } from '../database/copy-tables.ts';
import type { Database } from '../database/database.ts';
import { AppError } from '../errors.ts';

/**
 * One transaction: an interrupted move has left nothing. Done before, it is only checked. The target stays marked as not
 * whole: whoever moves the readings as well ends that when both are there. `source` names the data directory.
 *
 * @returns rows in the target and differences, one sentence each
 * @throws AppError `conflict` where `to` holds something else
 */
export async function moveTables(
  from: Database,
  to: Database,
  parts: { audit: Pick<AuditLog, 'verify'>; source: string },
  tell: (line: string) => void,
): Promise<{ rows: number; differences: string[] }> {
  const before = differencesOf(await digestTables(from), await digestTables(to));
  if (before.length === 0) tell('The tables are there already');
  else if (before.some(({ there }) => there > 0)) {
    const names = before.filter(({ there }) => there > 0).map(({ table }) => table);
    throw new AppError(
      'conflict',
      `The target holds other data already, in ${names.join(', ')}: name an empty database`,
    );
  } else {
    // No server works on it from here on, until the move is finished.
    await noteCopiedFrom(to, { source: parts.source, isComplete: false });
    await copyTables(from, to, tell);
  }

  const here = await digestTables(from);
  const differences = differencesOf(here, await digestTables(to)).map(({ table, here: rows, there }) =>
    rows === there
      ? `Table ${table}: rows have other values there`
      : `Table ${table}: ${rows} rows here, ${there} there`,
  );
  const chain = await parts.audit.verify();
  if (chain.brokenAt !== null) differences.push(`The audit log there breaks off at entry ${chain.brokenAt}`);
  tell('The tables are compared');
  return { rows: Object.values(here).reduce((sum, { rows }) => sum + rows, 0), differences };
}

type Digests = Awaited<ReturnType<typeof digestTables>>;

function differencesOf(here: Digests, there: Digests): { table: string; here: number; there: number }[] {
  return (Object.keys(here) as (keyof Digests)[])
    .filter((table) => here[table].rows !== there[table].rows || here[table].checksum !== there[table].checksum)
    .map((table) => ({ table, here: here[table].rows, there: there[table].rows }));
}
