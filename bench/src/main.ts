// `npm run bench [-- --help]` runs benches one after another, prints a table and writes JSON.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alertStorm } from './alert-storm.ts';
import { backtest } from './backtest.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { history } from './history.ts';
import { httpIngest } from './http-ingest.ts';
import { largePlant } from './large-plant.ts';
import { liveFanOut, liveLatency } from './live.ts';
import { machineList } from './machine-list.ts';
import { manyMetrics } from './many-metrics.ts';
import { manySeries } from './many-series.ts';
import { mosquittoLosses } from './mosquitto-losses.ts';
import { mqttIngest } from './mqtt-ingest.ts';
import { noisyGateway } from './noisy-gateway.ts';
import { notifications } from './notifications.ts';
import { profileMapping } from './profile-mapping.ts';
import { startMemory } from './start-memory.ts';
import { formatTable } from './table.ts';
import { webPage } from './web-page.ts';

const BENCHES: Record<string, Bench> = {
  'http-ingest': httpIngest,
  'mqtt-ingest': mqttIngest,
  'mosquitto-losses': mosquittoLosses,
  'noisy-gateway': noisyGateway,
  'live-latency': liveLatency,
  'live-fan-out': liveFanOut,
  history,
  backtest,
  'many-metrics': manyMetrics,
  'profile-mapping': profileMapping,
  'many-series': manySeries,
  'alert-storm': alertStorm,
  notifications,
  'start-memory': startMemory,
  'machine-list': machineList,
  'large-plant': largePlant,
  web: webPage,
};

const USAGE = `Usage: npm run bench -- [options] [name …]
Without a name all benches run: ${Object.keys(BENCHES).join(', ')}.

  --seconds n  how long each load lasts (8)
  --days n     days of single readings that the bench history queries (3)
  --full       measure the page for 15 minutes instead of one, memory under load for ten, and 100,000 series
  --servers    use the servers that the environment names instead of the embedded engines
`;

const { values, positionals } = readArguments();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) refuse(`Unknown bench: ${unknown.join(', ')}`);
if (!(Number(values.seconds) > 0)) refuse('--seconds must be a number greater than 0');
if (!(Number(values.days) >= 1)) refuse('--days must be a number of at least 1');

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
process.stderr.write(`The results were written to ${file}\n`);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '8' },
        days: { type: 'string', default: '3' },
        full: { type: 'boolean', default: false },
        servers: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(reason: string): never {
  process.stderr.write(`${reason}\n${USAGE}`);
  process.exit(2);
}
