// InfluxDB passes the suite of every store of readings.

import { afterAll, beforeAll, describe } from 'vitest';
import { findInfluxdb } from '../support/find-program.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { influxdbStores } from './influxdb-store.ts';
import { readingStoreConformance } from './reading-store.ts';

const program = findInfluxdb();
let influxdb: InfluxdbServer;

describe.skipIf(program === null)('with InfluxDB', () => {
  beforeAll(async () => {
    influxdb = await startInfluxdb(program as string);
  });
  afterAll(() => influxdb.stop());

  readingStoreConformance(
    'InfluxDB',
    influxdbStores(() => ({ url: influxdb.url, ...influxdb.access })),
    { isShared: 'Nodes share one InfluxDB' },
  );
});
