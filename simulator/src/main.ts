// The simulator as a program of its own, without the server's code in its memory.

import { parseArgs } from 'node:util';
import { runSimulate } from './run-simulate.ts';
import { SIMULATE_OPTIONS } from './simulate-options.ts';

const options = Object.fromEntries(
  SIMULATE_OPTIONS.map(({ name, value }) => [name, { type: value === null ? 'boolean' : 'string' } as const]),
);
const { values } = parseArgs({ options });
await runSimulate(values);
