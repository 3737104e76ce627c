// The load of a plant: every machine sends at a steady rate in real time. Some are in alarm, and some enter and leave
// it.

import { percentile } from '../bench-row.ts';
import { ALARM_VALUES, JSON_VALUES, ownValues } from '../sample-reading.ts';
import { connectMqtt, encodePublish } from './mqtt-connection.ts';
import { serveWorker } from './worker.ts';

export interface PlantLoad {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly machineIds: readonly string[];
  /** Readings per second of each machine. */
  readonly hz: number;
  /** Number of own metrics (`ownMetric`) that each machine sends instead of those that every plant has. */
  readonly ownMetrics?: number;
}

export interface PlantResult {
  /** Acknowledged readings per second over the whole run. */
  readonly perSecond: number;
  /** From publishing to the acknowledgement, 99th percentile. */
  readonly p99Ms: number;
}

/** Maximum number of stored latencies, which bounds the memory. */
const MAX_LATENCIES = 1_000_000;

const TICK_MS = 20;
/** Of every hundred machines two are always in alarm, and one alternates. */
const isInAlarm = (machine: number, nowMs: number) =>
  machine % 100 < 2 || (machine % 100 === 2 && Math.floor(nowMs / 10_000 + machine / 100) % 2 === 0);

async function runPlant(load: PlantLoad, finished: Promise<void>): Promise<PlantResult> {
  const { machineIds, hz, ownMetrics } = load;
  const calm = ownMetrics === undefined ? JSON_VALUES : ownValues(ownMetrics, false);
  const alarming = ownMetrics === undefined ? ALARM_VALUES : ownValues(ownMetrics, true);
  const topics = machineIds.map((id) => `factory/bench/machine/${id}/telemetry`);
  const counts = new Uint32Array(machineIds.length);
  let acknowledged = 0;
  const latencies: number[] = [];
  const sentAt = Array.from({ length: load.connections }, () => new Float64Array(65_536));
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, (_, i) =>
      connectMqtt(load, `plant-${process.pid}-${i}`, (ids) => {
        acknowledged += ids.length;
        const nowMs = performance.now();
        for (const id of ids) if (latencies.length < MAX_LATENCIES) latencies.push(nowMs - (sentAt[i]?.[id] as number));
      }),
    ),
  );
  const packetIds = new Uint16Array(sockets.length);
  const startedMs = performance.now();
  let sent = 0;
  const ticker = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * hz * machineIds.length);
    const nowMs = Date.now();
    const packets: Buffer[][] = sockets.map(() => []);
    // Readings that were delayed by more than a second are omitted.
    sent = Math.max(sent, due - hz * machineIds.length);
    for (; sent < due; sent++) {
      const machine = sent % machineIds.length;
      const connection = machine % sockets.length;
      const count = counts[machine] as number;
      counts[machine] = count + 1;
      const values = (isInAlarm(machine, nowMs) ? alarming : calm)[(count * 7 + machine) & 255];
      const packetId = ((packetIds[connection] as number) % 65_535) + 1;
      packetIds[connection] = packetId;
      (sentAt[connection] as Float64Array)[packetId] = performance.now();
      packets[connection]?.push(encodePublish(topics[machine] as string, `{"timestamp":${nowMs},${values}}`, packetId));
    }
    packets.forEach((list, connection) => {
      if (list.length > 0) sockets[connection]?.write(Buffer.concat(list));
    });
  }, TICK_MS);
  await finished;
  clearInterval(ticker);
  const seconds = (performance.now() - startedMs) / 1000;
  for (const socket of sockets) socket.destroy();
  return { perSecond: acknowledged / seconds, p99Ms: percentile(latencies, 0.99) };
}

serveWorker(runPlant);
