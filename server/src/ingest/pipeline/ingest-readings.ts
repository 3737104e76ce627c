// The pipeline of all readings: store, evaluate, publish. Readings that the store will never accept become dead letters.

import type { AlertService } from '../../alerts/alert-service.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricNameAt } from '../../metric-index.ts';
import type { ProcessMetrics } from '../../process-metrics.ts';
import type { GroupCommit } from '../../readings/group-commit.ts';
import { BatchBuilder, copyReadingsOf, type ReadingBatch, readingAt } from '../../readings/reading-batch.ts';
import { countRefused, type RefusedReadings, withoutRefused } from '../../readings/refused-readings.ts';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import type { IngestSource } from '../dead-letters/rejection-reason.ts';

export class IngestReadings {
  readonly #commit: GroupCommit;
  readonly #machines: MachineService;
  readonly #alerts: AlertService;
  readonly #bus: EventBus;
  readonly #deadLetters: DeadLetters;
  readonly #metrics: ProcessMetrics;
  readonly #log: Logger;

  constructor(deps: {
    commit: GroupCommit;
    machines: MachineService;
    alerts: AlertService;
    bus: EventBus;
    deadLetters: DeadLetters;
    metrics: ProcessMetrics;
    log: Logger;
  }) {
    this.#commit = deps.commit;
    this.#machines = deps.machines;
    this.#alerts = deps.alerts;
    this.#bus = deps.bus;
    this.#deadLetters = deps.deadLetters;
    this.#metrics = deps.metrics;
    this.#log = deps.log;
  }

  start(): void {
    this.#commit.onCommitted((stored) => {
      try {
        this.#publish(stored);
      } catch (error) {
        // The readings are stored, so a failure after that must not make the sender repeat them.
        this.#log.error({ err: error, readings: stored.length }, 'Stored readings could not be evaluated or published');
      }
    });
  }

  /**
   * Resolves when the readings are durable, with those, or their values, that the store will never accept: these are kept as dead letters. Rejects
   * with `busy` or `store_unavailable`: then nothing was stored or published.
   *
   * @param topic the topic or route by which they came, where it is known
   */
  async store(readings: ReadingBatch, source: IngestSource, topic = ''): Promise<readonly RefusedReadings[]> {
    const refused = await this.#commit.append(forSuccessors(readings, this.#machines.handovers));
    this.#record(readings, refused, source, topic);
    return refused;
  }

  /**
   * As `store`, for readings that were refused when they arrived: they are history, so that they raise no alert however new they are, and
   * live clients are not told of them. Of several nodes, only the alert leader records excursions in them.
   */
  async storeHistory(readings: ReadingBatch, source: IngestSource, topic = ''): Promise<readonly RefusedReadings[]> {
    const own = forSuccessors(readings, this.#machines.handovers);
    const refused = await this.#commit.appendCopy(own);
    this.#record(readings, refused, source, topic);
    const known = this.#ofKnownMachines(withoutRefused(own, refused));
    if (known.length === 0) return refused;
    this.#alerts.evaluateHistory(known);
    this.#machines.observe(known);
    this.#bus.publish({ kind: 'machine_history', machineIds: [...new Set(known.machineIds)] });
    return refused;
  }

  #record(readings: ReadingBatch, refused: readonly RefusedReadings[], source: IngestSource, topic: string): void {
    this.#metrics.readingsStored.inc({ source }, readings.length - countRefused(refused));
    for (const { rows, reason, message, metric } of refused) {
      const [first] = rows as [number];
      const reading = { machine_id: readings.machineIds[first], ...readingAt(readings, first) };
      const named = metric === undefined ? {} : { metric: metricNameAt(metric) };
      const payload = JSON.stringify({ ...reading, ...named, refused: message });
      this.#deadLetters.add({ source, topic, reason, payload, count: rows.length });
    }
  }

  /** Resolves when the group commit accepts more readings. */
  waitForRoom(): Promise<void> {
    return this.#commit.room();
  }

  #publish(stored: ReadingBatch): void {
    const known = this.#ofKnownMachines(stored);
    if (known.length === 0) return;
    this.#alerts.evaluate(known);
    this.#machines.observe(known);
    this.#bus.publish({ kind: 'readings', readings: known });
  }

  /** Leaves out machines that wait for approval or were deleted: their readings are stored, but not published. */
  #ofKnownMachines(stored: ReadingBatch): ReadingBatch {
    const isKnown = (machineId: string) => this.#machines.get(machineId) !== undefined;
    if (stored.machineIds.every(isKnown)) return stored;
    const known = new BatchBuilder();
    copyReadingsOf(stored, known, isKnown);
    return known.finish();
  }
}

/** Readings of a machine whose readings are being handed over belong to its successor already. */
function forSuccessors(readings: ReadingBatch, successors: ReadonlyMap<string, string>): ReadingBatch {
  if (successors.size === 0 || !readings.machineIds.some((id) => successors.has(id))) return readings;
  return { ...readings, machineIds: readings.machineIds.map((id) => successors.get(id) ?? id) };
}
