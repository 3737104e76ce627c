// The changes of metrics that people make. Each is stored, in force on this node and published when its promise resolves.

import type { MetricInput, MetricPatch } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import {
  acceptMetric,
  createMetric,
  deleteMetric,
  mergeMetrics,
  storedMetric,
  unmergeMetric,
  updateMetric,
} from './metric-changes.ts';
import type { MetricRecord, StoredCatalogue } from './metric-repository.ts';
import { plantLimitsOf, settingChanges } from './plant-limits.ts';

/** Every method rejects with `not_found` for an unknown name, `conflict` or `validation_failed`, and `store_unavailable`. */
export class MetricEditor {
  readonly #store: CatalogueStore;
  readonly #settings: SettingsService;
  readonly #clock: Clock;
  readonly #stillArrives: (name: string) => boolean;

  /** `stillArrives` says whether a value of the metric came within the last day. */
  constructor(deps: {
    store: CatalogueStore;
    settings: SettingsService;
    clock: Clock;
    stillArrives: (name: string) => boolean;
  }) {
    this.#store = deps.store;
    this.#settings = deps.settings;
    this.#clock = deps.clock;
    this.#stillArrives = deps.stillArrives;
  }

  /** Rejects with `name_taken` too. */
  create(input: MetricInput, by: string): Promise<void> {
    return this.#store.change((stored) => ({ metrics: [createMetric(stored, input, this.#author(by))] }));
  }

  /** Limits that are settings are changed there first. */
  update(name: string, patch: MetricPatch, by: string): Promise<void> {
    return this.#store.inTurn(async () => {
      const known = this.#store.memory.at(this.#store.memory.indexOf(name) ?? -1)?.record;
      const changes = known === undefined ? [] : settingChanges(known, patch.limits, this.#settings.all());
      if (known !== undefined && changes.length > 0) {
        // Everything is checked before the first of the two is stored.
        const others = this.#store.memory.all().map(({ record }) => record);
        updateMetric({ ...NOTHING, metrics: others }, this.#whole(known), patch, this.#author(by));
        await this.#settings.updateAll(changes, by);
      }
      await this.#store.changeNow((stored) => {
        const before = storedMetric(stored, name);
        const after = updateMetric(stored, this.#whole(before), patch, this.#author(by));
        const { low_low, high_high } = after.limits;
        const limits = this.#whole(before) === before ? after.limits : { ...before.limits, low_low, high_high };
        return { metrics: [{ ...after, limits }] };
      });
    });
  }

  accept(name: string, by: string): Promise<void> {
    return this.#store.change((stored) => ({ metrics: [acceptMetric(storedMetric(stored, name), this.#author(by))] }));
  }

  delete(name: string, by: string): Promise<void> {
    return this.#store.change((stored) =>
      deleteMetric(stored, storedMetric(stored, name), this.#stillArrives(name), this.#author(by)),
    );
  }

  merge(from: string, into: string, by: string): Promise<void> {
    return this.#store.change((stored) => ({
      metrics: mergeMetrics(stored, storedMetric(stored, from), storedMetric(stored, into), this.#author(by)),
    }));
  }

  /** Ends the merge of `name` into another metric. */
  unmerge(name: string, by: string): Promise<void> {
    return this.#store.change((stored) => ({ metrics: [unmergeMetric(storedMetric(stored, name), this.#author(by))] }));
  }

  /** With the limits that are settings; the same object where there are none. */
  #whole(record: MetricRecord): MetricRecord {
    const limits = plantLimitsOf(record, this.#settings.all());
    return limits === record.limits ? record : { ...record, limits };
  }

  #author(by: string) {
    return { by, nowMs: this.#clock.nowMs() };
  }
}

const NOTHING: StoredCatalogue = { metrics: [], types: [], overrides: new Map(), formerStates: new Map() };
