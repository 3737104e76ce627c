// The id of a node. It is stored in the data directory, so that brokers and the database recognise the node after a restart.

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const NODE_ID_FILE = 'node-id';

/** Reads the id, or creates it at the first start: 12 hexadecimal digits. */
export async function openNodeId(dataDir: string): Promise<string> {
  const file = join(dataDir, NODE_ID_FILE);
  try {
    await writeFile(file, `${randomBytes(6).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
