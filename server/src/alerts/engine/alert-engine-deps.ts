// What an alert engine is given.

import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { GatewayService } from '../../gateways/gateway-service.ts';
import type { Logger } from '../../log.ts';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { ProcessMetrics } from '../../process-metrics.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import type { ConditionService } from '../conditions/condition-service.ts';
import type { LeaderTerm } from '../leader/leadership.ts';
import type { Watermarks } from '../leader/watermarks.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';

export interface AlertEngineDeps {
  repository: AlertRepository;
  machines: MachineService;
  gateways: Pick<GatewayService, 'get'>;
  catalogue: AlertCatalogue;
  conditions: Pick<ConditionService, 'effectiveOf'>;
  settings: SettingsService;
  readings: Pick<ReadingStore, 'latest' | 'export'>;
  /** How long readings wait for older ones that other nodes stored; 0 where there are no other nodes. */
  reorderMs: number;
  bus: EventBus;
  clock: Clock;
  metrics: ProcessMetrics;
  log: Logger;
  term: LeaderTerm;
  /** How often machines send, as the profiles of gateways state it, in ms; 0 where none does. */
  sendIntervals?: { msOf(machineId: string): number };
  watermarks: Watermarks;
  /** The open alerts as they are stored; null if they must be read. */
  open: readonly AlertRecord[] | null;
  /** Since when this node observes readings: machines are not taken for stale because of the time before. */
  observedSinceMs: number;
}
