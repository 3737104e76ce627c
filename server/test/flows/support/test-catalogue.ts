// Defines metrics directly in the database, also with a status that people cannot set.

import type { Database } from '../../../src/database/database.ts';
import type { MetricRecord } from '../../../src/metrics/metric-repository.ts';
import type { MetricService } from '../../../src/metrics/metric-service.ts';
import { SqlMetricRepository } from '../../../src/metrics/sql-metric-repository.ts';

const NO_LIMITS = { low_low: null, low: null, high: null, high_high: null };
const NEW: Omit<MetricRecord, 'name' | 'label'> = {
  ...{ unit: 'mm/s', unitCode: 'mm/s', displayUnit: null, kind: 'gauge', decimals: 2, min: null, max: null },
  ...{ limits: NO_LIMITS, group: null, description: null, order: 1000, status: 'active', mergedInto: null },
  ...{ isFreeText: false, discovered: null, aliases: [], states: [], createdAtMs: 0, updatedAtMs: 0, updatedBy: null },
};

export class TestCatalogue {
  readonly #repository: SqlMetricRepository;
  readonly #service: MetricService;

  constructor(database: Database, service: MetricService) {
    this.#repository = new SqlMetricRepository(database);
    this.#service = service;
  }

  /** Adds or changes a metric. */
  async define(
    name: string,
    fields: Partial<Omit<MetricRecord, 'limits'>> & { limits?: Partial<MetricRecord['limits']> } = {},
  ): Promise<void> {
    await this.#repository.change(null, ({ metrics }) => {
      const before = metrics.find((metric) => metric.name === name) ?? { ...NEW, name, label: name };
      return { metrics: [{ ...before, ...fields, limits: { ...before.limits, ...fields.limits } }] };
    });
    await this.#service.reload();
  }

  /** Adds metrics without limits. */
  async defineAll(names: readonly string[]): Promise<void> {
    await this.#repository.change(null, () => ({ metrics: names.map((name) => ({ ...NEW, name, label: name })) }));
    await this.#service.reload();
  }

  async remove(name: string): Promise<void> {
    await this.#repository.change(null, () => ({ deletedMetrics: [name] }));
    await this.#service.reload();
  }
}
