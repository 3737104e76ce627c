// The metrics that every plant has, as catalogue: their plant-wide limits are settings.

import { METRICS, type Settings, settingNumber } from '@gonsters/contract';
import type { AlertCatalogue, MetricDefinition } from '../../src/machines/alert-catalogue.ts';

export class SeedMetrics implements AlertCatalogue {
  readonly #settings: { all(): Settings };
  /** The settings that the definitions were made from; a change of the settings creates a new object. */
  #from: Settings | null = null;
  #version = 0;
  #definitions: ReadonlyMap<string, MetricDefinition> = new Map();

  constructor(settings: { all(): Settings }) {
    this.#settings = settings;
  }

  get version(): number {
    this.#refresh();
    return this.#version;
  }

  get(name: string): MetricDefinition | undefined {
    this.#refresh();
    return this.#definitions.get(name);
  }

  all(): Iterable<MetricDefinition> {
    this.#refresh();
    return this.#definitions.values();
  }

  #refresh(): void {
    const settings = this.#settings.all();
    if (settings === this.#from) return;
    this.#from = settings;
    this.#version++;
    this.#definitions = new Map(
      METRICS.map(({ name, label, unit, decimals, min, max }) => [
        name,
        {
          ...{ name, label: label.en, unit, decimals, min, max, kind: 'gauge', display: null, status: 'active' },
          states: [],
          limits: {
            low_low: null,
            low: settingNumber(settings, `min_${name}_threshold`),
            high: settingNumber(settings, `max_${name}_threshold`),
            high_high: null,
          },
        },
      ]),
    );
  }
}
