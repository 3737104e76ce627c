// The changes of metrics that people make. Each is stored, in force on this node and published when its promise resolves.

import type { ImportReply, MetricFile, MetricInput, MetricPatch } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { isBuiltIn } from './catalogue-memory.ts';
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
import { metricFileOf, planImport } from './metric-file.ts';
import type { MetricRecord, StoredCatalogue } from './metric-repository.ts';
import { plantLimitsOf, settingChanges } from './plant-limits.ts';

/** Every method rejects with `not_found` for an unknown name, `conflict` or `validation_failed`, and `store_unavailable`. */
export class MetricEditor {
  readonly #store: CatalogueStore;
  readonly #settings: SettingsService;
  readonly #clock: Clock;
  readonly #stillArrives: (name: string) => boolean;
  readonly #machinesWith: (name: string) => number;

  /**
   * `stillArrives` says whether a value of the metric came within the last day, `machinesWith` how many machines have sent it.
   */
  constructor(deps: {
    store: CatalogueStore;
    settings: SettingsService;
    clock: Clock;
    stillArrives: (name: string) => boolean;
    machinesWith: (name: string) => number;
  }) {
    this.#store = deps.store;
    this.#settings = deps.settings;
    this.#clock = deps.clock;
    this.#stillArrives = deps.stillArrives;
    this.#machinesWith = deps.machinesWith;
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
        return { metrics: [this.#withoutSettings(after)] };
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

  /** Everything as one file. */
  async exportFile(): Promise<MetricFile> {
    return metricFileOf(await this.#store.stored(), (record) => this.#whole(record));
  }

  /**
   * Changes what the file has otherwise; entries that contradict what is here are left out. With `preview` nothing is changed.
   * `machinesOf` says how many machines are of a type.
   */
  importFile(
    file: MetricFile,
    { preview, machinesOf, by }: { preview: boolean; machinesOf: (type: string) => number; by: string },
  ): Promise<Omit<ImportReply, 'status'>> {
    const plan = (stored: StoredCatalogue) =>
      planImport(stored, file, {
        whole: (record) => this.#whole(record),
        machinesWith: this.#machinesWith,
        machinesOf,
        ...this.#author(by),
      });
    return this.#store.inTurn(async () => {
      const stored = await this.#store.stored();
      const { metrics, types: _, ...reply } = plan(stored);
      if (preview || reply.changes.length === 0) return { preview, ...reply };
      const settings = metrics.flatMap((after) => settingChanges(after, after.limits, this.#settings.all()));
      if (settings.length > 0) await this.#settings.updateAll(settings, by);
      await this.#store.changeNow((now) => {
        const { metrics: changed, types } = plan(now);
        return { metrics: changed.map((after) => this.#withoutSettings(after)), types };
      });
      return { preview, ...reply };
    });
  }

  /** With the limits that are settings; the same object where there are none. */
  #whole(record: MetricRecord): MetricRecord {
    const limits = plantLimitsOf(record, this.#settings.all());
    return limits === record.limits ? record : { ...record, limits };
  }

  /** As it is stored. */
  #withoutSettings(record: MetricRecord): MetricRecord {
    return isBuiltIn(record.name) ? { ...record, limits: { ...record.limits, low: null, high: null } } : record;
  }

  #author(by: string) {
    return { by, nowMs: this.#clock.nowMs() };
  }
}

const NOTHING: StoredCatalogue = {
  revision: 0,
  metrics: [],
  types: [],
  overrides: new Map(),
  calibrations: new Map(),
  formerStates: new Map(),
};
