// The secret that signs access tokens: given, or outside production made once and kept in the data directory.

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function openSigningSecret(dataDir: string, configured: string | null): Promise<Uint8Array> {
  if (configured !== null) return Buffer.from(configured);
  const file = join(dataDir, 'jwt-secret');
  try {
    const kept = await readFile(file);
    if (kept.length >= 32) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = Buffer.from(randomBytes(48).toString('base64url'));
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
