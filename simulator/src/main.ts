// The simulator as its own program, which does not load the code of the server.

import { parseArgs } from 'node:util';
import { runSimulate } from './run-simulate.ts';
import { SIMULATE_OPTIONS } from './simulate-options.ts';

const options = Object.fromEntries(
  SIMULATE_OPTIONS.map(({ name, value }) => [name, { type: value === null ? 'boolean' : 'string' } as const]),
);

function readArguments(): Record<string, unknown> {
  try {
    return parseArgs({ options: { ...options, help: { type: 'boolean' } } }).values;
  } catch (error) {
    process.stderr.write(`simulate: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

const given = readArguments();
if (given.help === true) {
  const lines = SIMULATE_OPTIONS.map(({ name, value, default: fallback, help }) => {
    const flag = value === null ? `--${name}` : `--${name} <${value}>`;
    return `  ${flag.padEnd(34)} ${help}${fallback === '' ? '' : ` (default ${fallback})`}\n`;
  });
  process.stdout.write(lines.join(''));
} else {
  await runSimulate(given);
}
