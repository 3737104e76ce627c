// Runs a load generator or a peer in a process of its own, so that it does not share the measurer's event loop.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endProcess } from './start-server.ts';

/** The files of `workers/` and what goes in and comes out of each. */
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
  /** The first message that it sends: a result, or that it stands ready. */
  readonly output: Promise<Workers[Name]['output']>;
  /** Tells it to finish; what it then says is its output. */
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
