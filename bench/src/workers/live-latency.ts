// Publishes over MQTT and receives the same readings over Socket.IO, measured with one clock.

import { setTimeout as delay } from 'node:timers/promises';
import type { ClientToServer, ServerToClient } from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { percentile } from '../bench-row.ts';
import { JSON_VALUES } from '../sample-reading.ts';
import { connectMqtt, encodePublish } from './mqtt-connection.ts';
import { serveWorker } from './worker.ts';

export interface LatencyLoad {
  readonly host: string;
  readonly port: number;
  readonly http: string;
  readonly token: string;
  readonly machineIds: readonly string[];
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface LatencyResult {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly sent: number;
  readonly received: number;
}

const CONNECTIONS = 10;
const TICK_MS = 2;
/** How long the last readings may take to arrive. */
const LAST_MS = 2_000;

async function measure(load: LatencyLoad): Promise<LatencyResult> {
  const client: Socket<ServerToClient, ClientToServer> = io(load.http, {
    auth: { token: load.token },
    transports: ['websocket'],
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect_error', reject);
    client.once('subscribed_all', () => resolve());
    client.once('connect', () => client.emit('subscribe_all'));
  });
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  client.on('sensor_data', ({ machine_id, timestamp }) => {
    const key = `${machine_id} ${timestamp}`;
    const sentMs = sentAt.get(key);
    if (sentMs === undefined) return;
    latencies.push(performance.now() - sentMs);
    sentAt.delete(key);
  });

  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, i) => connectMqtt(load, `live-${process.pid}-${i}`, () => undefined)),
  );
  const baseMs = Date.now() - 60_000;
  let count = 0;
  let sent = 0;
  const publish = (isMeasured: boolean) => {
    const machine = load.machineIds[count % load.machineIds.length] as string;
    const timestamp = new Date(baseMs + Math.floor(count / load.machineIds.length)).toISOString();
    const payload = `{"timestamp":"${timestamp}",${JSON_VALUES[count & 255]}}`;
    const packet = encodePublish(`factory/bench/machine/${machine}/telemetry`, payload, (count % 65_535) + 1);
    if (isMeasured) {
      sent++;
      sentAt.set(`${machine} ${timestamp}`, performance.now());
    }
    sockets[count++ % CONNECTIONS]?.write(packet);
  };
  await pace(load.rate, load.warmUpSeconds, () => publish(false));
  await pace(load.rate, load.seconds, () => publish(true));
  for (const endMs = performance.now() + LAST_MS; sentAt.size > 0 && performance.now() < endMs; ) await delay(20);
  client.disconnect();
  for (const socket of sockets) socket.destroy();
  const received = latencies.length;
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), sent, received };
}

async function pace(rate: number, seconds: number, act: () => void): Promise<void> {
  const startedMs = performance.now();
  let done = 0;
  while (performance.now() - startedMs < seconds * 1000) {
    const due = ((performance.now() - startedMs) / 1000) * rate;
    while (done < due) {
      act();
      done++;
    }
    await delay(TICK_MS);
  }
}

serveWorker(measure);
