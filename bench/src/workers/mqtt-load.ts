// MQTT load: many connections, one reading per message with QoS 1, a fixed number in flight or a fixed rate.

import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../bench-row.ts';
import { JSON_VALUES } from '../sample-reading.ts';
import { connectMqtt, encodePublish } from './mqtt-connection.ts';
import { serveWorker } from './worker.ts';

export interface MqttLoad {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Unacknowledged messages per connection. */
  readonly inFlight: number;
  readonly machineIds: readonly string[];
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Readings per second of all connections; null sends as fast as the acknowledgements allow. */
  readonly rate: number | null;
}

export interface LoadResult {
  /** Acknowledged readings per second after the warm-up. */
  readonly perSecond: number;
  /** From publishing to the acknowledgement. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Maximum number of stored latencies, which bounds the memory. */
const MAX_LATENCIES = 2_000_000;
const TICK_MS = 5;

async function runLoad(load: MqttLoad): Promise<LoadResult> {
  const startMs = Date.now() - 60_000;
  const counts = new Uint32Array(load.machineIds.length);
  const topics = load.machineIds.map((id) => `factory/bench/machine/${id}/telemetry`);
  const latencies = new Float64Array(MAX_LATENCIES);
  let measured = 0;
  let acknowledged = 0;
  let measuring = false;
  let running = true;
  const budget = { left: load.rate === null ? Number.POSITIVE_INFINITY : 0 };

  const connections = await Promise.all(
    Array.from({ length: load.connections }, async (_, connection) => {
      const machines = load.machineIds.map((__, i) => i).filter((i) => i % load.connections === connection);
      const sentAt = new Float64Array(65_536);
      let nextId = 1;
      let nextMachine = 0;
      let underWay = 0;
      const fill = () => {
        const packets: Buffer[] = [];
        while (running && underWay < load.inFlight && budget.left >= 1) {
          const machine = machines[nextMachine++ % machines.length] as number;
          const count = counts[machine] as number;
          counts[machine] = count + 1;
          const timestamp = new Date(startMs + count).toISOString();
          const payload = `{"timestamp":"${timestamp}",${JSON_VALUES[(count + machine) & 255]}}`;
          packets.push(encodePublish(topics[machine] as string, payload, nextId));
          sentAt[nextId] = performance.now();
          nextId = nextId === 65_535 ? 1 : nextId + 1;
          underWay++;
          budget.left--;
        }
        if (packets.length > 0) socket.write(packets.length === 1 ? (packets[0] as Buffer) : Buffer.concat(packets));
      };
      const socket = await connectMqtt(load, `bench-${process.pid}-${connection}`, (ids) => {
        underWay -= ids.length;
        if (measuring) {
          acknowledged += ids.length;
          const nowMs = performance.now();
          for (const id of ids) if (measured < MAX_LATENCIES) latencies[measured++] = nowMs - (sentAt[id] as number);
        }
        fill();
      });
      return { socket, fill };
    }),
  );

  const fillAll = () => {
    for (const { fill } of connections) fill();
  };
  const ticker = load.rate === null ? null : startPacing(load.rate, budget, fillAll);
  fillAll();
  await delay(load.warmUpSeconds * 1000);
  measuring = true;
  const startedMs = performance.now();
  await delay(load.seconds * 1000);
  measuring = false;
  const seconds = (performance.now() - startedMs) / 1000;
  running = false;
  if (ticker !== null) clearInterval(ticker);
  for (const { socket } of connections) socket.destroy();
  const sorted = latencies.subarray(0, measured);
  return { perSecond: acknowledged / seconds, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
}

function startPacing(rate: number, budget: { left: number }, onBudget: () => void): NodeJS.Timeout {
  let lastMs = performance.now();
  return setInterval(() => {
    const nowMs = performance.now();
    // Readings that a blocked server did not accept within a second are not sent later.
    budget.left = Math.min(rate, budget.left + (rate * (nowMs - lastMs)) / 1000);
    lastMs = nowMs;
    onBudget();
  }, TICK_MS);
}

serveWorker(runLoad);
