// For which time zone the store keeps day rollups, and how far these have been made.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable-files.ts';
import type { LocalDayFiles } from './file-set.ts';

/** Path below the root of the store. */
const LOCAL_DAYS_FILE = 'local-days.json';

type State = Omit<LocalDayFiles, 'files'>;

/** Null if there is no such zone, or if the file cannot be read; then the rollups are made again. */
export async function readLocalDays(root: string): Promise<State | null> {
  try {
    const { zone, builtFrom, first } = JSON.parse(await readFile(join(root, LOCAL_DAYS_FILE), 'utf8'));
    if (typeof zone !== 'string') return null;
    return {
      zone,
      builtFromMs: builtFrom === 'nothing' ? Number.POSITIVE_INFINITY : (builtFrom ?? Number.NEGATIVE_INFINITY),
      firstMs: first ?? Number.NEGATIVE_INFINITY,
    };
  } catch {
    return null;
  }
}

export async function saveLocalDays(root: string, state: State | null): Promise<void> {
  const content = state && {
    zone: state.zone,
    // JSON has no infinity.
    builtFrom: state.builtFromMs === Number.POSITIVE_INFINITY ? 'nothing' : orNull(state.builtFromMs),
    first: orNull(state.firstMs),
  };
  await writeDurably(join(root, LOCAL_DAYS_FILE), (path) => writeFile(path, JSON.stringify(content ?? {})));
}

/** The path of the file, if it exists. */
export function localDaysPaths(root: string): string[] {
  const path = join(root, LOCAL_DAYS_FILE);
  return existsSync(path) ? [path] : [];
}

function orNull(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
