// A copy of the embedded database beside it, with which the server goes on when the database cannot be opened or is missing.

import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isDue } from '../clock.ts';
import { publishFile, syncToDisk } from '../disk.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { checkDatabaseFile } from './check-database-file.ts';
import type { StoredDatabase } from './database.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';

/** Below the data directory. */
const STANDBY_FOLDER = 'standby';
const HOUR_MS = 3_600_000;
/** No query is answered while the database is copied, so that a large one is copied less often. */
const BYTES_PER_HOUR = 64 << 20;
const MAX_HOURS = 24;
/** The first copy waits, so that a start is not slower. */
const FIRST_AFTER_MS = 60_000;

/** What a start did about a database that was missing or damaged. */
export interface ReplacedDatabase {
  /** A sentence for operators. */
  readonly reason: string;
  /** When the copy was made that is used instead, UTC ms. Later changes are missing. */
  readonly copiedMs: number;
}

/**
 * Opens the embedded database of an installation. A damaged database is put aside and replaced by the copy, and so is a missing
 * one, but only where `replaces`.
 *
 * @throws AppError `store_unavailable`, with the cause and the way out, if the database is missing beside stored readings or
 * damaged and is not replaced; otherwise as `openEmbeddedDatabase` does
 */
export async function openInstalledDatabase(
  dataDir: string,
  options: { replaces: boolean; creates: boolean; clock: Clock },
): Promise<{ database: StoredDatabase; replaced: ReplacedDatabase | null }> {
  const file = join(dataDir, DATABASE_FILE);
  const hasFile = existsSync(file) && statSync(file).size > 0;
  let cause: unknown;
  if (hasFile || options.creates || !(await hasReadings(dataDir))) {
    try {
      return { database: await openEmbeddedDatabase(dataDir), replaced: null };
    } catch (error) {
      if (!isDamaged(error)) throw error;
      cause = error;
    }
  }
  const what = cause === undefined ? 'is missing or empty, although readings are stored beside it' : 'is damaged';
  const standby = join(dataDir, STANDBY_FOLDER, DATABASE_FILE);
  const copied = await stat(standby).catch(() => null);
  if (!options.replaces || copied === null) {
    throw new AppError('store_unavailable', `The database ${file} ${what}. ${wayOut(file, copied?.mtimeMs ?? null)}`, {
      cause,
    });
  }
  const suffix = `damaged-${new Date(options.clock.nowMs()).toISOString().replaceAll(/[-:.]/g, '')}`;
  for (const each of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) {
    if (existsSync(each)) await rename(each, `${each}.${suffix}`);
  }
  const unfinished = `${file}.tmp`;
  await copyFile(standby, unfinished);
  await publishFile(unfinished, file);
  const copiedMs = copied.mtimeMs;
  const time = new Date(copiedMs).toISOString();
  const reason = `The database ${what}. The server uses the copy of ${time}; changes after that time are missing.`;
  return { database: await openEmbeddedDatabase(dataDir), replaced: { reason, copiedMs } };
}

/** Makes the copy every hour, or less often of a large database. */
export class StandbyCopy {
  readonly #database: StoredDatabase;
  readonly #dataDir: string;
  readonly #log: Logger;
  readonly #onDamaged: () => Promise<void>;
  #dueMs: number | null = null;

  /** `onDamaged` is called when the integrity check of the database has findings. */
  constructor(deps: { database: StoredDatabase; dataDir: string; log: Logger; onDamaged: () => Promise<void> }) {
    this.#database = deps.database;
    this.#dataDir = deps.dataDir;
    this.#log = deps.log;
    this.#onDamaged = deps.onDamaged;
  }

  async run(nowMs: number): Promise<void> {
    this.#dueMs ??= nowMs + FIRST_AFTER_MS;
    if (!isDue(this.#dueMs, nowMs, MAX_HOURS * HOUR_MS)) return;
    const { size } = await stat(join(this.#dataDir, DATABASE_FILE));
    this.#dueMs = nowMs + Math.min(MAX_HOURS, Math.ceil(size / BYTES_PER_HOUR)) * HOUR_MS;
    await this.copy().catch((err: unknown) => this.#log.warn({ err }, 'The database could not be copied'));
  }

  /** A damaged database does not replace a good copy: the new one is checked first. */
  async copy(): Promise<void> {
    const folder = join(this.#dataDir, STANDBY_FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fresh = join(folder, `${DATABASE_FILE}.new`);
    await rm(fresh, { force: true });
    const findings = await this.#copyTo(fresh);
    if (findings.length > 0) {
      await rm(fresh, { force: true });
      this.#log.error({ findings }, 'The database is damaged. Its last good copy is kept');
      await this.#onDamaged();
      return;
    }
    await rename(fresh, join(folder, DATABASE_FILE));
    await syncToDisk(folder);
  }

  /** @returns what is wrong in the database */
  async #copyTo(file: string): Promise<string[]> {
    try {
      await this.#database.backup(file);
      return await checkDatabaseFile(file);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      return [(error as Error).message];
    }
  }
}

function wayOut(file: string, copiedMs: number | null): string {
  const start =
    copiedMs === null ? '' : ` or start the server, which then uses its copy of ${new Date(copiedMs).toISOString()},`;
  return (
    `Put the file back,${start} or restore a backup into an empty data directory. To begin with an empty database,` +
    ` move ${file} away and run: gonsters migrate`
  );
}

async function hasReadings(dataDir: string): Promise<boolean> {
  const names: string[] = await readdir(join(dataDir, 'readings')).catch(() => []);
  return ['values', 'raw', 'journal', 'rollups'].some((name) => names.includes(name));
}

/** Whether the content of the file is the reason, and not its access or its lock. */
function isDamaged(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { message } = each;
    if (/not a database|malformed|database corruption/i.test(message)) return true;
  }
  return false;
}
