// Measures the time from publishing over MQTT to the frame that shows the reading, or the alert that it raised.

import { setTimeout as delay } from 'node:timers/promises';
import { METRICS } from '@gonsters/contract';
import { atMost, type BenchRow, percentile } from '../bench-row.ts';
import type { RunningServer } from '../start-server.ts';
import { connectMqtt, encodePublish } from '../workers/mqtt-connection.ts';
import type { MeasuredPage } from './open-chromium.ts';

export interface ProbeMachine {
  readonly id: string;
  readonly name: string;
}

const SAMPLES = 40;
const WAIT_MS = 3_000;
/** The end of the line has moved by more than noise and scrolling can explain. */
const MOVED_PX = 8;
/** Two values within the limits and far apart, for every metric. */
const LEVELS = METRICS.map(({ defaultLimits: { high, low }, max }) => {
  const top = high ?? max / 100;
  const bottom = low ?? 0;
  return [bottom + (top - bottom) * 0.2, bottom + (top - bottom) * 0.8] as const;
});

export interface Probe {
  publish(machineId: string, values: readonly number[]): number;
  end(): void;
}

/** A separate connection, so that the probe does not wait behind the load. */
export async function openProbe(server: RunningServer): Promise<Probe> {
  const socket = await connectMqtt(server.mqtt, `probe-${process.pid}`, () => undefined);
  let packetId = 0;
  return {
    /** @returns when it was published */
    publish(machineId, values) {
      packetId = (packetId % 65_535) + 1;
      const fields = METRICS.flatMap(({ name }, m) => (values[m] === undefined ? [] : `"${name}":${values[m]}`));
      const nowMs = Date.now();
      const payload = `{"timestamp":${nowMs},${fields.join(',')}}`;
      socket.write(encodePublish(`factory/bench/machine/${machineId}/telemetry`, payload, packetId));
      return nowMs;
    },
    end: () => socket.destroy(),
  };
}

/**
 * The page shows the charts of `machine`. Only the probe publishes its readings, so that its line jumps with each of
 * them.
 */
export async function measureReadingLatency(
  { page }: MeasuredPage,
  probe: Probe,
  machine: ProbeMachine,
): Promise<BenchRow[]> {
  const latenciesMs: number[] = [];
  let missed = 0;
  for (let i = 0; i < SAMPLES + 5; i++) {
    const values = LEVELS.map((levels) => levels[i % 2] as number);
    const known = await page.evaluate(() => {
      window.bench.chartFrames = window.bench.chartFrames.slice(-1);
      return window.bench.chartFrames.at(-1)?.endsAtY ?? [];
    });
    const publishedMs = probe.publish(machine.id, values);
    const seenMs = await page
      .waitForFunction(
        ({ ends, px }) =>
          window.bench.chartFrames.find(({ endsAtY }) =>
            endsAtY.some((y, line) => Math.abs(y - (ends[line] ?? y)) > px),
          )?.atMs ?? 0,
        { ends: known, px: MOVED_PX },
        { timeout: WAIT_MS, polling: 20 },
      )
      .then((handle) => handle.jsonValue())
      .catch(() => null);
    // The first readings only bring both values into the window, so that the scale no longer changes.
    if (i >= 5) {
      if (seenMs === null) missed++;
      else latenciesMs.push(seenMs - publishedMs);
    }
    await delay(150 + ((i * 37) % 200));
  }
  return rowsOf('reading, from publish to chart', latenciesMs, missed, 250);
}

/** The page shows open alerts. Each machine raises one. */
export async function measureAlertLatency(
  { page }: MeasuredPage,
  probe: Probe,
  machines: readonly ProbeMachine[],
): Promise<BenchRow[]> {
  const alarm = METRICS.map(({ defaultLimits: { high } }, m) => (high === null ? (LEVELS[m]?.[0] ?? 0) : high * 1.2));
  const latenciesMs: number[] = [];
  let missed = 0;
  for (const [i, machine] of machines.entries()) {
    const seen = page.evaluate(
      ({ name, waitMs }) =>
        Promise.race([
          window.bench.seenText(name, 'li'),
          new Promise<null>((resolve) => setTimeout(() => resolve(null), waitMs)),
        ]),
      { name: machine.name, waitMs: WAIT_MS },
    );
    // Makes sure that the observer is running before the reading is published.
    await page.evaluate(() => undefined);
    const publishedMs = probe.publish(machine.id, alarm);
    const seenMs = await seen;
    if (seenMs === null) missed++;
    else latenciesMs.push(seenMs - publishedMs);
    await delay(100 + ((i * 37) % 200));
  }
  return rowsOf('alert, from publish to list', latenciesMs, missed, 300);
}

function rowsOf(what: string, latenciesMs: number[], missed: number, goalMs: number): BenchRow[] {
  const p95 = percentile(latenciesMs, 0.95);
  return [
    { what: `${what}, p50`, value: percentile(latenciesMs, 0.5), unit: 'ms', goal: null },
    { what: `${what}, p95`, value: p95, unit: 'ms', goal: atMost(p95, goalMs, 'ms') },
    { what: `${what}, never seen`, value: missed, unit: '', goal: atMost(missed, 0, '') },
  ];
}
