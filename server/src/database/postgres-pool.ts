// The connections to PostgreSQL: bounded in number and time, values as the queries expect them, failures as our own.

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { AppError } from '../errors.ts';

/** `DATABASE_URL`, or its parts. */
export type PostgresAddress =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string | null;
      readonly database: string;
    };

export interface PoolLimits {
  readonly connections: number;
  readonly connectWithinMs: number;
  readonly statementWithinMs: number;
}

const LIMITS: PoolLimits = { connections: 10, connectWithinMs: 5_000, statementWithinMs: 30_000 };
const IDLE_IN_TRANSACTION_MS = 60_000;
const RETRY_AFTER_S = 5;

/** int8: times in ms and counts, all far below 2^53. */
const INT8 = 20;
const NUMERIC = 1700;

/**
 * Classes of SQLSTATE that say "not now" rather than "never": connection, resources, operator intervention, I/O, and a
 * server that takes no writes.
 */
const NOT_NOW = /^(08|53|57|58|25006)/;

export function openPool(
  address: PostgresAddress,
  onLost: (error: Error) => void,
  limits: PoolLimits = LIMITS,
): PostgresPool {
  const pool = new Pool({
    ...connectionOf(address),
    max: limits.connections,
    connectionTimeoutMillis: limits.connectWithinMs,
    statement_timeout: limits.statementWithinMs,
    // The client's own clock, for a server that has stopped answering at all.
    query_timeout: limits.statementWithinMs + limits.connectWithinMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    application_name: 'gonsters',
    types: {
      getTypeParser: (oid, format) => (oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)),
    },
  });
  // Of an idle connection: the pool replaces it; without a listener the process would end.
  pool.on('error', onLost);
  return {
    connect: async () => guarded(await translating(pool.connect())),
    end: () => pool.end(),
  };
}

export function connectionOf(address: PostgresAddress): PoolConfig {
  if ('url' in address) return { connectionString: address.url };
  const { password, ...others } = address;
  return { ...others, ...(password === null ? {} : { password }) };
}

function guarded(client: PoolClient): PostgresPoolClient {
  let broken = false;
  // A connection that ends in use fails its query as well; without a listener the process would end.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  return {
    query: ((text: string, values: readonly unknown[]) =>
      translating(client.query(text, values.map(storable)))) as unknown as PostgresPoolClient['query'],
    release: () => {
      client.off('error', onError);
      client.release(broken);
    },
  };
}

/** PostgreSQL refuses a NUL in a text; the embedded engine keeps the same substitute. */
const storable = (value: unknown) =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;

async function translating<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isNotNow(error)) throw error;
    throw new AppError('store_unavailable', 'The database cannot be reached at the moment', {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_S,
    });
  }
}

/** Without a SQLSTATE it is the network's or the pool's own error. */
function isNotNow(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return !/^[0-9A-Z]{5}$/.test(code) || NOT_NOW.test(code);
}
