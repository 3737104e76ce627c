// Copies every table from one database to an empty one of the same version, whatever the engines: for backup and move.

import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { AppError } from '../errors.ts';
import type { Database } from './database.ts';
import { inChunks } from './in-chunks.ts';
import type { Schema } from './schema.ts';

/** They tell of the servers, not of the plant: servers elsewhere find out for themselves. */
type OfTheServers =
  | 'schema_migrations'
  | 'watch'
  | 'nodes'
  | 'clock_guard'
  | 'clock_holds'
  | 'copied_from'
  | 'write_check';
/** What is referred to stands before what refers to it. The primary key gives pages that neither miss nor repeat a row. */
const TABLES = {
  users: ['id'],
  sessions: ['id'],
  refresh_tokens: ['token_hash'],
  machine_metadata: ['id'],
  system_config: ['name'],
  audit_logs: ['id'],
  alerts: ['id'],
  alert_raises: ['alert_id', 'number'],
  alert_limits: ['owner_kind', 'owner', 'metric'],
  alert_evaluations: ['machine_id', 'metric'],
  notifications: ['id'],
  gateways: ['id'],
} as const satisfies Record<Exclude<keyof Schema, OfTheServers>, readonly string[]>;
type Table = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as Table[];

const ROWS_PER_PAGE = 500;
/** SQLite and PostgreSQL both take well over this many values in a statement. */
const ROWS_PER_INSERT = 100;
const CHECKSUM_BITS = 256;

/** Queries over a table that is known only when it runs: the row types of a dozen tables do not unite. */
type AnyTables = Record<string, Record<string, unknown>>;

/**
 * All rows as they were at one moment, in one transaction on either side: `to` has everything or nothing.
 *
 * @returns rows per table
 * @throws AppError `conflict` where `to` holds something already
 */
export async function copyTables(
  from: Database,
  to: Database,
  progress: (line: string) => void,
): Promise<Record<Table, number>> {
  const counts = {} as Record<Table, number>;
  await from.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (source) => {
      await to.db.transaction().execute(async (target) => {
        for (const table of NAMES) {
          await refuseRows(target, table);
          counts[table] = await copyTable(source, target, table);
          progress(`${table}: ${counts[table]} rows`);
        }
      });
    });
  return counts;
}

async function refuseRows(target: Transaction<Schema>, table: Table): Promise<void> {
  const found = await target.selectFrom(table).select(sql.lit(1).as('one')).limit(1).executeTakeFirst();
  if (found) throw new AppError('conflict', `The table ${table} is not empty`);
}

async function copyTable(source: Transaction<Schema>, target: Transaction<Schema>, table: Table): Promise<number> {
  const write = target as unknown as Kysely<AnyTables>;
  let copied = 0;
  for await (const rows of tablePages(source, table)) {
    await inChunks(rows, ROWS_PER_INSERT, (chunk) => write.insertInto(table).values(chunk).execute());
    copied += rows.length;
  }
  return copied;
}

/** All rows of a table in the order of its key. */
async function* tablePages(source: Transaction<Schema>, table: Table): AsyncGenerator<Record<string, unknown>[]> {
  const key = TABLES[table];
  const read = source as unknown as Kysely<AnyTables>;
  let last: Record<string, unknown> | undefined;
  for (;;) {
    let query = read.selectFrom(table).selectAll().limit(ROWS_PER_PAGE);
    for (const column of key) query = query.orderBy(column);
    const after = last;
    if (after) {
      query = query.where(({ eb, refTuple, tuple }) =>
        key.length === 1
          ? eb(key[0], '>', after[key[0]])
          : // Tuples of two or three columns have types of their own.
            eb(
              refTuple(...(key as unknown as [string, string])),
              '>',
              tuple(...(key.map((name) => after[name]) as [unknown, unknown])),
            ),
      );
    }
    const rows = await query.execute();
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
    if (rows.length < ROWS_PER_PAGE) return;
  }
}

/**
 * Rows and a checksum of each table at one moment. Equal where the rows are equal, whatever the engine: the checksum
 * does not depend on their order, which collations decide.
 */
export async function digestTables(database: Database): Promise<Record<Table, { rows: number; checksum: string }>> {
  const digests = {} as Record<Table, { rows: number; checksum: string }>;
  await database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (source) => {
      for (const table of NAMES) {
        let rows = 0;
        let sum = 0n;
        for await (const page of tablePages(source, table)) {
          await inChunks(page, ROWS_PER_INSERT, (chunk) => {
            for (const row of chunk) sum += BigInt(`0x${rowHash(row)}`);
            rows += chunk.length;
            return undefined;
          });
        }
        digests[table] = { rows, checksum: BigInt.asUintN(CHECKSUM_BITS, sum).toString(16) };
      }
    });
  return digests;
}

function rowHash(row: Record<string, unknown>): string {
  const columns = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
}
