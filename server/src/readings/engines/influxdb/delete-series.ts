// Deletes the series of a machine, with the statement that the server has for it.

import { setTimeout as sleep } from 'node:timers/promises';
import { InfluxdbError } from './influxdb-answers.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import { isMachine, quoteName } from './influxql.ts';
import { isUnsupported } from './retention.ts';

const GONE_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 100;

/** Resolves when queries find nothing of the machine. Rejects with InfluxdbError, also if the server cannot delete. */
export async function deleteSeries(client: InfluxdbClient, measurement: string, machineId: string): Promise<void> {
  const from = `FROM ${quoteName(measurement)} WHERE ${isMachine(machineId)}`;
  try {
    await client.execute(`DELETE ${from}`);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    // openGemini has no DELETE. What it drops disappears from queries a little later.
    await client.execute(`DROP SERIES ${from}`);
    await untilGone(client, `SELECT * ${from} LIMIT 1`);
  }
}

async function untilGone(client: InfluxdbClient, statement: string): Promise<void> {
  const endsAt = performance.now() + GONE_WITHIN_MS;
  for (;;) {
    let isThere = false;
    for await (const { values } of client.query(statement)) isThere ||= values.length > 0;
    if (!isThere) return;
    if (performance.now() > endsAt)
      throw new InfluxdbError(null, 'The server still shows the readings that it dropped');
    await sleep(LOOK_EVERY_MS);
  }
}
