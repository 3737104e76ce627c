// Reads everything again that a node holds in memory, and publishes to its own subscribers what has changed.

import type { AccessKeyService } from '../access-keys/access-key-service.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { ConditionService } from '../alerts/conditions/condition-service.ts';
import type { ClockGuard } from '../clock-guard/clock-guard.ts';
import type { DutyService } from '../duty/duty-service.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { ProfileService } from '../gateways/profile-service.ts';
import type { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import type { SendIntervals } from '../ingest/profiles/send-intervals.ts';
import type { Provisioning } from '../ingest/provisioning/provisioning.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { MetricService } from '../metrics/metric-service.ts';
import { BatchBuilder, type ReadingBatch } from '../readings/reading-batch.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { SecondFactorGate } from '../users/second-factors/second-factor-gate.ts';
import type { SessionService } from '../users/session-service.ts';
import type { SignInBackoff } from '../users/sign-in-backoff.ts';

/** The services whose memory a node brings up to date with the changes of other nodes. */
export interface SyncedServices {
  settings: SettingsService;
  metricService: MetricService;
  gateways: GatewayService;
  accessKeys: Pick<AccessKeyService, 'reload'>;
  profiles: Pick<ProfileService, 'reload'>;
  sendIntervals: SendIntervals;
  dutyService: Pick<DutyService, 'reload'>;
  machines: MachineService;
  conditions: Pick<ConditionService, 'reload'>;
  sessions: Pick<SessionService, 'reload'>;
  secondFactorGate: Pick<SecondFactorGate, 'reload'>;
  alerts: AlertService;
  readings: Pick<ReadingStore, 'latest'>;
  backoff: SignInBackoff;
  deadLetters: DeadLetters;
  provisioning: Provisioning;
  clockGuard: Pick<ClockGuard, 'noteTimes'>;
  /** People, and how they are told. */
  contacts: { reload(): Promise<void> };
}

/** Rejects as the stores do; what was read before that is in effect. */
export async function resync(services: SyncedServices, local: EventBus): Promise<void> {
  const { settings, metricService, gateways, machines, sessions, alerts, readings } = services;
  // Revoked access takes effect first.
  const sessionIds = await sessions.reload();
  if (sessionIds.length > 0) local.publish({ kind: 'sessions_ended', sessionIds, reason: 'ended_elsewhere' });
  await services.secondFactorGate.reload();
  local.publish({ kind: 'second_factors' });
  await services.accessKeys.reload();
  await services.contacts.reload();
  await gateways.reload();
  await services.profiles.reload();
  await services.dutyService.reload();
  local.publish({ kind: 'gateways' });

  const changed = await settings.reload();
  if (changed.length > 0) local.publish({ kind: 'config', changed });
  const metrics = await metricService.reload();
  if (metrics !== null) local.publish({ kind: 'metrics_changed', ...metrics });
  for (const [machineId, change] of await machines.reload('all')) local.publish({ kind: 'machine', change, machineId });
  if (await machines.limits.reload()) local.publish({ kind: 'limits', machineId: null });
  if (await services.conditions.reload()) local.publish({ kind: 'conditions' });

  const missed = await alerts.replica.missed();
  if (missed.length > 0) local.publish({ kind: 'alerts', alerts: missed, after: alerts.replica.lastSeq });

  const newer = newerThanKnown(await readings.latest(), machines);
  if (newer.length === 0) return;
  machines.observe(newer);
  local.publish({ kind: 'readings', readings: newer });
}

/** Only the newest values: a chart that was open during the outage has a gap, but the values shown are current again. */
function newerThanKnown(latest: ReadingBatch, machines: MachineService): ReadingBatch {
  const newer = new BatchBuilder();
  for (let row = 0; row < latest.length; row++) {
    const machineId = latest.machineIds[row] as string;
    const timestampMs = latest.timestampsMs[row] as number;
    const known = machines.get(machineId)?.latest;
    if (known === undefined) continue;
    const end = latest.starts[row + 1] as number;
    for (let k = latest.starts[row] as number; k < end; k++) {
      const metric = latest.metrics[k] as number;
      if (timestampMs <= known.timeMs(metric)) continue;
      newer.addValue(metric, latest.values[k] as number, latest.qualities[k] as number);
    }
    if (newer.openValues > 0) newer.endReading(machineId, timestampMs);
  }
  return newer.finish();
}
