// Waits until a file is on the disk and not only in the memory of the operating system.

import { open } from 'node:fs/promises';

export async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
