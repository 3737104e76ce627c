// Runs one simulation from the sign-in to the last acknowledgement.

import { HttpPublisher } from './http-publisher.ts';
import { LivePlant } from './live-plant.ts';
import { MqttPublisher } from './mqtt-publisher.ts';
import type { Publisher, PublisherCounts } from './publisher.ts';
import { planText } from './recording/plan-text.ts';
import { machineOf, machinesOf, replay, surveyRecording } from './recording/replay.ts';
import { limitsOfTypes, sampleMachines } from './sample-machines.ts';
import { ServerApi } from './server-api.ts';
import type { ReplayOptions, SimulateOptions } from './simulate-options.ts';

const STATUS_EVERY_MS = 5_000;
/** How long the end waits for the last answers. */
const DRAIN_MS = 8_000;
/** A recording may be sent as fast as possible. */
const REPLAY_RATE = 1_000;

export interface SimulationTotals extends PublisherCounts {
  machines: number;
  /** Acknowledged readings of the history. */
  backfilled: number;
  /** Omitted because the server was too slow, or unreadable in the recording. */
  skipped: number;
  /** Cells of a recording that are not of the kind of their column, by metric. They are not sent. */
  unreadableValues: { readonly [metric: string]: number };
  seconds: number;
}

/**
 * Runs until the duration is over, the recording has ended or `signal` aborts, then waits for the last answers.
 * `report` receives lines of progress.
 *
 * @throws SimulationError with a message for the user
 */
export async function simulate(
  options: SimulateOptions,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<SimulationTotals> {
  const api = new ServerApi(options);
  await api.signIn();
  return options.replay === null
    ? playPlant(options, api, signal, report)
    : playRecording(options, options.replay, api, signal, report);
}

async function playPlant(
  options: SimulateOptions,
  api: ServerApi,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<SimulationTotals> {
  const samples = sampleMachines(options.machines, options.metrics);
  for (const [type, limits] of limitsOfTypes(samples)) await api.provideLimits(type, limits);
  const known = await api.provide(samples);
  const machines = samples.map((sample, index) => ({ sample, known: known[index] as (typeof known)[number] }));
  const plant = new LivePlant(machines, { ...options, startMs: Date.now() });

  let backfilled = 0;
  if (options.backfillMs > 0) {
    const history = new HttpPublisher(api);
    await withPublisher(history, () => plant.backfill(history, signal));
    backfilled = history.counts.acknowledged;
    report(`Wrote ${backfilled} readings of history`);
  }
  const publisher = publisherFor(options, api, options.machines * options.rate);
  const totals = await publishTimed(options, publisher, signal, report, (until) => plant.run(publisher, until));
  return { ...totals, machines: machines.length, backfilled, skipped: plant.skipped, unreadableValues: {} };
}

async function playRecording(
  options: SimulateOptions,
  recording: ReplayOptions,
  api: ServerApi,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<SimulationTotals> {
  const summary = await surveyRecording(recording);
  for (const line of planText(summary.plan, machineOf(recording))) report(line);
  report(`${summary.rows} rows of ${summary.machines.length} machines, ${summary.unreadable} of them unreadable`);
  const unreadable = Object.entries(summary.unreadableValues).map(([metric, count]) => `${metric} ${count}`);
  if (unreadable.length > 0) report(`Omitted values: ${unreadable.join(', ')}`);
  for (const fault of summary.firstFaults) report(fault);
  const machines = await api.provide(machinesOf(summary));
  const publisher = publisherFor(options, api, REPLAY_RATE);
  const totals = await publishTimed(options, publisher, signal, report, (until) =>
    replay(recording, summary, machines, publisher, until),
  );
  const { unreadable: skipped, unreadableValues } = summary;
  return { ...totals, machines: machines.length, backfilled: 0, skipped, unreadableValues };
}

function publisherFor(options: SimulateOptions, api: ServerApi, readingsPerSecond: number): Publisher {
  return options.via === 'http' ? new HttpPublisher(api) : new MqttPublisher(options.mqtt, readingsPerSecond);
}

async function withPublisher(publisher: Publisher, work: () => Promise<void>): Promise<void> {
  await publisher.start();
  try {
    await work();
  } finally {
    await publisher.stop(DRAIN_MS);
  }
}

async function publishTimed(
  { durationS, quiet }: SimulateOptions,
  publisher: Publisher,
  signal: AbortSignal,
  report: (line: string) => void,
  work: (until: AbortSignal) => Promise<void>,
): Promise<PublisherCounts & { seconds: number }> {
  const startedMs = Date.now();
  let before = 0;
  const status = setInterval(() => {
    const { sent, acknowledged, refused } = publisher.counts;
    const perSecond = Math.round(((acknowledged - before) * 1000) / STATUS_EVERY_MS);
    before = acknowledged;
    report(`sent ${sent}, acknowledged ${acknowledged} (${perSecond}/s)${refused > 0 ? `, refused ${refused}` : ''}`);
  }, STATUS_EVERY_MS);
  if (quiet) clearInterval(status);
  try {
    await withPublisher(publisher, () => within(durationS, signal, work));
  } finally {
    clearInterval(status);
  }
  return { ...publisher.counts, seconds: (Date.now() - startedMs) / 1000 };
}

/** Calls `work` with a signal that also aborts when the duration is over. */
async function within(
  durationS: number | null,
  signal: AbortSignal,
  work: (until: AbortSignal) => Promise<void>,
): Promise<void> {
  // Not AbortSignal.any with a timeout, because Node 20 may collect both as garbage before they fire.
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end);
  const timer = durationS === null ? null : setTimeout(end, durationS * 1000);
  if (signal.aborted) end();
  try {
    await work(over.signal);
  } finally {
    signal.removeEventListener('abort', end);
    if (timer !== null) clearTimeout(timer);
  }
}
