// InfluxDB passes the suite of every store of readings.

import { basename } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
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
    (directory, clock, plantZone, holdMs = () => HOLD_MS) =>
      new InfluxdbReadingStore({
        address: {
          url: influxdb.url,
          bucket: basename(directory),
          ...influxdb.access,
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
    { isShared: 'Nodes share one InfluxDB' },
  );
});
