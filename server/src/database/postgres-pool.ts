// The connections to PostgreSQL: bounded in number and time, values as the queries expect them, failures as our own.

import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { AppError } from '../errors.ts';
import type { PostgresAddress } from '../server-addresses.ts';

export interface PoolLimits {
  readonly connections: number;
  readonly connectWithinMs: number;
  /** What requests wait for. Where somebody waits with a statement of minutes, as a migration may be, that is said. */
  readonly statementWithinMs: number;
}

export const POOL_LIMITS: PoolLimits = { connections: 10, connectWithinMs: 5_000, statementWithinMs: 10_000 };
/** The client's own clock, a little later, for a server that has stopped answering at all. */
const ANSWER_AFTER_STATEMENT_MS = 1_000;
const IDLE_IN_TRANSACTION_MS = 60_000;
/** Without it a connection whose other end is gone is noticed after two hours. */
export const KEEP_ALIVE_AFTER_MS = 10_000;
/** A server that does not answer does not hear a goodbye either. */
const GOODBYE_MS = 500;
const RETRY_AFTER_S = 5;

/** int8: times in ms and counts, all far below 2^53. */
const INT8 = 20;
const NUMERIC = 1700;

/**
 * Classes of SQLSTATE that say "not now" rather than "never": connection, resources, operator intervention, I/O, and a
 * server that takes no writes.
 */
const NOT_NOW = /^(08|53|57|58|25006)/;

/** `statement_timeout` and `query_timeout` in the URL, in ms, go before `statementWithinMs`. */
export function openPool(
  address: PostgresAddress,
  onLost: (error: Error) => void,
  limits: PoolLimits = POOL_LIMITS,
): PostgresPool {
  const pool = new Pool({
    ...connectionOf(address),
    max: limits.connections,
    connectionTimeoutMillis: limits.connectWithinMs,
    statement_timeout: limits.statementWithinMs,
    query_timeout: limits.statementWithinMs + ANSWER_AFTER_STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'gonsters',
    types: {
      getTypeParser: (oid, format) => (oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)),
    },
  });
  // Of an idle connection: the pool replaces it; without a listener the process would end.
  pool.on('error', onLost);
  return {
    connect: async () => guarded(await translating(() => pool.connect())),
    end: () => withTimeout(pool.end()),
  };
}

export function connectionOf(address: PostgresAddress): PoolConfig {
  if ('url' in address) return { connectionString: address.url };
  const { password, ...others } = address;
  return { ...others, ...(password === null ? {} : { password }) };
}

/** Waits for a goodbye, not for long. */
export const withTimeout = (goodbye: Promise<void>) =>
  Promise.race([goodbye, sleep(GOODBYE_MS, undefined, { ref: false })]);

function guarded(client: PoolClient): PostgresPoolClient {
  let broken: Error | null = null;
  // A connection that ends in use fails its query as well; without a listener the process would end.
  const onError = (error: Error) => {
    broken ??= error;
  };
  client.on('error', onError);
  const query = async (text: string, values: readonly unknown[]) => {
    // The answer that did not come might still come, and be taken for that of the next query.
    if (broken !== null) throw broken;
    try {
      return await client.query(text, values.map(storable));
    } catch (error) {
      if (!(error instanceof DatabaseError)) broken ??= error as Error;
      throw error;
    }
  };
  return {
    query: ((text: string, values: readonly unknown[]) =>
      translating(() => query(text, values))) as unknown as PostgresPoolClient['query'],
    release: () => {
      client.off('error', onError);
      client.release(broken !== null);
    },
  };
}

/** PostgreSQL refuses a NUL in a text; the embedded engine keeps the same substitute. */
const storable = (value: unknown) =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isNotNow(error)) throw error;
    throw new AppError('store_unavailable', 'The database cannot be reached at the moment', {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_S,
    });
  }
}

/** What PostgreSQL did not answer itself is the network's or the pool's own error. */
const isNotNow = (error: unknown) => !(error instanceof DatabaseError) || NOT_NOW.test(error.code ?? '');
