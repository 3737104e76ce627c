// Measures every budget of the page in a browser, while 1,000 machines send five readings a second.

import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Bench, BenchRow } from './bench-row.ts';
import { startWorker } from './run-worker.ts';
import { signIn } from './server-client.ts';
import { startServer } from './start-server.ts';
import { measureBundle } from './web/bundle.ts';
import { measureFirstChart } from './web/first-chart.ts';
import { measureInteractions } from './web/interactions.ts';
import { measureAlertLatency, measureReadingLatency, openProbe } from './web/latency.ts';
import { openChromium, openMeasuredPage } from './web/open-chromium.ts';
import { measureSteadyState, type Span } from './web/steady-state.ts';

const MACHINES = 1_000;
const HZ = 5;
/** Only the probe publishes for these machines. They are active, because a machine in maintenance raises no alert. */
const PROBES = 21;
/** Long enough for the first minute of a chart. */
const HISTORY_MS = 20_000;

export const webPage: Bench = async ({ seconds, full, say }) => {
  const span: Span = full
    ? { seconds: 60, heapMinutes: { from: 5, to: 15 } }
    : { seconds, heapMinutes: { from: 0.5, to: 1 } };
  const rows: BenchRow[] = await measureBundle();
  const server = await startServer();
  let browser: Browser | null = null;
  try {
    browser = await openChromium();
    const client = await signIn(server);
    const machines = await client.createMachines(MACHINES);
    const reply = await client.get(`/data/machines?status=active&sort=name&limit=${PROBES}`);
    const probes = (reply as { machines: Listed[] }).machines.map(({ machine_id: id, name }) => ({ id, name }));
    const [shown, ...alarming] = probes as [(typeof probes)[number], ...typeof probes];
    const running = machines.filter((machineId) => !probes.some(({ id }) => id === machineId));
    const load = startWorker('plant-load', { ...server.mqtt, connections: 20, machineIds: running, hz: HZ });
    const measured = await openMeasuredPage(browser, server.http, 'manager1');
    await delay(HISTORY_MS);

    say('first chart');
    rows.push(...(await measureFirstChart(measured, running)));
    say('fleet, steady state');
    await measured.open('/');
    rows.push(...(await measureSteadyState(measured, 'fleet', span)));
    say('interactions');
    rows.push(...(await measureInteractions(measured, say)));
    say('machine, steady state');
    await measured.open(`/machines/${running[7]}`);
    rows.push(...(await measureSteadyState(measured, 'machine', span)));
    say('latency');
    const probe = await openProbe(server);
    await measured.open(`/machines/${shown.id}?window=1`);
    rows.push(...(await measureReadingLatency(measured, probe, shown)));
    await measured.open('/');
    rows.push(...(await measureAlertLatency(measured, probe, alarming)));
    probe.end();
    load.finish();
    const { perSecond } = await load.output;
    await load.end();
    rows.push(
      { what: 'readings acknowledged during the run', value: perSecond, unit: 'readings/s', goal: null },
      // A load much above that of the bench makes every wait longer.
      { what: 'load average at the end', value: loadavg()[0] ?? 0, unit: '', goal: null },
    );
    return rows.map((row) => ({ ...row, what: `page: ${row.what}` }));
  } finally {
    await browser?.close();
    await server.stop();
  }
};

interface Listed {
  readonly machine_id: string;
  readonly name: string;
}
