// A catalogue whose metrics a test defines, besides those that every plant has.

import type { AlertCatalogue, MetricDefinition } from '../../../src/machines/alert-catalogue.ts';
import { SeedMetrics } from '../../../src/machines/seed-metrics.ts';

const DEFAULTS = {
  unit: 'mm/s',
  display: null,
  kind: 'gauge',
  decimals: 2,
  min: null,
  max: null,
  limits: { low_low: null, low: null, high: null, high_high: null },
  status: 'active',
} as const;

export class TestCatalogue implements AlertCatalogue {
  readonly #seed: SeedMetrics;
  readonly #added = new Map<string, MetricDefinition>();
  #changes = 0;

  constructor(settings: ConstructorParameters<typeof SeedMetrics>[0]) {
    this.#seed = new SeedMetrics(settings);
  }

  /** Adds or changes a metric. */
  define(name: string, fields: Partial<Omit<MetricDefinition, 'limits'>> & { limits?: object } = {}): void {
    const before = this.#added.get(name) ?? { ...DEFAULTS, name, label: name };
    this.#added.set(name, { ...before, ...fields, limits: { ...before.limits, ...fields.limits } });
    this.#changes++;
  }

  remove(name: string): void {
    this.#added.delete(name);
    this.#changes++;
  }

  get version(): number {
    return this.#seed.version * 1_000_000 + this.#changes;
  }

  get(name: string): MetricDefinition | undefined {
    return this.#seed.get(name) ?? this.#added.get(name);
  }

  *all(): Iterable<MetricDefinition> {
    yield* this.#seed.all();
    yield* this.#added.values();
  }
}
