// The React hooks for live data, one subscription for each thing shown.

import type { Alert, StatusChange } from '@gonsters/contract';
import {
  createContext,
  startTransition,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ConnectionState } from './connection-terms.ts';
import type { Live } from './live.ts';
import { type AlertsPhase, isUrgent, type MachineAlarm } from './live-alerts.ts';
import { SEED_METRICS } from './live-metrics.ts';
import type { NewestValue } from './readings/live-readings.ts';
import type { MachineFeed } from './readings/machine-feeds.ts';
import type { FeedPhase, PastReadings, ReadingSource, TimeRange } from './readings/past-readings.ts';
import { roundAge } from './second-ticker.ts';

const LiveContext = createContext<Live | null>(null);
export const LiveProvider = LiveContext.Provider;

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('Outside of a LiveProvider');
  return live;
}

export function useConnection(): ConnectionState {
  const { connection } = useLive();
  return useSyncExternalStore(connection.signal.subscribe, () => connection.state);
}

/** Takes part in the overview lane while mounted. */
export function useOverview(): void {
  const { connection } = useLive();
  useEffect(() => connection.watchOverview(), [connection]);
}

/** Renders again, at most twice a second, when values of the machine change; null for one that is not on screen. */
export function useMachineValues(machineId: string | null): void {
  const { readings } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => (machineId === null ? () => {} : readings.watch(machineId, listener)),
    [readings, machineId],
  );
  useSyncExternalStore(subscribe, () => (machineId === null ? 0 : readings.changes(machineId)));
}

/** The newest value of a metric by its name; renders again, at most twice a second, when values of the machine change. */
export function useMetricValue(machineId: string, name: string): NewestValue {
  const { readings, metrics } = useLive();
  useMachineValues(machineId);
  return readings.newest(machineId, metrics.numberOf(name));
}

export function useMachineState(machineId: string): StatusChange | null {
  const { states } = useLive();
  const subscribe = useCallback((listener: () => void) => states.watch(machineId, listener), [states, machineId]);
  return useSyncExternalStore(subscribe, () => states.of(machineId));
}

export function useMachineAlarm(machineId: string): MachineAlarm | null {
  const { alerts } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => alerts.watchMachine(machineId, listener),
    [alerts, machineId],
  );
  return useSyncExternalStore(subscribe, () => alerts.alarmOf(machineId));
}

export function useOpenAlerts(): { alerts: readonly Alert[]; phase: AlertsPhase } {
  const { alerts } = useLive();
  const open = useSyncExternalStore(alerts.signal.subscribe, () => alerts.open);
  const phase = useSyncExternalStore(alerts.signal.subscribe, () => alerts.phase);
  return { alerts: open, phase };
}

/**
 * The feed of a machine for as long as the component is mounted; null at first. `charted` are the metrics whose window is
 * filled from history, by their number in `LiveMetrics`; of others only the newest values are kept.
 */
export function useMachineFeed(
  machineId: string,
  windowMs: number,
  charted: readonly number[] = SEED_METRICS,
): MachineFeed | null {
  const { feeds } = useLive();
  const opened = useRef<MachineFeed | null>(null);
  const [feed, setFeed] = useState<MachineFeed | null>(null);
  useEffect(() => {
    const { feed: made, close } = feeds.open(machineId);
    opened.current = made;
    // What shows it is costly to make: the rest of the screen is painted first.
    startTransition(() => setFeed(made));
    return () => {
      opened.current = null;
      setFeed(null);
      close();
    };
  }, [feeds, machineId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another machine is another feed
  useEffect(() => opened.current?.setWindow(windowMs), [feeds, machineId, windowMs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another machine is another feed, and equal lists are one
  useEffect(() => opened.current?.chart(charted), [feeds, machineId, charted.join()]);
  return feed?.machineId === machineId ? feed : null;
}

/** The readings of a past range, null without one or before the first effect. */
export function usePastReadings(
  machineId: string,
  range: TimeRange | null,
  charted: readonly number[] = SEED_METRICS,
): PastReadings | null {
  const { feeds } = useLive();
  const [past, setPast] = useState<PastReadings | null>(null);
  const fromMs = range?.fromMs ?? null;
  const toMs = range?.toMs ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal lists are one
  useEffect(() => {
    if (fromMs === null || toMs === null) return;
    const opened = feeds.past(machineId, { fromMs, toMs }, charted);
    setPast(opened);
    opened.start();
    return () => {
      setPast(null);
      opened.stop();
    };
  }, [feeds, machineId, fromMs, toMs, charted.join()]);
  return past;
}

const NEVER_CHANGES = () => () => {};

export function useFeedPhase(feed: ReadingSource | null): FeedPhase {
  return useSyncExternalStore(feed?.signal.subscribe ?? NEVER_CHANGES, () => feed?.phase ?? 'loading');
}

/**
 * How old what happened at `timeMs` is, in milliseconds, as coarse as an age is shown: who shows the age of yesterday's
 * alert does not render again every second. NaN stays NaN.
 */
export function useAge(timeMs: number): number {
  const { seconds } = useLive();
  return useSyncExternalStore(seconds.subscribe, () => roundAge(seconds.nowMs - timeMs));
}

/** The server's time, anew every second while the page is visible; it does not change where it is not `needed`. */
export function useNow(needed = true): number {
  const { seconds } = useLive();
  return useSyncExternalStore(needed ? seconds.subscribe : NEVER_CHANGES, () => (needed ? seconds.nowMs : 0));
}

export function useUrgentCount(): number {
  const { alerts } = useOpenAlerts();
  return alerts.filter(isUrgent).length;
}
