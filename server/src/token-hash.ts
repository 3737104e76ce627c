// How secrets that this program has made are stored: links, codes and tokens of at least 128 random bits.

import { createHash } from 'node:crypto';

/** SHA-256 in hex. A fast hash is enough for what cannot be guessed; passwords need another one. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');
