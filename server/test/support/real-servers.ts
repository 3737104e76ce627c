// The real servers that a whole vitest project shares: PostgreSQL, InfluxDB and Redis, started before it and ended after it.

import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/config.ts';
import type { StoredDatabase } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { Environment } from '../../src/environment.ts';
import { silentLogger } from '../../src/log.ts';
import { findInfluxdb, findPostgres, findRedis } from './find-program.ts';
import { startInfluxdb } from './start-influxdb.ts';
import { createMigratedDatabase, startPostgres } from './start-postgres.ts';
import { startRedis } from './start-redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Only in the project that runs on them. */
    realServers?: { postgresPort: number; influxdb: Record<string, string>; redisUrl: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<unknown>> {
  const programs = { postgres: findPostgres(), influxdb: findInfluxdb(), redis: findRedis() };
  if (programs.postgres === null || programs.influxdb === null || programs.redis === null) {
    throw new Error('PostgreSQL, InfluxDB and Redis must be installed for this project');
  }
  const [postgres, influxdb, redis] = await Promise.all([
    startPostgres(programs.postgres),
    startInfluxdb(programs.influxdb),
    startRedis(programs.redis),
  ]);
  const settings = { postgresPort: postgres.port, influxdb: influxdb.settings('plant'), redisUrl: redis.url };
  project.provide('realServers', settings);
  return () => Promise.all([postgres.stop(), influxdb.stop(), redis.stop()]);
}

/** The settings of a new, empty plant: none, or databases of its own on the real servers. */
export async function environmentOfPlant(): Promise<Environment> {
  const servers = inject('realServers');
  if (servers === undefined) return {};
  return {
    DATABASE_URL: await createMigratedDatabase(servers.postgresPort),
    ...servers.influxdb,
    INFLUXDB_BUCKET: `plant-${randomUUID()}`,
    REDIS_URL: servers.redisUrl,
    JWT_SECRET_KEY: 'a key that every node of the plant has',
  };
}

/** The embedded database of the directory, or one on the real server. */
export async function openDatabaseOfPlant(dataDir: string): Promise<StoredDatabase> {
  const { postgres, influxdb } = readConfig(await environmentOfPlant());
  return openDatabase({ dataDir, postgres, influxdb }, silentLogger);
}
