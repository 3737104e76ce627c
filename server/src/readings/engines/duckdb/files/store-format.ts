// Which version of the files a directory holds, and which metrics the first of them were written with.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRIC_NAMES } from '@gonsters/contract';
import { AppError } from '../../../../errors.ts';
import { writeDurably } from './durable-files.ts';

const FORMAT = 1;
/** Below the root of the store. */
export const FORMAT_FILE = 'format.json';

interface StoreFormat {
  format: number;
  metrics: string[];
}

/**
 * Whether files may lack a metric of the catalogue or have one more; marks a new directory.
 *
 * @throws AppError `store_unavailable` where a newer version wrote the files
 */
export async function hasOtherMetrics(root: string): Promise<boolean> {
  const path = join(root, FORMAT_FILE);
  const text = await readFile(path, 'utf8').catch(() => null);
  const found = text === null ? null : parse(text);
  if (found && found.format > FORMAT) {
    throw new AppError('store_unavailable', `The readings were written by a newer version (format ${found.format})`);
  }
  if (found) return found.metrics.join() !== METRIC_NAMES.join();
  const mark: StoreFormat = { format: FORMAT, metrics: [...METRIC_NAMES] };
  await writeDurably(path, (unfinished) => writeFile(unfinished, JSON.stringify(mark)));
  // A mark that cannot be read says nothing of the files: they are read the slower way, which suits all.
  return text !== null;
}

function parse(text: string): StoreFormat | null {
  try {
    const { format, metrics } = JSON.parse(text) as StoreFormat;
    return Number.isInteger(format) && Array.isArray(metrics) ? { format, metrics } : null;
  } catch {
    return null;
  }
}
