// Renames a file that proves to be damaged while it is read, and repeats the operation with the other files.

import { isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { type DuckdbSession, UnreadableFiles } from './duckdb-session.ts';
import type { PartitionCatalog } from './files/partition-catalog.ts';
import { unavailable } from './unavailable.ts';

/** Rejects with `store_unavailable` if the failure was not caused by a damaged file. */
export async function retryWithoutDamaged<T>(
  deps: { session: DuckdbSession; catalog: Pick<PartitionCatalog, 'quarantine'>; log: Logger },
  run: () => Promise<T>,
  /** Called when files have been quarantined, before the next attempt. */
  onQuarantined: () => Promise<void> = async () => {},
): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (isAppError(error)) throw error;
      const damaged = error instanceof UnreadableFiles ? await deps.session.findUnreadable(error.paths) : [];
      if (damaged.length === 0) throw unavailable(error);
      for (const path of damaged) {
        deps.log.error({ file: path, err: error }, 'A damaged file of readings was quarantined');
        await deps.catalog.quarantine(path);
      }
      await onQuarantined();
    }
  }
}
