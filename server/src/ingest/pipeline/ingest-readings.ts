// The one way in for readings: store → evaluate → announce. What can never be stored becomes a dead letter.

import type { AlertService } from '../../alerts/alert-service.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { ProcessMetrics } from '../../process-metrics.ts';
import type { GroupCommit } from '../../readings/group-commit.ts';
import { ColumnsBuilder, type ReadingColumns, readingAt } from '../../readings/reading-columns.ts';
import { countRefused, type RefusedReadings } from '../../readings/refused-readings.ts';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import type { IngestSource } from '../dead-letters/rejection-reason.ts';
import { copyRows } from './copy-rows.ts';

export class IngestReadings {
  readonly #commit: GroupCommit;
  readonly #machines: MachineService;
  readonly #alerts: AlertService;
  readonly #bus: EventBus;
  readonly #deadLetters: DeadLetters;
  readonly #metrics: ProcessMetrics;
  readonly #log: Logger;

  constructor(parts: {
    commit: GroupCommit;
    machines: MachineService;
    alerts: AlertService;
    bus: EventBus;
    deadLetters: DeadLetters;
    metrics: ProcessMetrics;
    log: Logger;
  }) {
    this.#commit = parts.commit;
    this.#machines = parts.machines;
    this.#alerts = parts.alerts;
    this.#bus = parts.bus;
    this.#deadLetters = parts.deadLetters;
    this.#metrics = parts.metrics;
    this.#log = parts.log;
  }

  start(): void {
    this.#commit.onCommitted((stored) => {
      try {
        this.#announce(stored);
      } catch (error) {
        // They are stored: a fault behind the store must not make the sender send them again and again.
        this.#log.error({ err: error, readings: stored.length }, 'Stored readings could not be evaluated or announced');
      }
    });
  }

  /**
   * Resolves when durable, with the readings that the store will never take: those are kept as dead letters. Rejects with
   * `busy` or `store_unavailable`: then nothing was stored or announced.
   *
   * @param topic what they came by, where that is known
   */
  async take(readings: ReadingColumns, source: IngestSource, topic = ''): Promise<readonly RefusedReadings[]> {
    const refused = await this.#commit.append(readings);
    this.#metrics.readingsStored.inc({ source }, readings.length - countRefused(refused));
    for (const { rows, reason, message } of refused) {
      const [first] = rows as [number];
      const reading = { machine_id: readings.machineIds[first], ...readingAt(readings, first) };
      const payload = JSON.stringify({ ...reading, refused: message });
      this.#deadLetters.add({ source, topic, reason, payload, count: rows.length });
    }
    return refused;
  }

  /** Resolves when there is room for more. */
  room(): Promise<void> {
    return this.#commit.room();
  }

  #announce(stored: ReadingColumns): void {
    const known = this.#ofKnownMachines(stored);
    if (known.length === 0) return;
    this.#alerts.evaluate(known);
    this.#machines.observe(known);
    this.#bus.publish({ kind: 'readings', readings: known });
  }

  /** Readings may be stored of machines that wait to be accepted, or that were deleted meanwhile: nobody is told. */
  #ofKnownMachines(stored: ReadingColumns): ReadingColumns {
    const isKnown = (machineId: string) => this.#machines.get(machineId) !== undefined;
    if (stored.machineIds.every(isKnown)) return stored;
    const known = new ColumnsBuilder();
    copyRows(stored, known, isKnown);
    return known.finish();
  }
}
