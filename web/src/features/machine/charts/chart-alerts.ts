// The alerts in the window of a chart: past ones from the server, merged with live changes.

import type { Alert, AlertMetric } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useApi } from '../../../api/use-api.ts';
import type { AlertMarker } from '../../../charts/chart-markers.ts';
import type { RaisesOf } from '../../../components/domain/alerts/alert-raises.ts';
import { useAlertRaises } from '../../../components/domain/alerts/use-alert-raises.ts';
import type { TimeRange } from '../../../live/readings/past-readings.ts';
import { useLive } from '../../../live/use-live.ts';
import { WINDOWS_MIN } from '../machine-search.ts';

const LONGEST_MS = Number(WINDOWS_MIN.at(-1)) * 60_000;
const NONE: readonly Alert[] = [];

/** `past` is null for the present. */
export function useChartAlerts(machineId: string, past: TimeRange | null, now: () => number): readonly Alert[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['alert-markers', machineId, past?.fromMs ?? null, past?.toMs ?? null],
    queryFn: ({ signal }) => {
      const { fromMs, toMs } = past ?? { fromMs: now() - LONGEST_MS, toMs: now() };
      return api.alertsBetween(machineId, fromMs, toMs, signal);
    },
  });
  return data ?? NONE;
}

/** Of the stored and the live alerts of a machine; asked for again when one of them returns or clears. */
export function useChartRaises(machineId: string, stored: readonly Alert[]): RaisesOf {
  const { alerts } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => alerts.watchMachine(machineId, listener),
    [alerts, machineId],
  );
  // As text, so that other changes do not make the charts' frame render.
  const live = useSyncExternalStore(subscribe, () => JSON.stringify(alerts.ofMachine(machineId).map(raisesOf)));
  return useAlertRaises(
    useMemo(() => {
      const known = [...stored.map(raisesOf), ...(JSON.parse(live) as ReturnType<typeof raisesOf>[])];
      return [...new Map(known.map((alert) => [alert.id, alert])).values()];
    }, [stored, live]),
  );
}

const raisesOf = ({ id, raises, cleared_at }: Alert) => ({ id, raises, cleared_at });

/** Each alert once, in its newest state. */
export function mergeAlerts(stored: readonly Alert[], live: readonly Alert[]): Alert[] {
  const byId = new Map(stored.map((alert) => [alert.id, alert]));
  for (const alert of live) {
    if ((byId.get(alert.id)?.seq ?? -1) < alert.seq) byId.set(alert.id, alert);
  }
  return [...byId.values()];
}

/** One where it was raised, and another where a warning became critical. */
export function alertMarkers(alerts: readonly Alert[], metric: AlertMetric): AlertMarker[] {
  return alerts
    .filter((alert) => alert.metric === metric)
    .flatMap((alert) => {
      const acknowledged = alert.state !== 'active_unacked' && alert.state !== 'cleared_unacked';
      const raised = { id: alert.id, timeMs: Date.parse(alert.raised_at), acknowledged };
      if (alert.escalated_at === null) return [{ ...raised, severity: alert.severity }];
      return [
        { ...raised, severity: 'warning' as const },
        { ...raised, timeMs: Date.parse(alert.escalated_at), severity: alert.severity },
      ];
    });
}
