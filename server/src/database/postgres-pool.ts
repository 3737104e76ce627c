// A pool of connections to PostgreSQL with limits in number and time, which converts values and translates errors.

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { AppError } from '../errors.ts';
import type { PostgresAddress } from '../server-addresses.ts';
import { withTimeout } from '../with-timeout.ts';
import { parseBoolean, parseTimestamptz } from './postgres-values.ts';

export interface PoolLimits {
  readonly connections: number;
  readonly connectWithinMs: number;
  /** Limit of one statement. A migration needs a longer one than requests. */
  readonly statementWithinMs: number;
}

export const POOL_LIMITS: PoolLimits = { connections: 10, connectWithinMs: 5_000, statementWithinMs: 10_000 };
/** The client gives up this much later, for a server that does not answer at all. */
const CLIENT_GRACE_MS = 1_000;
const IDLE_IN_TRANSACTION_MS = 60_000;
/** Without TCP keep-alive a dead connection is noticed after two hours. */
export const KEEP_ALIVE_AFTER_MS = 10_000;
/** How long closing a connection may take; a server that does not answer would delay it without end. */
const END_WITHIN_MS = 500;
const RETRY_AFTER_S = 5;

const { BOOL, INT8, NUMERIC, TIMESTAMPTZ } = types.builtins;
/** How the values of a column are read, by its type. Counts and numbers of changes (int8) are far below 2^53. */
const PARSERS: ReadonlyMap<number, (text: string) => number> = new Map([
  [BOOL, parseBoolean],
  [INT8, Number],
  [NUMERIC, Number],
  [TIMESTAMPTZ, parseTimestamptz],
]);

/**
 * SQLSTATE classes of temporary failures: connection, resources, operator intervention, I/O, and a server that is
 * read-only.
 */
const TEMPORARY = /^(08|53|57|58|25006)/;

/**
 * `statement_timeout` and `query_timeout` in the URL, in ms, have precedence over `statementWithinMs`. Queries reject with
 * `store_unavailable` for temporary failures. `onLost` is called when an idle connection is lost; the pool replaces it.
 */
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
    query_timeout: limits.statementWithinMs + CLIENT_GRACE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'gonsters',
    types: { getTypeParser: (oid, format) => PARSERS.get(oid) ?? types.getTypeParser(oid, format) },
  });
  // Without a listener the process would end.
  pool.on('error', onLost);
  return {
    connect: async () => discardedWhenBroken(await translating(() => pool.connect())),
    end: () => withinEndTimeout(pool.end()),
  };
}

export function connectionOf(address: PostgresAddress): PoolConfig {
  if ('url' in address) return { connectionString: address.url };
  const { password, ...others } = address;
  return { ...others, ...(password === null ? {} : { password }) };
}

/** Waits at most half a second for the end of a connection. */
export const withinEndTimeout = (end: Promise<void>) => withTimeout(end, END_WITHIN_MS);

/** A client whose connection is closed instead of reused after it has failed. */
function discardedWhenBroken(client: PoolClient): PostgresPoolClient {
  let broken: Error | null = null;
  // The query in progress rejects as well; without a listener the process would end.
  const onError = (error: Error) => {
    broken ??= error;
  };
  client.on('error', onError);
  const query = async (text: string, values: readonly unknown[]) => {
    // A late answer to the failed query would be taken for the answer to this one.
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

/** PostgreSQL refuses a NUL in text; it is replaced as in the embedded engine. */
const storable = (value: unknown) =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTemporary(error)) throw error;
    throw new AppError('store_unavailable', 'The database cannot be reached at the moment; try again later', {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_S,
    });
  }
}

/** Errors that PostgreSQL did not send come from the network or the pool, and are temporary. */
const isTemporary = (error: unknown) => !(error instanceof DatabaseError) || TEMPORARY.test(error.code ?? '');
