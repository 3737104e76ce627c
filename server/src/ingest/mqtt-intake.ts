// From an MQTT message to its acknowledgement: decode → take → done. The same for every kind of broker.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { isAppError } from '../errors.ts';
import type { GatewayBook } from '../gateways/gateway-book.ts';
import type { Logger } from '../log.ts';
import type { MachineDirectory } from '../machines/machine-directory.ts';
import { ColumnsBuilder } from '../readings/reading-columns.ts';
import { copyRows } from './copy-rows.ts';
import { type DecodeContext, decodeMessage, decodeTelemetry, parsePayload } from './decode.ts';
import type { IngestReadings } from './ingest-readings.ts';
import type { Publisher } from './mqtt-connection.ts';
import type { Quarantine } from './quarantine.ts';
import type { RejectionReason } from './rejection-reason.ts';
import { type TopicRoute, TopicRoutes } from './topic-routes.ts';
import type { UnknownMachines } from './unknown-machines.ts';

/** What is decoded before it is handed on together. */
interface Batch {
  readonly rows: ColumnsBuilder;
  readonly acknowledge: (() => void)[];
}

/** Rows of unknown machines that are being created. */
interface Deferred {
  readonly machineIds: Set<string>;
  readonly rows: ColumnsBuilder;
}

/** Readings that wait for their commit: past the upper bound no socket is read until the lower one is reached. */
const PRESSURE_ROWS = { upper: 100_000, lower: 50_000 } as const;
/** Acknowledgements written at a time: a long row of them must not hold up the event loop. */
const ACKNOWLEDGED_AT_ONCE = 512;
const RETRY_MS = { first: 50, most: 5000 } as const;

export class MqttIntake {
  readonly #ingest: IngestReadings;
  readonly #machines: MachineDirectory;
  readonly #gateways: GatewayBook;
  readonly #unknown: UnknownMachines;
  readonly #quarantine: Quarantine;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #routes: TopicRoutes;
  readonly #onPressure: (isHigh: boolean) => void;
  readonly #context: DecodeContext & { nowMs: number };
  readonly #stopped = new AbortController();
  readonly #held: Batch[] = [];
  #batch = emptyBatch();
  #isFlushDue = false;
  #waitingRows = 0;
  #isPressureHigh = false;
  #settled: (() => void) | null = null;
  // The message that is being decoded.
  #route: TopicRoute = { factoryId: null, machineId: null };
  #topic = '';
  #publisher: Publisher = { gateway: null };
  #faults: Map<RejectionReason, number> | null = null;
  #deferred: Deferred | null = null;

  constructor(parts: {
    ingest: IngestReadings;
    machines: MachineDirectory;
    gateways: GatewayBook;
    unknown: UnknownMachines;
    quarantine: Quarantine;
    clock: Clock;
    log: Logger;
    topics: readonly string[];
    /** Called with true when nothing more should be read, with false when there is room again. */
    onPressure: (isHigh: boolean) => void;
  }) {
    this.#ingest = parts.ingest;
    this.#machines = parts.machines;
    this.#gateways = parts.gateways;
    this.#unknown = parts.unknown;
    this.#quarantine = parts.quarantine;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#routes = new TopicRoutes(parts.topics);
    this.#onPressure = parts.onPressure;
    this.#context = {
      nowMs: 0,
      arrivalTimeCounts: true,
      place: (machineId, described) => this.#place(machineId, described),
      refuse: (reason) => {
        this.#faults ??= new Map();
        this.#faults.set(reason, (this.#faults.get(reason) ?? 0) + 1);
      },
    };
  }

  /**
   * Calls back when the message can be forgotten by its sender: its readings are durable, or it can never be stored
   * and lies in the quarantine. While the store takes nothing, it does not call back.
   */
  accept(topic: string, payload: Buffer, publisher: Publisher, acknowledge: () => void): void {
    const route = this.#routes.find(topic);
    if (route === null) {
      this.reject(topic, 'bad_topic', payload);
      acknowledge();
      return;
    }
    const { rows } = this.#batch;
    const before = rows.length;
    this.#route = route;
    this.#topic = topic;
    this.#publisher = publisher;
    this.#context.nowMs = this.#clock.nowMs();
    const message = parsePayload(payload, this.#context);
    if (message !== undefined) {
      if (route.machineId === null) decodeMessage(message, this.#context);
      else decodeTelemetry(message, route.machineId, this.#context);
    }
    if (this.#faults !== null) this.#report(topic, payload);
    const added = rows.length - before;
    const deferred = this.#deferred;
    this.#deferred = null;
    if (deferred !== null && deferred.rows.length > 0) {
      // Both parts of the message must be durable.
      const both = added > 0 ? after(2, acknowledge) : acknowledge;
      if (added > 0) this.#enqueue(added, both);
      this.#createThenEnqueue(deferred, topic, payload, both);
    } else if (added > 0) {
      this.#enqueue(added, acknowledge);
    } else {
      acknowledge();
    }
  }

  /** For what is refused before it is decoded. */
  reject(topic: string, reason: RejectionReason, payload: Uint8Array | string, count = 1): void {
    this.#quarantine.add({ source: 'mqtt', topic, reason, payload, count });
  }

  /** Waits until everything accepted is acknowledged, at most `withinMs`; then gives up what the store did not take. */
  async stop(withinMs: number): Promise<void> {
    if (this.#waitingRows > 0) {
      const settled = new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
      await Promise.race([settled, sleep(withinMs, undefined, { ref: false })]);
    }
    this.#stopped.abort();
  }

  #place(machineId: string, described: unknown): ColumnsBuilder | RejectionReason {
    const { gateway } = this.#publisher;
    if (gateway !== null && !this.#gateways.maySpeakFor(gateway, machineId, this.#route.factoryId)) {
      return 'not_allowed';
    }
    if (this.#machines.get(machineId) !== undefined) return this.#batch.rows;
    switch (this.#unknown.fateOf(machineId, this.#topic, this.#route.factoryId, described)) {
      case 'store':
        return this.#batch.rows;
      case 'create':
        this.#deferred ??= { machineIds: new Set(), rows: new ColumnsBuilder() };
        this.#deferred.machineIds.add(machineId);
        return this.#deferred.rows;
      case 'refuse':
        return 'unknown_machine';
    }
  }

  #report(topic: string, payload: Buffer): void {
    for (const [reason, count] of this.#faults ?? []) this.reject(topic, reason, payload, count);
    this.#faults = null;
  }

  #enqueue(rows: number, acknowledge: () => void): void {
    this.#batch.acknowledge.push(acknowledge);
    this.#countWaiting(rows);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // What arrives in the same turn of the event loop goes together.
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #createThenEnqueue(deferred: Deferred, topic: string, payload: Buffer, acknowledge: () => void): void {
    const columns = deferred.rows.finish();
    this.#countWaiting(columns.length);
    const add = (existing: ReadonlySet<string>) => {
      const added = copyRows(columns, this.#batch.rows, (machineId) => existing.has(machineId));
      this.#countWaiting(-columns.length);
      if (added < columns.length) this.reject(topic, 'unknown_machine', payload, columns.length - added);
      if (added > 0) this.#enqueue(added, acknowledge);
      else acknowledge();
    };
    const tryCreating = (waitMs: number): void => {
      this.#unknown.create(deferred.machineIds).then(add, (error: unknown) => {
        this.#log.error({ err: error }, 'A machine could not be created; trying again');
        this.#wait(waitMs, () => tryCreating(Math.min(waitMs * 2, RETRY_MS.most)));
      });
    };
    tryCreating(RETRY_MS.first);
  }

  #flush(): void {
    // What waits already goes first; new messages gather behind it until the pressure stops the sockets.
    if (this.#held.length > 0 || this.#batch.acknowledge.length === 0) return;
    const batch = this.#batch;
    this.#batch = emptyBatch();
    this.#ingest.take(batch.rows.finish(), 'mqtt').then(
      () => this.#finish(batch),
      (error: unknown) => {
        this.#held.push(batch);
        if (this.#held.length === 1) this.#retry(error, RETRY_MS.first);
      },
    );
  }

  /** Takes the oldest batch that waits again and again; the others follow when it has been stored. */
  #retry(error: unknown, waitMs: number): void {
    if (isAppError(error, 'closed')) return;
    const isBusy = isAppError(error, 'busy');
    if (!isBusy) this.#log.error({ err: error }, 'The store takes no readings; clients wait');
    const again = () => {
      const batch = this.#held[0] as Batch;
      this.#ingest.take(batch.rows.finish(), 'mqtt').then(
        () => {
          this.#held.shift();
          this.#finish(batch);
          if (this.#held.length > 0) again();
          else this.#flush();
        },
        (next: unknown) => this.#retry(next, Math.min(waitMs * 2, RETRY_MS.most)),
      );
    };
    if (!isBusy) this.#wait(waitMs, again);
    else
      this.#ingest.room().then(
        () => this.#wait(1, again),
        (failure: unknown) => this.#retry(failure, waitMs),
      );
  }

  #finish(batch: Batch, from = 0): void {
    const { acknowledge } = batch;
    const to = Math.min(from + ACKNOWLEDGED_AT_ONCE, acknowledge.length);
    for (let i = from; i < to; i++) (acknowledge[i] as () => void)();
    if (to < acknowledge.length) setImmediate(() => this.#finish(batch, to));
    else this.#countWaiting(-batch.rows.length);
  }

  #countWaiting(rows: number): void {
    this.#waitingRows += rows;
    if (this.#waitingRows === 0) this.#settled?.();
    const isHigh = this.#waitingRows > (this.#isPressureHigh ? PRESSURE_ROWS.lower : PRESSURE_ROWS.upper);
    if (isHigh === this.#isPressureHigh) return;
    this.#isPressureHigh = isHigh;
    this.#onPressure(isHigh);
  }

  #wait(ms: number, then: () => void): void {
    sleep(ms, undefined, { ref: false, signal: this.#stopped.signal }).then(then, () => {});
  }
}

const emptyBatch = (): Batch => ({ rows: new ColumnsBuilder(64), acknowledge: [] });

/** Calls `then` at the n-th call. */
function after(calls: number, then: () => void): () => void {
  let left = calls;
  return () => {
    if (--left === 0) then();
  };
}
