// What makes a data directory none to work on: a restore that was interrupted, or a move that has taken its data elsewhere.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';

/** The name of a folder that begins so is a restore that is not finished. */
export const RESTORE_PREFIX = 'restore-';
export const MOVE_FILE = 'move.json';

/** When what was moved, UTC ms; absent where it was not. Part of `MOVE_FILE`. */
export interface MovedAway {
  database?: number;
  readings?: number;
}

/** Rejects with `conflict`. A directory that is not there yet is good. */
export async function checkDataDirectory(config: Pick<Config, 'dataDir' | 'postgres' | 'influxdb'>): Promise<void> {
  const { dataDir, postgres, influxdb } = config;
  await refuseInterruptedRestore(dataDir);
  const { database, readings } = await movedAway(dataDir);
  const refuse = (what: string, atMs: number, setting: string) => {
    throw new AppError(
      'conflict',
      `${what} of ${dataDir} moved on ${new Date(atMs).toISOString()}: set ${setting}. To work on what was left behind all the` +
        ` same, which then differs from what was moved, delete ${join(dataDir, MOVE_FILE)}.`,
    );
  };
  if (database !== undefined && postgres === null) refuse('The database', database, 'DATABASE_URL or POSTGRES_HOST');
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

async function movedAway(dataDir: string): Promise<MovedAway> {
  try {
    return (JSON.parse(await readFile(join(dataDir, MOVE_FILE), 'utf8')) as { moved?: MovedAway }).moved ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
