// A cluster of openGemini passes the suite of every store of readings.

import { afterAll, beforeAll, describe, vi } from 'vitest';
import { findOpengemini, type OpengeminiCluster, startOpengemini } from '../support/start-opengemini.ts';
import { influxdbStores } from './influxdb-store.ts';
import { readingStoreConformance } from './reading-store.ts';

const program = findOpengemini();
let cluster: OpengeminiCluster;

describe.skipIf(program === null)('with openGemini', () => {
  beforeAll(async () => {
    cluster = await startOpengemini(program as string, { stores: 1 });
  });
  afterAll(() => cluster.stop());

  // Readings appear in queries up to three seconds after they are written for the first time.
  vi.setConfig({ testTimeout: 120_000 });
  readingStoreConformance(
    'openGemini',
    influxdbStores(() => ({ url: cluster.urls[0] as string, token: null, org: null })),
    {
      isShared: 'Nodes share one cluster',
      cannotExpire: 'openGemini has no DELETE with a time',
      cannotFinish: 'The wait until a new series can be read may take longer than a stop allows',
    },
  );
});
