// Many open dashboards in one process. Each receives the overview and the details of twelve machines.

import {
  type ClientToServer,
  decodeDetailFrame,
  decodeOverviewFrame,
  FRAMES_VERSION,
  MAX_DETAIL_MACHINES,
  type ServerToClient,
} from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { percentile } from '../bench-row.ts';
import { serveWorker } from './worker.ts';

export interface Dashboards {
  readonly http: string;
  readonly token: string;
  readonly count: number;
  readonly machineIds: readonly string[];
}

export interface FanOut {
  readonly detailReadings: number;
  readonly overviewFrames: number;
  /** 99th percentile of the time by which a detail frame came later than 100 ms after the previous one. */
  readonly lagP99Ms: number;
}

async function watch(input: Dashboards, finished: Promise<void>): Promise<FanOut> {
  let detailReadings = 0;
  let overviewFrames = 0;
  const lagsMs: number[] = [];
  const clients = await Promise.all(
    Array.from({ length: input.count }, async (_, dashboard) => {
      const client: Socket<ServerToClient, ClientToServer> = io(input.http, {
        auth: { token: input.token },
        transports: ['websocket'],
        forceNew: true,
      });
      await new Promise<void>((resolve, reject) => {
        client.once('connect_error', reject);
        client.once('connect', resolve);
      });
      let lastMs = 0;
      client.on('overview', (_seq, frame, taken) => {
        if (decodeOverviewFrame(frame).machines.length > 0) overviewFrames++;
        taken();
      });
      client.on('detail', (frame, taken) => {
        detailReadings += decodeDetailFrame(new Uint8Array(frame)).timestampsMs.length;
        const nowMs = performance.now();
        if (lastMs > 0) lagsMs.push(Math.max(0, nowMs - lastMs - 100));
        lastMs = nowMs;
        taken();
      });
      const from = (dashboard * MAX_DETAIL_MACHINES) % input.machineIds.length;
      client.emit('set_view', {
        frames: FRAMES_VERSION,
        overview: true,
        detail: input.machineIds.slice(from, from + MAX_DETAIL_MACHINES),
        hz: 1,
      });
      return client;
    }),
  );
  await finished;
  for (const client of clients) client.disconnect();
  return { detailReadings, overviewFrames, lagP99Ms: percentile(lagsMs, 0.99) };
}

serveWorker(watch);
