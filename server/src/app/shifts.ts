// The hand-over reports of shifts.

import { SqlAlertRepository } from '../alerts/store/sql-alert-repository.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { MetricCatalogue } from '../metrics/metric-catalogue.ts';
import type { MetricService } from '../metrics/metric-service.ts';
import type { Channels } from '../notifications/channels/channels.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import { MachineRuns } from '../shifts/machine-runs.ts';
import { ShiftAlerts } from '../shifts/shift-alerts.ts';
import { ShiftRecords } from '../shifts/shift-records.ts';
import { ShiftReports } from '../shifts/shift-reports.ts';
import type { Duty } from './duty.ts';

export function createShiftReports(deps: {
  database: Database;
  duty: Pick<Duty, 'service' | 'nameOf'>;
  channels: Pick<Channels, 'list'>;
  readings: ReadingStore;
  metricService: MetricService;
  catalogue: MetricCatalogue;
  machines: MachineService;
  audit: AuditLog;
  clock: Clock;
}): ShiftReports {
  const { database, duty, channels, machines } = deps;
  return new ShiftReports({
    ...deps,
    duty: duty.service,
    alerts: new SqlAlertRepository(database),
    shiftAlerts: new ShiftAlerts(database),
    records: new ShiftRecords(database),
    runs: new MachineRuns({ ...deps, holdMs: (machineId) => machines.timeouts.of(machineId) }),
    personName: duty.nameOf,
    channelName: (id) => channels.list().find((channel) => channel.id === id)?.name ?? null,
  });
}
