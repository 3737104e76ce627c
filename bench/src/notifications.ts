// Measures how long it takes from the raise of critical alerts until a mail server has accepted the first message about them to each
// address, when a thousand are raised in one second, and counts what was told.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { METRICS } from '@gonsters/contract';
import { SMTPServer } from 'smtp-server';
import { atLeast, atMost, type Bench, type BenchRow, percentile } from './bench-row.ts';
import { type ServerClient, signIn } from './server-client.ts';
import { startServer } from './start-server.ts';

const LIMITED = METRICS.find(({ defaultLimits }) => defaultLimits.high !== null) ?? METRICS[0];
/** The critical limit is a tenth above the limit. */
const CRITICAL_SHARE = 1.2;
const ADDRESSES = 100;
const ALERTS = 1_000;
const ACCEPTED_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 500;
/** What is folded is said at the latest a minute after the first message. */
const ALL_TOLD_WITHIN_MS = 180_000;

export const notifications: Bench = async ({ servers, say }) => {
  const mails = await startMailServer();
  const env = { SMTP_URL: mails.url, SMTP_FROM: 'bench@plant.example', PUBLIC_URL: 'https://plant.example' };
  const server = await startServer({ servers, env });
  try {
    const client = await signIn(server);
    const ids = await client.createMachines(ALERTS, ['active']);
    // The default route takes the rest.
    for (let place = 0; place < ADDRESSES - 1; place++) {
      const machines = ids.filter((_, i) => i % ADDRESSES === place);
      await client.post('/notifications/routes', { name: `Address ${place}`, ...routeTo(place, machines) });
    }
    const setting = { setting_name: 'alert_email', setting_value: addressOf(ADDRESSES - 1) };
    await client.post('/config/update', setting);
    say(`${ALERTS} critical alerts, told to ${ADDRESSES} addresses`);
    // Warms the server up, and shows it that every machine is within its limits.
    await client.post('/data/ingest', batch(ids, 0.8));
    await delay(LOOK_EVERY_MS);
    return await measure(client, ids, mails.arrivals);
  } finally {
    await server.stop();
    await mails.stop();
  }
};

async function measure(
  client: ServerClient,
  ids: readonly string[],
  arrivals: ReadonlyMap<string, number[]>,
): Promise<BenchRow[]> {
  const raisedMs = Date.now();
  await client.post('/data/ingest', batch(ids, CRITICAL_SHARE));
  const ingestedMs = Date.now() - raisedMs;
  const told = async () => {
    const { alerts } = (await client.get('/alerts?limit=1000')) as { alerts: { told: { state: string } | null }[] };
    return alerts.filter((alert) => alert.told?.state === 'told').length;
  };
  let count = 0;
  while (count < ALERTS && Date.now() - raisedMs < ALL_TOLD_WITHIN_MS) {
    await delay(LOOK_EVERY_MS);
    count = await told();
  }
  const allMs = Date.now() - raisedMs;
  const firsts = [...arrivals.values()].map(([first]) => (first as number) - raisedMs);
  const p99 = percentile(firsts, 0.99);
  const most = Math.max(...[...arrivals.values()].map(({ length }) => length));
  const what = `${ALERTS} critical alerts at once`;
  return [
    { what: `${what}: readings acknowledged`, value: ingestedMs, unit: 'ms', goal: null },
    {
      what: `${what}: first message to each of ${firsts.length} addresses accepted, p99`,
      ...{ value: p99, unit: 'ms', goal: atMost(p99, ACCEPTED_WITHIN_MS, 'ms') },
    },
    { what: `${what}: alerts that were told`, value: count, unit: '', goal: atLeast(count, ALERTS, '') },
    { what: `${what}: all of them told, folded ones included`, value: allMs / 1000, unit: 's', goal: null },
    { what: `${what}: most messages to one address`, value: most, unit: '', goal: null },
  ];
}

const addressOf = (place: number) => `person${place}@plant.example`;

function routeTo(place: number, machineIds: readonly string[]): object {
  const target = { kind: 'channel', channel_id: 'email', address: addressOf(place) };
  return {
    match: { machine_ids: machineIds },
    chain: { steps: [{ wait_seconds: 0, tell: [target] }], stop_on_clear: false },
  };
}

/** One reading of each machine, at `share` of the upper limit. */
function batch(ids: readonly string[], share: number): object {
  const timestamp = new Date().toISOString();
  const reading = { timestamp, [LIMITED.name]: (LIMITED.defaultLimits.high ?? 0) * share };
  const machines = ids.map((machine_id) => ({
    ...{ machine_id, sensor_type: 'Type', location: 'Hall', readings: [reading] },
  }));
  return { gateway_id: 'bench', timestamp, batch: machines };
}

/** A real mail server of this computer, which accepts everything. `arrivals`: when, by address. */
async function startMailServer() {
  const arrivals = new Map<string, number[]>();
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: (stream, session, callback) => {
      void text(stream).then(() => {
        const address = session.envelope.rcptTo[0]?.address ?? '';
        arrivals.set(address, [...(arrivals.get(address) ?? []), Date.now()]);
        callback();
      });
    },
  });
  smtp.on('error', () => {});
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    arrivals,
    stop: () => new Promise<void>((resolve) => smtp.close(() => resolve())),
  };
}
