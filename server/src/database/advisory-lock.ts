// Locks a PostgreSQL database against servers that cannot share it with this one.

import { Client } from 'pg';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { PostgresAddress } from '../server-addresses.ts';
import { LOCK_CLASS } from './postgres-engine.ts';
import { connectionOf, KEEP_ALIVE_AFTER_MS, withinEndTimeout } from './postgres-pool.ts';

const LOCK_KEY = 10;
/** PostgreSQL releases the lock of a killed server a moment later, so the lock is tried for two seconds. */
const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 100;
const RECONNECT_AFTER_MS = 1000;
const CONNECT_WITHIN_MS = 5000;

/** An `exclusive` lock excludes every other server; a `shared` one excludes only those that need an exclusive lock. */
export type LockMode = 'exclusive' | 'shared';

/**
 * The lock lives as long as its connection. If the connection is lost, it is opened again and the lock is acquired again.
 * Rejects with `database_in_use` if another server holds a lock that excludes this one, and with the error of the client if
 * the database cannot be reached.
 *
 * @returns a function that releases the lock
 */
export async function acquireAdvisoryLock(
  address: PostgresAddress,
  mode: LockMode,
  log: Logger,
): Promise<() => Promise<void>> {
  let client: Client | null = null;
  let released = false;
  let timer: NodeJS.Timeout | null = null;

  const reacquireLater = () => {
    if (released || timer !== null) return;
    client = null;
    timer = setTimeout(() => {
      timer = null;
      acquire().catch((error: unknown) => {
        if (error instanceof AppError) log.error({ err: error }, 'The lock on the database was lost to another server');
        reacquireLater();
      });
    }, RECONNECT_AFTER_MS);
    timer.unref();
  };
  const acquire = async () => {
    const next = new Client({
      ...connectionOf(address),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: CONNECT_WITHIN_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      application_name: 'gonsters lock',
    });
    next.on('error', () => {});
    try {
      await next.connect();
      if (!(await tryLock(next, mode))) throw new AppError('database_in_use', REFUSALS[mode]);
    } catch (error) {
      await withinEndTimeout(next.end().catch(() => {}));
      throw error;
    }
    client = next;
    next.once('end', reacquireLater);
    if (released) await next.end();
  };

  await acquire();
  return async () => {
    released = true;
    if (timer !== null) clearTimeout(timer);
    if (client !== null) await withinEndTimeout(client.end().catch(() => {}));
  };
}

const REFUSALS: Record<LockMode, string> = {
  exclusive:
    'Another server uses this database. Several servers can share it only if each of them has DATABASE_URL (or POSTGRES_HOST), INFLUXDB_URL and REDIS_URL',
  shared:
    'A server without REDIS_URL or INFLUXDB_URL uses this database, so no other server can. Stop it, or give it the same settings as this one',
};

async function tryLock(client: Client, mode: LockMode): Promise<boolean> {
  const routine = mode === 'exclusive' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { rows } = await client.query<{ held: boolean }>(`select ${routine}(${LOCK_CLASS}, ${LOCK_KEY}) as held`);
    if (rows[0]?.held) return true;
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_INTERVAL_MS));
  }
  return false;
}
