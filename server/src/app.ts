// The composition root: makes every part, hands each what it needs, starts and stops them in order.

import type { AlertBook } from './alerts/alert-book.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { GatewayBook } from './gateways/gateway-book.ts';
import type { IngestReadings } from './ingest/ingest-readings.ts';
import type { Quarantine } from './ingest/quarantine.ts';
import type { LiveBus } from './live/live-bus.ts';
import type { Logger } from './log.ts';
import type { MachineDirectory } from './machines/machine-directory.ts';
import type { ProcessMetrics } from './process-metrics.ts';
import type { ParquetWriter } from './readings/parquet-writer.ts';
import type { ReadingStore } from './readings/reading-store.ts';
import type { SettingBook } from './settings/setting-book.ts';
import type { Accounts } from './users/accounts.ts';
import type { Sessions } from './users/sessions.ts';
import type { UserRepository } from './users/user-repository.ts';

/** The core as the edges see it. */
export interface Core {
  config: Config;
  log: Logger;
  clock: Clock;
  metrics: ProcessMetrics;
  bus: LiveBus;
  readings: ReadingStore;
  parquet: ParquetWriter;
  ingest: IngestReadings;
  quarantine: Quarantine;
  machines: MachineDirectory;
  alerts: AlertBook;
  settings: SettingBook;
  gateways: GatewayBook;
  users: UserRepository;
  accounts: Accounts;
  sessions: Sessions;
  audit: AuditLog;
}
