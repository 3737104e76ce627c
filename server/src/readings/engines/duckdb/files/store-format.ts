// The version of the file format of a directory.

import { join } from 'node:path';
import { METRIC_NAMES } from '@gonsters/contract';
import { AppError } from '../../../../errors.ts';
import type { Logger } from '../../../../log.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';

const FORMAT = 2;
/** Path below the root of the store. */
export const FORMAT_FILE = 'format.json';

interface StoreFormat {
  format: number;
  /**
   * The metrics of the first files of format 1; empty if the directory began with format 2. Versions that know only format
   * 1 refuse the directory because of the number, but only if the list is there.
   */
  metrics: string[];
}

/**
 * Brings the directory to format 2: files of format 1 stay where they are and are still read.
 *
 * @returns `isMixed`: whether files of format 1 may lack a metric of the seed. `isListed`: whether the directory had format 2
 * before, so that it has a manifest
 * @throws AppError `store_unavailable` if a newer version wrote the files
 */
export async function openFormat(root: string, log: Logger): Promise<{ isMixed: boolean; isListed: boolean }> {
  const path = join(root, FORMAT_FILE);
  const found = formatIn(await readSmallFile(path));
  if (found && found.format > FORMAT) {
    throw new AppError('store_unavailable', `The readings were written by a newer version (format ${found.format})`);
  }
  if (found?.format !== FORMAT) {
    // If the format file cannot be read, files of format 1 are read in the slower way that suits all metrics.
    const current: StoreFormat = { format: FORMAT, metrics: found?.metrics ?? [] };
    await writeSmallFile(path, current);
  }
  if (found?.format === 1) {
    log.warn(
      'The readings are now stored in format 2, which earlier versions cannot open. To go back to an earlier version, restore' +
        ' a backup that it made. A backup of this version is made with: gonsters backup FILE',
    );
  }
  return { isMixed: (found?.metrics ?? []).join() !== METRIC_NAMES.join(), isListed: found?.format === FORMAT };
}

function formatIn(content: unknown): StoreFormat | null {
  const { format, metrics } = (content ?? {}) as Partial<StoreFormat>;
  if (typeof format !== 'number' || !Number.isInteger(format)) return null;
  return { format, metrics: Array.isArray(metrics) ? metrics : [] };
}
