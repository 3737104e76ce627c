// What happens to the damage that a check has found while the store is open.

import { basename, join } from 'node:path';
import type { Logger } from '../../../log.ts';
import type { DamageList } from './files/damage-list.ts';
import type { Manifest } from './files/manifest.ts';
import type { FileFault } from './files/manifest-faults.ts';
import { MANIFEST_FILE } from './files/manifest-lines.ts';
import type { PartitionCatalog } from './files/partition-catalog.ts';
import type { Tombstones } from './files/tombstones.ts';

/**
 * Quarantines files of readings and rollups, as the weekly check does. What the store has in memory is written again. Does not
 * reject.
 */
export async function handleFaults(
  found: readonly FileFault[],
  store: {
    catalog: PartitionCatalog;
    manifest: Manifest;
    damage: DamageList;
    tombstones: Tombstones;
    flush: () => Promise<void>;
    log: Logger;
  },
): Promise<void> {
  const { catalog, manifest, damage, tombstones, flush, log } = store;
  const rewritten: string[] = [];
  for (const { name, fault } of found) {
    log.error({ file: name, fault }, 'The check found a file that is missing or has changed since it was written');
    if (name.endsWith('.parquet')) {
      await catalog.quarantine(join(catalog.root, name)).catch(() => undefined);
      continue;
    }
    await damage.note(name);
    const written =
      name === MANIFEST_FILE
        ? manifest.writeAgain()
        : name === basename(tombstones.path)
          ? tombstones.saveAgain()
          : name.startsWith('journal/')
            ? flush()
            : null;
    if (written === null) continue;
    await written.then(
      () => rewritten.push(name),
      (err: unknown) => log.warn({ file: name, err }, 'The file could not be written again'),
    );
  }
  await damage.noteRebuilt(rewritten);
}
