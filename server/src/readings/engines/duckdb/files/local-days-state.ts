// For which time zone the store keeps day rollups, and how far these have been made.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalDayFiles } from './file-set.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';

/** Path below the root of the store. */
const LOCAL_DAYS_FILE = 'local-days.json';

type State = Omit<LocalDayFiles, 'files'>;

interface Content {
  readonly zone?: unknown;
  readonly builtFrom?: number | 'nothing' | null;
  readonly first?: number | null;
}

/** Null if there is no such zone, or if the file is damaged; then the rollups are made again. */
export async function readLocalDays(root: string): Promise<State | null> {
  const { zone, builtFrom, first } = ((await readSmallFile(join(root, LOCAL_DAYS_FILE))) ?? {}) as Content;
  if (typeof zone !== 'string') return null;
  return {
    zone,
    builtFromMs: builtFrom === 'nothing' ? Number.POSITIVE_INFINITY : (builtFrom ?? Number.NEGATIVE_INFINITY),
    firstMs: first ?? Number.NEGATIVE_INFINITY,
  };
}

export async function saveLocalDays(root: string, state: State | null): Promise<void> {
  const content = state && {
    zone: state.zone,
    // JSON has no infinity.
    builtFrom: state.builtFromMs === Number.POSITIVE_INFINITY ? 'nothing' : orNull(state.builtFromMs),
    first: orNull(state.firstMs),
  };
  await writeSmallFile(join(root, LOCAL_DAYS_FILE), content ?? {});
}

/** The path of the file, if it exists. */
export function localDaysPaths(root: string): string[] {
  const path = join(root, LOCAL_DAYS_FILE);
  return existsSync(path) ? [path] : [];
}

function orNull(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
