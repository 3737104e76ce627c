// The secret that signs access tokens: JWT_SECRET_KEY, or one that is generated once and stored in the data directory.

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function openSigningSecret(dataDir: string, configured: string | null): Promise<Uint8Array> {
  if (configured !== null) return Buffer.from(configured);
  const file = join(dataDir, 'jwt-secret');
  try {
    const stored = await readFile(file);
    if (stored.length >= 32) return stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const generated = Buffer.from(randomBytes(48).toString('base64url'));
  await writeFile(file, generated, { mode: 0o600 });
  return generated;
}
