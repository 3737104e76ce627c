// Runs a load generator or a peer in its own process, so that it does not share the event loop of the bench.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endProcess } from './start-server.ts';

/** The files of `workers/`, with the input and output of each. */
export interface Workers {
  'mqtt-load': {
    input: import('./workers/mqtt-load.ts').MqttLoad;
    output: import('./workers/mqtt-load.ts').LoadResult;
  };
  'http-load': {
    input: import('./workers/http-load.ts').HttpLoad;
    output: import('./workers/mqtt-load.ts').LoadResult;
  };
  'live-latency': {
    input: import('./workers/live-latency.ts').LatencyLoad;
    output: import('./workers/live-latency.ts').LatencyResult;
  };
  'plant-load': {
    input: import('./workers/plant-load.ts').PlantLoad;
    output: import('./workers/plant-load.ts').PlantResult;
  };
  dashboards: { input: import('./workers/dashboards.ts').Dashboards; output: import('./workers/dashboards.ts').FanOut };
  'bare-aedes': { input: null; output: { port: number } };
}

export interface Worker<Name extends keyof Workers> {
  /** The first message of the worker: its result, or that it is ready. */
  readonly output: Promise<Workers[Name]['output']>;
  /** Tells the worker to finish. Its result then becomes the output. */
  finish(): void;
  end(): Promise<void>;
}

export function startWorker<Name extends keyof Workers>(name: Name, input: Workers[Name]['input']): Worker<Name> {
  const child: ChildProcess = fork(fileURLToPath(new URL(`./workers/${name}.js`, import.meta.url)));
  const output = new Promise<Workers[Name]['output']>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Workers[Name]['output']));
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The worker ${name} ended with code ${code} and no result`)));
  });
  output.catch(() => undefined);
  child.send({ input });
  return { output, finish: () => child.send({ finish: true }), end: () => endProcess(child) };
}

/** Starts a worker, waits for its result and ends it. */
export async function runWorker<Name extends keyof Workers>(
  name: Name,
  input: Workers[Name]['input'],
): Promise<Workers[Name]['output']> {
  const worker = startWorker(name, input);
  try {
    return await worker.output;
  } finally {
    await worker.end();
  }
}
