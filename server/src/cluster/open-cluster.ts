// What makes one server a node of a plant: its name, the bus to the others, and who of them keeps watch.

import type { Leadership } from '../alerts/leader/leadership.ts';
import type { Config } from '../config.ts';
import { acquireAdvisoryLock } from '../database/advisory-lock.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { RedisEventBus } from '../events/redis-event-bus.ts';
import type { Logger } from '../log.ts';
import { LeaderLease } from './leader-lease.ts';
import { openNodeId } from './node-id.ts';
import { PostgresLeadership } from './postgres-leadership.ts';
import { RedisCounts, type SharedRateCounters } from './shared-rate-counters.ts';
import { SingleNodeLeadership } from './single-node-leadership.ts';

export interface Cluster {
  readonly id: string;
  /** Other nodes may be there: this one shares everything that is stored with them. */
  readonly isShared: boolean;
  readonly bus: EventBus;
  /** Of this node's own subscribers; the same as `bus` without others. */
  readonly local: EventBus;
  /** The bus where it goes over Redis. */
  readonly redis: RedisEventBus | null;
  readonly leadership: Leadership;
  /** Of all nodes together; null without others. */
  readonly rateCounters: SharedRateCounters | null;
  /** Lets others that do not go with this node have the database. */
  close(): Promise<void>;
}

/** Nothing is started yet. Rejects with `database_in_use` where a server works on the database that this one does not go with. */
export async function openCluster(parts: { config: Config; database: Database; log: Logger }): Promise<Cluster> {
  const { config, database, log } = parts;
  const { postgres, influxdb, redis: address } = config;
  const id = await openNodeId(config.dataDir);
  // Several plants can share a Redis.
  const { plant_id: plantId } = await database.db
    .selectFrom('watch')
    .select('plant_id')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const local = new LocalEventBus(log);
  const redis =
    address && new RedisEventBus({ url: address.url, channel: `gonsters:${plantId}`, local, log, nodeId: id });
  const isShared = postgres !== null && influxdb !== null && redis !== null;
  const leadership = isShared
    ? new PostgresLeadership({ lease: new LeaderLease(postgres), nodeId: id, log })
    : new SingleNodeLeadership();
  const releaseLock = postgres && (await acquireAdvisoryLock(postgres, isShared ? 'shared' : 'exclusive', log));
  const rateCounters = redis && new RedisCounts(redis, `gonsters:${plantId}:`);
  return {
    id,
    isShared,
    bus: redis ?? local,
    local,
    redis,
    leadership,
    rateCounters,
    close: async () => releaseLock?.(),
  };
}
