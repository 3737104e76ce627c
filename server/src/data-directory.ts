// Refuses a data directory whose restore was interrupted, or whose data was transferred to other stores.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';

/** A folder whose name begins with this is a restore that is not finished. */
export const RESTORE_PREFIX = 'restore-';
export const TRANSFER_FILE = 'move.json';

/** When the data was transferred, UTC ms; absent where it was not. Part of `TRANSFER_FILE`. */
export interface TransferredData {
  database?: number;
  readings?: number;
}

/** Rejects with `conflict`. A directory that does not exist yet is accepted. */
export async function checkDataDirectory(config: Pick<Config, 'dataDir' | 'postgres' | 'influxdb'>): Promise<void> {
  const { dataDir, postgres, influxdb } = config;
  await refuseInterruptedRestore(dataDir);
  const { database, readings } = await transferredData(dataDir);
  const refuse = (what: string, atMs: number, setting: string) => {
    throw new AppError(
      'conflict',
      `${what} of ${dataDir} were transferred to another server on ${new Date(atMs).toISOString()}: set ${setting}. To use the` +
        ` copy in this directory all the same, which then differs from the other, delete ${join(dataDir, TRANSFER_FILE)}.`,
    );
  };
  if (database !== undefined && postgres === null) refuse('The tables', database, 'DATABASE_URL or POSTGRES_HOST');
  if (readings !== undefined && influxdb === null) refuse('The readings', readings, 'INFLUXDB_URL');
}

/** Rejects with `conflict`. */
export async function refuseInterruptedRestore(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch(() => []);
  if (!names.some((name) => name.startsWith(RESTORE_PREFIX))) return;
  throw new AppError(
    'conflict',
    `${dataDir} holds a restore that was interrupted. Delete everything in it and run gonsters restore again.`,
  );
}

async function transferredData(dataDir: string): Promise<TransferredData> {
  try {
    return (
      (JSON.parse(await readFile(join(dataDir, TRANSFER_FILE), 'utf8')) as { moved?: TransferredData }).moved ?? {}
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
