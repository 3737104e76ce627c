// Settings, machines and alerts over one database, as the server starts them; a server that is alone keeps watch.

import { AlertService } from '../../../src/alerts/alert-service.ts';
import type { AlertRepository } from '../../../src/alerts/store/alert-repository.ts';
import { SqlAlertRepository } from '../../../src/alerts/store/sql-alert-repository.ts';
import type { Clock } from '../../../src/clock.ts';
import { SingleNodeLeadership } from '../../../src/cluster/single-node-leadership.ts';
import type { Database } from '../../../src/database/database.ts';
import type { EventBus } from '../../../src/events/event-bus.ts';
import { silentLogger } from '../../../src/log.ts';
import { MachineService } from '../../../src/machines/machine-service.ts';
import { SqlMachineRepository } from '../../../src/machines/sql-machine-repository.ts';
import type { ProcessMetrics } from '../../../src/process-metrics.ts';
import type { ReadingColumns } from '../../../src/readings/reading-columns.ts';
import { SettingsService } from '../../../src/settings/settings-service.ts';
import { SqlSettingRepository } from '../../../src/settings/sql-setting-repository.ts';
import { NO_HISTORY } from './no-history.ts';

/** @param latest the newest stored readings; there is no store behind them */
export async function startBooks(
  deps: { database: Database; bus: EventBus; clock: Clock; metrics: ProcessMetrics; repository?: AlertRepository },
  latest: ReadingColumns,
): Promise<{ settings: SettingsService; machines: MachineService; alerts: AlertService }> {
  const { database, bus, clock, metrics } = deps;
  const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus, clock });
  await settings.start();
  const machines = new MachineService({ repository: new SqlMachineRepository(database), settings, bus, clock });
  await machines.start(latest);
  const alerts = new AlertService({
    ...{ machines, settings, bus, clock, metrics, log: silentLogger },
    repository: deps.repository ?? new SqlAlertRepository(database),
    readings: NO_HISTORY,
    requestChannel: null,
    reorderMs: 0,
  });
  await alerts.start();
  await new SingleNodeLeadership().start(alerts.leader);
  return { settings, machines, alerts };
}
