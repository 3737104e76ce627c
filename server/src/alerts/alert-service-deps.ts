// What alerts are evaluated, stored and announced with: handed on from the service to the leader and its engine.

import type { Clock } from '../clock.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RequestChannel } from '../events/request-channel.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { AlertRepository } from './store/alert-repository.ts';

export interface AlertServiceDeps {
  repository: AlertRepository;
  machines: MachineService;
  settings: SettingsService;
  readings: Pick<ReadingStore, 'latest' | 'raw'>;
  /** To the other nodes; null where there are none. */
  line: RequestChannel | null;
  /** How long readings wait for older ones that other nodes stored; 0 where there are none. */
  settleMs: number;
  bus: EventBus;
  clock: Clock;
  metrics: ProcessMetrics;
  log: Logger;
}
