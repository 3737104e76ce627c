// Settings, gateways, machines and alerts over one database, as a server that runs alone starts them.

import type { AlertRepository } from '../../../src/alerts/store/alert-repository.ts';
import { startAlerts, startLeadership } from '../../../src/app/alerts.ts';
import { Lifecycle } from '../../../src/app/lifecycle.ts';
import { createServices } from '../../../src/app/services.ts';
import type { Clock } from '../../../src/clock.ts';
import { SingleNodeLeadership } from '../../../src/cluster/single-node-leadership.ts';
import type { Database } from '../../../src/database/database.ts';
import type { EventBus } from '../../../src/events/event-bus.ts';
import { silentLogger } from '../../../src/log.ts';
import type { ProcessMetrics } from '../../../src/process-metrics.ts';
import type { ReadingBatch } from '../../../src/readings/reading-batch.ts';
import type { ReadingStore } from '../../../src/readings/reading-store.ts';
import { NO_HISTORY } from './no-history.ts';

/** A server that runs alone is always the leader. */
const singleNode = () => ({ isShared: false, redis: null, leadership: new SingleNodeLeadership() });
/** @param latest the newest stored readings; without `readings` there is no store behind them */
export async function startServices(
  deps: {
    database: Database;
    bus: EventBus;
    clock: Clock;
    metrics: ProcessMetrics;
    repository?: AlertRepository;
    readings?: Pick<ReadingStore, 'latest' | 'export'>;
  },
  latest: ReadingBatch,
  lifecycle = new Lifecycle(silentLogger),
) {
  const services = createServices({ ...deps, log: silentLogger });
  await services.settings.start();
  await lifecycle.service(services.metricService).start();
  await services.gateways.start();
  await services.profiles.start();
  await lifecycle.service(services.machines).start(latest);
  await lifecycle.service(services.conditions).start();
  const cluster = singleNode();
  const alerts = await startAlerts(
    { readings: NO_HISTORY, ...deps, ...services, cluster, log: silentLogger },
    lifecycle,
  );
  await startLeadership({ cluster, alerts, jobs: [] }, lifecycle);
  return { ...services, alerts };
}
