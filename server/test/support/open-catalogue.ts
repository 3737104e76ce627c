// The catalogue of metrics over a database, as the server opens it.

import type { Clock } from '../../src/clock.ts';
import type { Database } from '../../src/database/database.ts';
import type { EventBus } from '../../src/events/event-bus.ts';
import { silentLogger } from '../../src/log.ts';
import { MetricCatalogue } from '../../src/metrics/metric-catalogue.ts';
import { MetricService } from '../../src/metrics/metric-service.ts';
import { SqlMetricRepository } from '../../src/metrics/sql-metric-repository.ts';
import type { SettingsService } from '../../src/settings/settings-service.ts';

/** The settings must have been started. */
export async function openCatalogue(deps: {
  database: Database;
  settings: SettingsService;
  bus: EventBus;
  clock: Clock;
}): Promise<{ metricService: MetricService; catalogue: MetricCatalogue }> {
  const metricService = new MetricService({
    gatewayName: () => null,
    ...deps,
    repository: new SqlMetricRepository(deps.database),
    log: silentLogger,
  });
  await metricService.start();
  const catalogue = new MetricCatalogue({ ...deps, metrics: metricService, sensorTypeOf: () => '' });
  return { metricService, catalogue };
}
