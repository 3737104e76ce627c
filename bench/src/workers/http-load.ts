// HTTP load: batches of many machines with new timestamps, a few requests at a time.

import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../bench-row.ts';
import { JSON_VALUES, LINE_VALUES } from '../sample-reading.ts';
import type { LoadResult } from './mqtt-load.ts';
import { serveWorker } from './worker.ts';

export interface HttpLoad {
  readonly url: string;
  /** JSON for the server under test, line protocol for InfluxDB. */
  readonly format: 'json' | 'line';
  readonly authorization: string | null;
  readonly expectedStatus: number;
  readonly machineIds: readonly string[];
  readonly readingsPerMachine: number;
  readonly concurrency: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

async function runLoad(load: HttpLoad): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.concurrency });
  const readingsPerBatch = load.machineIds.length * load.readingsPerMachine;
  const startMs = Date.now() - 3_600_000;
  const latencies: number[] = [];
  let batches = 0;
  let measuring = false;
  let running = true;

  const send = async () => {
    while (running) {
      const fromMs = startMs + batches++ * load.readingsPerMachine;
      const body = load.format === 'json' ? jsonBatch(load, fromMs) : lineBatch(load, fromMs);
      const sentMs = performance.now();
      await post(load, agent, body);
      if (measuring) latencies.push(performance.now() - sentMs);
    }
  };
  const senders = Array.from({ length: load.concurrency }, send);
  await delay(load.warmUpSeconds * 1000);
  measuring = true;
  const startedMs = performance.now();
  await Promise.race([delay(load.seconds * 1000), ...senders]);
  measuring = false;
  const seconds = (performance.now() - startedMs) / 1000;
  running = false;
  await Promise.all(senders);
  agent.destroy();
  return {
    perSecond: (latencies.length * readingsPerBatch) / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

function jsonBatch({ machineIds, readingsPerMachine }: HttpLoad, fromMs: number): string {
  const times = Array.from({ length: readingsPerMachine }, (_, i) => new Date(fromMs + i).toISOString());
  const machines = machineIds.map((id, machine) => {
    const readings = times.map((time, i) => `{"timestamp":"${time}",${JSON_VALUES[(i * 7 + machine) & 255]}}`);
    return `{"machine_id":"${id}","sensor_type":"Type 1","location":"Hall 1","readings":[${readings.join(',')}]}`;
  });
  const timestamp = new Date(fromMs).toISOString();
  return `{"gateway_id":"bench","timestamp":"${timestamp}","batch":[${machines.join(',')}]}`;
}

function lineBatch({ machineIds, readingsPerMachine }: HttpLoad, fromMs: number): string {
  const lines: string[] = [];
  for (const [machine, id] of machineIds.entries()) {
    const series = `sensor_readings,machine_id=${id},sensor_type=Type\\ 1,location=Hall\\ 1 `;
    for (let i = 0; i < readingsPerMachine; i++) {
      lines.push(`${series}${LINE_VALUES[(i * 7 + machine) & 255]} ${fromMs + i}000000`);
    }
  }
  return lines.join('\n');
}

function post(load: HttpLoad, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      load.url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': load.format === 'json' ? 'application/json' : 'text/plain',
          'content-length': Buffer.byteLength(body),
          ...(load.authorization === null ? {} : { authorization: load.authorization }),
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += text.length < 500 ? chunk.toString() : '';
        });
        response.on('end', () =>
          response.statusCode === load.expectedStatus
            ? resolve()
            : reject(new Error(`${load.url} answered ${response.statusCode} ${text}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

serveWorker(runLoad);
