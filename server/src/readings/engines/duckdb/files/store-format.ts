// The version of the file format of a directory, and the metrics that its first files were written with.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRIC_NAMES } from '@gonsters/contract';
import { AppError } from '../../../../errors.ts';
import { writeDurably } from './durable-files.ts';

const FORMAT = 1;
/** Path below the root of the store. */
export const FORMAT_FILE = 'format.json';

interface StoreFormat {
  format: number;
  metrics: string[];
}

/**
 * Whether files may have other metrics than the catalogue. Writes the format of a new directory.
 *
 * @throws AppError `store_unavailable` if a newer version wrote the files
 */
export async function hasOtherMetrics(root: string): Promise<boolean> {
  const path = join(root, FORMAT_FILE);
  const text = await readFile(path, 'utf8').catch(() => null);
  const found = text === null ? null : parse(text);
  if (found && found.format > FORMAT) {
    throw new AppError('store_unavailable', `The readings were written by a newer version (format ${found.format})`);
  }
  if (found) return found.metrics.join() !== METRIC_NAMES.join();
  const current: StoreFormat = { format: FORMAT, metrics: [...METRIC_NAMES] };
  await writeDurably(path, (unfinished) => writeFile(unfinished, JSON.stringify(current)));
  // If the format file cannot be read, the files are read in the slower way that suits all catalogues.
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
