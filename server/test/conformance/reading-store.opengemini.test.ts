// A cluster of openGemini passes the suite of every store of readings.

import { basename } from 'node:path';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import { findOpengemini, type OpengeminiCluster, startOpengemini } from '../support/start-opengemini.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { readingStoreConformance } from './reading-store.ts';

const program = findOpengemini();
let influxdb: OpengeminiCluster;

describe.skipIf(program === null)('with openGemini', () => {
  beforeAll(async () => {
    influxdb = await startOpengemini(program as string, { stores: 1 });
  });
  afterAll(() => influxdb.stop());

  // Readings appear in queries up to three seconds after they are written for the first time.
  vi.setConfig({ testTimeout: 120_000 });
  readingStoreConformance(
    'openGemini',
    (directory, clock, plantZone, holdMs = () => HOLD_MS) =>
      new InfluxdbReadingStore({
        address: {
          url: influxdb.urls[0] as string,
          bucket: basename(directory),
          token: null,
          org: null,
          answerWithinMs: 10_000,
          username: null,
          password: null,
        },
        describe: () => ({ sensorType: 'Spindle', location: 'Hall A, gate 1' }),
        openCopy: () => {
          throw new Error('Nothing is copied here');
        },
        clock,
        log: silentLogger,
        kindOf,
        holdMs,
        ...(plantZone === undefined ? {} : { plantZone }),
      }),
    {
      isShared: 'Nodes share one cluster',
      cannotExpire: 'openGemini has no DELETE with a time',
      cannotFinish: 'The wait until a new series can be read may take longer than a stop allows',
    },
  );
});
