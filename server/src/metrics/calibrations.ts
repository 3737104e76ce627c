// The calibration offsets of sensors: what is added to the values of a metric on one machine, from a time on.

import { type CalibrationInput, type CalibrationOffset, isoTime } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { CalibrationRecord } from './metric-repository.ts';

/** The offsets of one machine as ingest needs them. Valid until the catalogue changes. */
export class SensorOffsets {
  /** By number of the metric (`metric-index.ts`), the latest `fromMs` first. */
  readonly #ofMetric: ReadonlyMap<number, readonly CalibrationRecord[]>;

  constructor(ofMetric: ReadonlyMap<number, readonly CalibrationRecord[]>) {
    this.#ofMetric = ofMetric;
  }

  /** What is added to a value of this time, UTC ms, in the unit of the metric; 0 if the sensor has no offset then. */
  at(metric: number, timestampMs: number): number {
    return this.#ofMetric.get(metric)?.find(({ fromMs }) => fromMs <= timestampMs)?.offset ?? 0;
  }
}

export class Calibrations {
  readonly #store: CatalogueStore;
  readonly #clock: Clock;
  readonly #offsets = new Map<string, SensorOffsets>();
  #version = -1;

  constructor(deps: { store: CatalogueStore; clock: Clock }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
  }

  /** The offsets of a metric on a machine, the latest `from` first. */
  of(machineId: string, metric: string): CalibrationOffset[] {
    const records = this.#store.memory.calibrations.get(machineId)?.get(metric) ?? [];
    return records.map(({ fromMs, offset, setAtMs, setBy }) => ({
      ...{ from: isoTime(fromMs), offset, set_at: isoTime(setAtMs), set_by: setBy },
    }));
  }

  /** null for a machine without any, as nearly all are: then it is one look-up. Called for every reading. */
  offsetsOf(machineId: string): SensorOffsets | null {
    const { calibrations } = this.#store.memory;
    if (calibrations.size === 0 || !calibrations.has(machineId)) return null;
    if (this.#version !== this.#store.version) this.#offsets.clear();
    this.#version = this.#store.version;
    let offsets = this.#offsets.get(machineId);
    if (offsets === undefined) {
      offsets = this.#resolve(machineId);
      this.#offsets.set(machineId, offsets);
    }
    return offsets;
  }

  /**
   * Replaces the offsets of a metric on a machine. One that stays as it is keeps who has set it, and when. Rejects with
   * `not_found` for a metric that does not exist, and with `validation_failed` for one that is no gauge.
   */
  save(machineId: string, metric: string, { offsets }: CalibrationInput, by: string): Promise<void> {
    const nowMs = this.#clock.nowMs();
    return this.#store.change((stored) => {
      const record = stored.metrics.find(({ name }) => name === metric);
      if (record === undefined) throw new AppError('not_found', `No metric with the name ${metric} exists`);
      if (record.kind !== 'gauge' && offsets.length > 0) {
        const error = `cannot be given for the kind ${record.kind}`;
        throw new AppError('validation_failed', undefined, { faults: [{ field: 'offsets', error }] });
      }
      const before = stored.calibrations.get(machineId)?.get(metric) ?? [];
      const records = offsets.map(({ from: fromMs, offset }) => {
        const same = before.find((each) => each.fromMs === fromMs && each.offset === offset);
        return same ?? { fromMs, offset, setAtMs: nowMs, setBy: by };
      });
      return { calibrations: [{ machineId, metric, offsets: records.sort((a, b) => b.fromMs - a.fromMs) }] };
    });
  }

  /** Those of a metric that was merged into another one count for that one, unless it has some of its own. */
  #resolve(machineId: string): SensorOffsets {
    const { memory } = this.#store;
    const ofMetric = new Map<number, readonly CalibrationRecord[]>();
    for (const [name, records] of memory.calibrations.get(machineId) ?? []) {
      const metric = memory.at(memory.indexOf(name) ?? -1);
      if (metric === undefined) continue;
      if (metric.index === metric.target || !ofMetric.has(metric.target)) ofMetric.set(metric.target, records);
    }
    return new SensorOffsets(ofMetric);
  }
}
