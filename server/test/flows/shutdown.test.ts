// SIGTERM under load: within ten seconds the process ends with exit code 0, and everything acknowledged is on the disk.

import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';

const FIRST_MS = Date.now() - 3_600_000;
const SAME_KEY = { JWT_SECRET_KEY: 'x'.repeat(32) };

test('SIGTERM under load ends the process in time, and everything acknowledged is stored', async () => {
  const dataDir = await temporaryDirectory();
  const server = await startUntilFinished(dataDir, SAME_KEY);
  const { machineId, token } = await addPress(server);
  const acknowledged = new Set<number>();
  let sent = 0;
  let isOver = false;

  const publishing = Array.from({ length: 4 }, async () => {
    const gateway = await connectAsync(server.mqtt, { reconnectPeriod: 0 });
    onTestFinished(() => gateway.endAsync(true));
    const closed = new Promise<void>((resolve) => gateway.once('close', resolve));
    const publishOn = async () => {
      while (!isOver) {
        const timestamp = FIRST_MS + sent++;
        const payload = JSON.stringify({ timestamp, temperature: sent % 100 });
        await gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, payload, { qos: 1 });
        acknowledged.add(timestamp);
      }
    };
    await Promise.race([closed, ...Array.from({ length: 20 }, () => publishOn().catch(() => {}))]);
  });
  const posting = (async () => {
    while (!isOver) {
      const timestamps = Array.from({ length: 100 }, () => FIRST_MS + sent++);
      const readings = timestamps.map((timestamp) => ({
        timestamp: new Date(timestamp).toISOString(),
        temperature: 1,
      }));
      const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
      const message = { gateway_id: 'gw-1', timestamp: new Date().toISOString(), batch };
      const { status } = await request(server.http, token, 'POST', '/data/ingest', message);
      if (status === 201) for (const timestamp of timestamps) acknowledged.add(timestamp);
    }
  })().catch(() => {});
  await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(2_000), { timeout: 20_000 });

  const startedAt = performance.now();
  const code = await server.end('SIGTERM');
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(code).toBe(0);
  isOver = true;
  await Promise.all([...publishing, posting]);

  const again = await startUntilFinished(dataDir, SAME_KEY);
  const stored = new Set<number>();
  for (let offset = 0; ; offset += 100_000) {
    const range = `start_time=${new Date(FIRST_MS).toISOString()}&order=asc&limit=100000&offset=${offset}`;
    const page = await request(again.http, token, 'GET', `/data/machine/${machineId}?${range}`);
    for (const { timestamp } of page.body.data as { timestamp: string }[]) stored.add(Date.parse(timestamp));
    if (!(page.body.pagination as { has_more: boolean }).has_more) break;
  }
  expect([...acknowledged].filter((timestamp) => !stored.has(timestamp))).toEqual([]);
}, 60_000);
