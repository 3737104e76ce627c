// `npm run bench [-- name …] [--seconds n] [--days n] [--full] [--servers]`: runs benches one after another, prints a table, writes JSON.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, BenchRow } from './bench-row.ts';
import { history } from './history.ts';
import { httpIngest } from './http-ingest.ts';
import { listMachines } from './list-machines.ts';
import { liveFanOut, liveLatency } from './live.ts';
import { mqttIngest } from './mqtt-ingest.ts';
import { startMemory } from './start-memory.ts';
import { formatTable } from './table.ts';
import { webPage } from './web-page.ts';

const BENCHES: Record<string, Bench> = {
  'http-ingest': httpIngest,
  'mqtt-ingest': mqttIngest,
  'live-latency': liveLatency,
  'live-fan-out': liveFanOut,
  history,
  'start-memory': startMemory,
  'list-10k': listMachines,
  web: webPage,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '8' },
    days: { type: 'string', default: '3' },
    full: { type: 'boolean', default: false },
    servers: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0 || !(Number(values.seconds) > 0) || !(Number(values.days) >= 1)) {
  process.stderr.write(
    `Usage: npm run bench -- [--seconds 8] [--days 3] [--full] [--servers] [${Object.keys(BENCHES).join(' | ')}] …\n`,
  );
  process.exit(2);
}

const results: Record<string, BenchRow[]> = {};
for (const [name, bench] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const say = (line: string) => process.stderr.write(`${name}: ${line}…\n`);
  try {
    const { seconds, days, full, servers } = values;
    results[name] = await bench({ seconds: Number(seconds), rawDays: Number(days), full, servers, say });
  } catch (error) {
    process.stderr.write(`${name} failed: ${(error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

process.stdout.write(formatTable(Object.values(results).flat()));
const folder = fileURLToPath(new URL('../results/', import.meta.url));
const measuredAt = new Date().toISOString();
const machine = { processor: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) };
await mkdir(folder, { recursive: true });
const file = `${folder}${measuredAt.replaceAll(':', '-')}.json`;
await writeFile(file, `${JSON.stringify({ measuredAt, node: process.version, machine, results }, null, 2)}\n`);
process.stderr.write(`Written to ${file}\n`);
