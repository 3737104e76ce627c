// How the event bus connects to Redis: without end, and without keeping commands for later.

import { Redis } from 'ioredis';

const CONNECT_WITHIN_MS = 3000;
const MAX_RETRY_MS = 1000;

/** Not connected yet. */
export function redisConnection(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    retryStrategy: (tries) => Math.min(100 * tries, MAX_RETRY_MS),
    // A message that cannot be sent now is dropped; the other nodes read the database instead.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
  });
}
