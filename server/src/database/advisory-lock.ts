// Holds a PostgreSQL database against servers that could not work on it together with this one.

import { Client } from 'pg';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { PostgresAddress } from '../server-addresses.ts';
import { LOCK_CLASS } from './postgres-engine.ts';
import { connectionOf, KEEP_ALIVE_AFTER_MS, withTimeout } from './postgres-pool.ts';

const LOCK = 10;
/** A server that was killed is gone for PostgreSQL a moment later. */
const TRIES = 20;
const TRY_MS = 100;
const AGAIN_MS = 1000;
const CONNECT_WITHIN_MS = 5000;

/** `alone` goes with nobody; `shared` with others that are shared. */
export type LockMode = 'exclusive' | 'shared';

/**
 * The lock lives as long as its connection; a lost one is opened again. Rejects with `database_in_use` where another
 * server does not go with this one.
 *
 * @returns how to let go of it
 */
export async function acquireAdvisoryLock(
  address: PostgresAddress,
  mode: LockMode,
  log: Logger,
): Promise<() => Promise<void>> {
  let client: Client | null = null;
  let released = false;
  let timer: NodeJS.Timeout | null = null;

  const lost = () => {
    if (released || timer !== null) return;
    client = null;
    timer = setTimeout(() => {
      timer = null;
      hold().catch((error: unknown) => {
        if (error instanceof AppError) log.error({ err: error }, 'The database is no longer held for this server');
        lost();
      });
    }, AGAIN_MS);
    timer.unref();
  };
  const hold = async () => {
    const next = new Client({
      ...connectionOf(address),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: CONNECT_WITHIN_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      application_name: 'gonsters hold',
    });
    next.on('error', () => {});
    try {
      await next.connect();
      if (!(await tryLock(next, mode))) throw new AppError('database_in_use', REFUSALS[mode]);
    } catch (error) {
      await withTimeout(next.end().catch(() => {}));
      throw error;
    }
    client = next;
    next.once('end', lost);
    if (released) await next.end();
  };

  await hold();
  return async () => {
    released = true;
    if (timer !== null) clearTimeout(timer);
    if (client !== null) await withTimeout(client.end().catch(() => {}));
  };
}

const REFUSALS: Record<LockMode, string> = {
  exclusive:
    'Another server works on this database. Several go together where each has DATABASE_URL (or POSTGRES_HOST), INFLUXDB_URL and REDIS_URL; otherwise only one may run',
  shared:
    'A server that goes with no other works on this database: it lacks REDIS_URL or INFLUXDB_URL. Stop it, or give it the same as this one',
};

async function tryLock(client: Client, mode: LockMode): Promise<boolean> {
  const routine = mode === 'exclusive' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared';
  for (let tries = 0; tries < TRIES; tries++) {
    const { rows } = await client.query<{ held: boolean }>(`select ${routine}(${LOCK_CLASS}, ${LOCK}) as held`);
    if (rows[0]?.held) return true;
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
  return false;
}
