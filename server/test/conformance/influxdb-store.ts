// The engine of InfluxDB on a server that the suite of stores has started, with one database for each directory.

import { basename } from 'node:path';
import { silentLogger } from '../../src/log.ts';
import { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import type { InfluxdbAddress } from '../../src/server-addresses.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import type { MakeStore } from './reading-store.ts';

/** `server` is asked for each store, since it starts after the tests were collected. */
export const influxdbStores =
  (server: () => Pick<InfluxdbAddress, 'url' | 'token' | 'org'>): MakeStore =>
  (directory, clock, plantZone, holdMs = () => HOLD_MS) =>
    new InfluxdbReadingStore({
      address: {
        ...server(),
        bucket: basename(directory),
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
    });
