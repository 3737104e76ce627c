// What makes a server a node of a plant: its id, the event bus, leader election, and the shared rate counters.

import type { Leadership } from '../alerts/leader/leadership.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import type { RedisEventBus } from '../events/redis-event-bus.ts';
import type { Logger } from '../log.ts';
import type { PostgresAddress } from '../server-addresses.ts';
import { openNodeId } from './node-id.ts';
import { RedisRateCounters, type SharedRateCounters } from './shared-rate-counters.ts';
import { SingleNodeLeadership } from './single-node-leadership.ts';

export interface Cluster {
  readonly id: string;
  /** Several nodes may share the stores of this one. */
  readonly isShared: boolean;
  readonly bus: EventBus;
  /** Delivers to this node's own subscribers only. The same as `bus` where the bus does not use Redis. */
  readonly local: EventBus;
  /** The bus where it uses Redis, otherwise null. */
  readonly redis: RedisEventBus | null;
  readonly leadership: Leadership;
  /** null without Redis. */
  readonly rateCounters: SharedRateCounters | null;
  /** Releases the advisory lock on the database. */
  close(): Promise<void>;
}

/** Starts nothing. Rejects with `database_in_use` where a server uses the database that cannot share it with this one. */
export async function openCluster(deps: { config: Config; database: Database; log: Logger }): Promise<Cluster> {
  const { config, database, log } = deps;
  const { postgres, influxdb, redis: address } = config;
  const id = await openNodeId(config.dataDir);
  // Several plants may share a Redis, so channels and keys contain the plant's id.
  const { plant_id: plantId } = await database.db
    .selectFrom('watch')
    .select('plant_id')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const local = new LocalEventBus(log);
  let redis: RedisEventBus | null = null;
  // The libraries of Redis and PostgreSQL are loaded only where these servers are configured.
  if (address !== null) {
    const { RedisEventBus } = await import('../events/redis-event-bus.ts');
    redis = new RedisEventBus({ url: address.url, channel: `gonsters:${plantId}`, local, log, nodeId: id });
  }
  const isShared = postgres !== null && influxdb !== null && redis !== null;
  const leadership = isShared ? await postgresLeadership(postgres, id, log) : new SingleNodeLeadership();
  let releaseLock = async () => {};
  if (postgres !== null) {
    const { acquireAdvisoryLock } = await import('../database/advisory-lock.ts');
    releaseLock = await acquireAdvisoryLock(postgres, isShared ? 'shared' : 'exclusive', log);
  }
  const rateCounters = redis && new RedisRateCounters(redis, `gonsters:${plantId}:`);
  return {
    id,
    isShared,
    bus: redis ?? local,
    local,
    redis,
    leadership,
    rateCounters,
    close: releaseLock,
  };
}

async function postgresLeadership(postgres: PostgresAddress, nodeId: string, log: Logger): Promise<Leadership> {
  const [{ LeaderLease }, { PostgresLeadership }] = await Promise.all([
    import('./leader-lease.ts'),
    import('./postgres-leadership.ts'),
  ]);
  return new PostgresLeadership({ lease: new LeaderLease(postgres), nodeId, log });
}
