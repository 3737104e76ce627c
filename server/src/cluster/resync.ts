// Reads again what a node keeps in memory, and tells its own subscribers what turned out to be different.

import type { EventBus } from '../events/event-bus.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { ColumnsBuilder, type ReadingColumns } from '../readings/reading-columns.ts';
import type { SyncedServices } from './synced-services.ts';

/** Rejects as the stores do; what was read by then is in force. */
export async function resync(services: SyncedServices, local: EventBus): Promise<void> {
  const { settings, gateways, machines, sessions, alerts, readings } = services;
  // First what somebody may no longer do.
  const sessionIds = await sessions.reload();
  if (sessionIds.length > 0) local.publish({ kind: 'sessions_ended', sessionIds, reason: 'ended_elsewhere' });
  await gateways.reload();
  local.publish({ kind: 'gateways' });

  const changed = await settings.reload();
  if (changed.length > 0) local.publish({ kind: 'config', changed });
  for (const [machineId, change] of await machines.reload('all')) local.publish({ kind: 'machine', change, machineId });
  if (await machines.reloadLimits()) local.publish({ kind: 'limits', machineId: null });

  const missed = await alerts.replica.missed();
  if (missed.length > 0) local.publish({ kind: 'alerts', alerts: missed, after: alerts.replica.lastSeq });

  const newer = newerThanKnown(await readings.latest(), machines);
  if (newer.length === 0) return;
  machines.observe(newer);
  local.publish({ kind: 'readings', readings: newer });
}

/** The charts of a page that missed some in between have a hole there; the values shown are right again. */
function newerThanKnown(latest: ReadingColumns, machines: MachineService): ReadingColumns {
  const newer = new ColumnsBuilder();
  for (let row = 0; row < latest.length; row++) {
    const machineId = latest.machineIds[row] as string;
    const timestampMs = latest.timestampsMs[row] as number;
    const entry = machines.get(machineId);
    if (entry === undefined) continue;
    const values = latest.values.map((column, m) =>
      timestampMs > (entry.latestTimesMs[m] as number) ? (column[row] as number) : Number.NaN,
    );
    if (values.some((value) => !Number.isNaN(value))) newer.add(machineId, timestampMs, values);
  }
  return newer.finish();
}
