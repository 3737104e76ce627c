// Ids that tests can call by a name.

import { createHash } from 'node:crypto';

/** A UUID that is always the same for the same name. Ids of different names have the order of their hashes. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
