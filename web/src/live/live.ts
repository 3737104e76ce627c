// Creates everything live: the connection and the stores of its lanes. No React here; `use-live.ts` has the hooks.

import {
  type Alert,
  type ConfigEvent,
  type LatestReading,
  MAX_AHEAD_MS,
  type MachineEvent,
  METRIC_NAMES,
  type MetricsEvent,
  type ReadingRow,
  type ShownValue,
} from '@gonsters/contract';
import type { LiveConnectionDeps } from './connection-terms.ts';
import { FrameScheduler } from './frame-scheduler.ts';
import { LiveAlerts } from './live-alerts.ts';
import { LiveConnection } from './live-connection.ts';
import { LiveMetrics } from './live-metrics.ts';
import { MachineStates } from './machine-states.ts';
import { batchOf } from './readings/history-batch.ts';
import { LiveReadings } from './readings/live-readings.ts';
import { MachineFeeds } from './readings/machine-feeds.ts';
import { BAD, GOOD, UNCERTAIN } from './readings/metric-series.ts';
import { SecondTicker } from './second-ticker.ts';
import { throttle } from './throttle.ts';

/** A storm of alerts is shown ten times a second, the first of it at once. Also in a hidden tab, because alerts are audible. */
const ALERTS_MS = 100;

export interface LiveParts {
  url: string;
  token: LiveConnectionDeps['token'];
  /** Single readings of the named metrics. */
  loadReadings: (
    machineId: string,
    metrics: readonly string[],
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ) => Promise<readonly ReadingRow[]>;
  /** All open alerts. */
  loadOpenAlerts: () => Promise<Alert[]>;
  /** The server's time, as well as the page knows it. */
  now: () => number;
  /** A machine was made, changed or deleted. */
  onMachine: (event: MachineEvent) => void;
  onStatus: () => void;
  onConfig: (event: ConfigEvent) => void;
  /** Metrics or machine types were changed. */
  onMetrics: (event: MetricsEvent) => void;
  onConnected: () => void;
}

export interface Live {
  readonly connection: LiveConnection;
  readonly metrics: LiveMetrics;
  readonly readings: LiveReadings;
  readonly alerts: LiveAlerts;
  readonly states: MachineStates;
  readonly feeds: MachineFeeds;
  readonly scheduler: FrameScheduler;
  readonly seconds: SecondTicker;
  readonly now: () => number;
  loadAlerts(): void;
  start(): void;
  stop(): void;
}

export function createLive(parts: LiveParts): Live {
  const page = {
    hidden: () => document.hidden,
    onChange: (listener: () => void) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
  };
  const scheduler = new FrameScheduler({
    now: () => performance.now(),
    hidden: page.hidden,
    requestFrame: (callback) => requestAnimationFrame(callback),
    cancelFrame: (id) => cancelAnimationFrame(id),
    setTimer: (callback, delayMs) => window.setTimeout(callback, delayMs),
    clearTimer: (id) => window.clearTimeout(id),
  });
  const metrics = new LiveMetrics();
  const readings = new LiveReadings(scheduler, () => parts.now() + MAX_AHEAD_MS);
  const alerts = new LiveAlerts(throttle(ALERTS_MS));
  const states = new MachineStates();
  const loadAlerts = () => {
    const knownSeq = alerts.lastSeq;
    alerts.retry();
    parts.loadOpenAlerts().then(
      (list) => alerts.load(list, knownSeq),
      () => alerts.fail(),
    );
  };
  const connection = new LiveConnection({
    url: parts.url,
    token: parts.token,
    alertsSince: () => (alerts.phase === 'ready' ? alerts.lastSeq : 0),
    metrics,
    page,
    now: Date.now,
    handlers: {
      overview: (frame) => readings.observeOverview(frame),
      status: (changes) => {
        states.apply(changes);
        parts.onStatus();
      },
      detail: (frame) => {
        readings.observeDetail(frame);
        feeds.observe(frame);
      },
      alerts: (frame) => {
        alerts.apply(frame.alerts);
        if (!frame.complete) loadAlerts();
      },
      machine: parts.onMachine,
      config: parts.onConfig,
      catalogue: parts.onMetrics,
      detailStarted: (machineIds, continuous) => feeds.started(machineIds, continuous),
      connected: () => {
        states.clear();
        readings.forgetNumbers();
        // Without a change seen there is nothing to resume from.
        if (alerts.phase !== 'ready' || alerts.lastSeq === 0) loadAlerts();
        parts.onConnected();
      },
    },
  });
  const feeds = new MachineFeeds({
    watchMachine: (machineId) => connection.watchMachine(machineId),
    load: async (machineId, charted, fromMs, toMs, signal) => {
      const names = charted.map((metric) => metrics.nameOf(metric));
      return batchOf(await parts.loadReadings(machineId, names, fromMs, toMs, signal), charted, metrics);
    },
    now: parts.now,
  });
  let endPageWatch = () => {};
  return {
    connection,
    metrics,
    readings,
    alerts,
    states,
    feeds,
    scheduler,
    seconds: new SecondTicker(parts.now),
    now: parts.now,
    loadAlerts,
    start: () => {
      connection.start();
      endPageWatch = page.onChange(scheduler.onVisibility);
    },
    stop: () => {
      endPageWatch();
      connection.stop();
      scheduler.stop();
    },
  };
}

/** The newest values that a list came with. */
export function seedReadings(
  { readings, metrics }: Pick<Live, 'readings' | 'metrics'>,
  machines: readonly { machine_id: string; latest: LatestReading | null }[],
): void {
  for (const { machine_id: machineId, latest } of machines) {
    if (latest === null) continue;
    // A server of an earlier version, while several are replaced one by one, does not say all of it.
    const { at = {}, quality = {} } = latest as Partial<LatestReading>;
    for (const name of new Set([...METRIC_NAMES, ...Object.keys(at)])) {
      const metric = metrics.numberOf(name);
      const value = metrics.valueOf(metric, latest[name] as ShownValue | undefined);
      const timeMs = Date.parse(at[name] ?? latest.timestamp);
      readings.observe(machineId, metric, timeMs, value, QUALITIES[quality[name] ?? 'good']);
    }
  }
}

const QUALITIES = { good: GOOD, uncertain: UNCERTAIN, bad: BAD };
