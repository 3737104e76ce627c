// From an MQTT message to its acknowledgement: decode, queue, store. Used with the embedded and with an external broker.

import type { Clock } from '../../clock.ts';
import type { ClockGuard } from '../../clock-guard/clock-guard.ts';
import type { GatewayService } from '../../gateways/gateway-service.ts';
import type { Logger } from '../../log.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { idKey } from '../../name-key.ts';
import { ColumnsBuilder } from '../../readings/reading-columns.ts';
import type { ClockSkewGuard } from '../clock-skew/clock-skew-guard.ts';
import { type DecodeContext, decodeMessage, decodeTelemetry, type Place, parsePayload } from '../codecs/decode.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import { type DeadLetters, rejectedValue } from '../dead-letters/dead-letters.ts';
import type { RejectedValue } from '../dead-letters/rejected-payload.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import { copyRows, type IngestReadings } from '../pipeline/ingest-readings.ts';
import { ReadingQueue } from '../pipeline/reading-queue.ts';
import type { NewMachine, Provisioning } from '../provisioning/provisioning.ts';
import type { Publisher } from './embedded/mqtt-connection.ts';
import type { BrokerMessage } from './external/mqtt-session.ts';
import { RetainedMessages } from './external/retained-messages.ts';
import { type TopicRoute, TopicRoutes } from './topic-routes.ts';

/** Rows of unknown machines that must be created first. */
interface Deferred {
  /** By id. */
  readonly machines: Map<string, NewMachine>;
  readonly rows: ColumnsBuilder;
}

/** Faults of one message with the same reason and metric, with the first of the values. */
interface Refusal {
  readonly reason: RejectionReason;
  readonly about: RejectedValue;
  count: number;
}

const FIRST_RETRY_MS = 50;

export interface MqttIngestDeps {
  ingest: IngestReadings;
  machines: MachineService;
  gateways: GatewayService;
  provisioning: Provisioning;
  deadLetters: DeadLetters;
  /** Spools payloads that are ahead of the clock; without it they are only refused. */
  clockSkew?: ClockSkewGuard;
  /** Is told the timestamps of devices. */
  clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
  clock: Clock;
  log: Logger;
  topics: readonly string[];
  /** Called with true when nothing more should be read, with false when reading may continue. */
  onPressure: (isHigh: boolean) => void;
}

export class MqttIngest {
  readonly #machines: MachineService;
  readonly #gateways: GatewayService;
  readonly #provisioning: Provisioning;
  readonly #deadLetters: DeadLetters;
  readonly #clockSkew: ClockSkewGuard | null;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #routes: TopicRoutes;
  readonly #queue: ReadingQueue;
  readonly #retained = new RetainedMessages();
  readonly #context: DecodeContext & { nowMs: number; withoutTime: DecodeContext['withoutTime'] };
  // State of the message that is being decoded. Decoding is synchronous.
  #route: TopicRoute = { factoryId: null, machineId: null };
  #topic = '';
  #publisher: Publisher = { gateway: null };
  #isRetained = false;
  #faults: Map<string, Refusal> | null = null;
  /** The machine whose readings are being decoded; null where they are refused. */
  #acceptedMachine: string | null = null;
  /** The first timestamp that was refused because it is in the future. */
  #aheadMs: number | null = null;
  #deferred: Deferred | null = null;

  constructor(deps: MqttIngestDeps) {
    this.#machines = deps.machines;
    this.#gateways = deps.gateways;
    this.#provisioning = deps.provisioning;
    this.#deadLetters = deps.deadLetters;
    this.#clockSkew = deps.clockSkew ?? null;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#routes = new TopicRoutes(deps.topics);
    this.#queue = new ReadingQueue({ ...deps, source: 'mqtt' });
    this.#context = {
      nowMs: 0,
      withoutTime: 'arrival',
      place: (id, described) => {
        const place = this.#place(id, described);
        this.#acceptedMachine = typeof place === 'string' ? null : place.machineId;
        return place;
      },
      noteOwnTime: (machineId, timestampMs) => deps.clockGuard?.noteOwnTime(machineId, timestampMs),
      refuse: (reason, field, _error, value) => {
        if (reason === 'in_the_future' && this.#acceptedMachine !== null)
          this.#noteAhead(this.#acceptedMachine, parseTimestampMs(value));
        const about = rejectedValue(field, value);
        const key = `${reason} ${about.metric}`;
        this.#faults ??= new Map();
        const known = this.#faults.get(key);
        if (known === undefined) this.#faults.set(key, { reason, about, count: 1 });
        else known.count++;
      },
    };
  }

  /**
   * Calls `done` when the sender may discard the message: its readings are durable, or it can never be stored and is kept as a dead
   * letter. Does not call it while the store accepts nothing.
   */
  accept(topic: string, payload: Buffer, publisher: Publisher, done: () => void): void {
    this.#context.withoutTime = 'arrival';
    this.#isRetained = false;
    this.#accept(topic, payload, publisher, done);
  }

  /**
   * As `accept`, for a message of an external broker. A retained message may be old: only readings with a timestamp are stored, and
   * no machine is created for it, because the machine may have been deleted.
   */
  acceptFromBroker({ topic, payload, isRetained }: BrokerMessage, done: () => void): void {
    if (isRetained && this.#retained.isRepeated(topic, payload)) {
      done();
      return;
    }
    this.#context.withoutTime = isRetained ? 'retained' : 'arrival';
    this.#isRetained = isRetained;
    this.#accept(topic, payload, { gateway: null }, done);
  }

  /** As `accept`, for a spooled message: its readings without a timestamp were processed when it arrived first. */
  acceptSpooled(topic: string, payload: Buffer, publisher: Publisher, done: () => void): void {
    this.#context.withoutTime = 'leave out';
    this.#isRetained = false;
    this.#accept(topic, payload, publisher, done);
  }

  #accept(topic: string, payload: Buffer, publisher: Publisher, done: () => void): void {
    let acknowledge = done;
    const route = this.#routes.find(topic);
    if (route === null) {
      if (this.#isReported(topic)) this.reject(topic, 'bad_topic', payload);
      acknowledge();
      return;
    }
    const { rows } = this.#queue;
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
    const isReported = this.#faults !== null && this.#isReported(topic);
    if (this.#faults !== null && isReported) this.#report(this.#faults, topic, payload);
    this.#faults = null;
    if (this.#aheadMs !== null && this.#clockSkew !== null && isReported) {
      acknowledge = after(2, done);
      const spooled = { topic, gatewayId: publisher.gateway?.id ?? null, timestampMs: this.#aheadMs };
      // The connection reuses the buffer after this turn.
      void this.#clockSkew.spool({ ...spooled, payload: Buffer.from(payload) }).then(acknowledge);
    }
    this.#aheadMs = null;
    const added = rows.length - before;
    const deferred = this.#deferred;
    this.#deferred = null;
    if (deferred !== null && deferred.rows.length > 0) {
      // The message is acknowledged when both parts are durable.
      const both = added > 0 ? after(2, acknowledge) : acknowledge;
      if (added > 0) this.#queue.commit(added, both);
      this.#createThenCommit(deferred, topic, payload, both);
    } else if (added > 0) {
      this.#queue.commit(added, acknowledge);
    } else {
      acknowledge();
    }
  }

  /** Adds a dead letter for a message that is refused before it is decoded. */
  reject(topic: string, reason: RejectionReason, payload: Uint8Array | string, count = 1): void {
    this.#deadLetters.add({ source: 'mqtt', topic, reason, payload, count });
  }

  /** Waits at most `withinMs` until everything accepted is acknowledged. The rest is dropped without acknowledgement. */
  stop(withinMs: number): Promise<void> {
    return this.#queue.stop(withinMs);
  }

  #place(id: string, described: unknown): Place | RejectionReason {
    const { gateway } = this.#publisher;
    const known = this.#machines.resolve(id)?.record.id;
    // A gateway may be bound to the UUID of a machine that does not exist yet.
    const isAllowed =
      gateway === null || this.#gateways.mayPublishFor(gateway, known ?? idKey(id), this.#route.factoryId);
    if (!isAllowed) return 'not_allowed';
    if (known !== undefined) return { machineId: known, rows: this.#queue.rows };
    if (this.#isRetained) return 'unknown_machine';
    const decision = this.#provisioning.decide(id, this.#topic, this.#route.factoryId, described);
    switch (decision.kind) {
      case 'store':
        return { machineId: decision.machineId, rows: this.#queue.rows };
      case 'create':
        this.#deferred ??= { machines: new Map(), rows: new ColumnsBuilder() };
        this.#deferred.machines.set(decision.machineId, decision.machine);
        return { machineId: decision.machineId, rows: this.#deferred.rows };
      case 'refuse':
        return 'unknown_machine';
    }
  }

  #noteAhead(machineId: string, timestampMs: number): void {
    this.#aheadMs ??= timestampMs;
    this.#clockSkew?.noteAhead(machineId, timestampMs);
  }

  #report(faults: ReadonlyMap<string, Refusal>, topic: string, payload: Buffer): void {
    for (const refusal of faults.values()) this.#deadLetters.add({ source: 'mqtt', topic, payload, ...refusal });
  }

  #isReported(topic: string): boolean {
    return !this.#isRetained || this.#retained.isFirstRefusal(topic);
  }

  #createThenCommit(deferred: Deferred, topic: string, received: Buffer, acknowledge: () => void): void {
    const columns = deferred.rows.finish();
    // The connection reuses the buffer after this turn.
    const payload = Buffer.from(received);
    this.#queue.countWaiting(columns.length);
    const add = (existing: ReadonlySet<string>) => {
      const added = copyRows(columns, this.#queue.rows, (machineId) => existing.has(machineId));
      if (added < columns.length) this.reject(topic, 'unknown_machine', payload, columns.length - added);
      if (added > 0) this.#queue.commit(added, acknowledge);
      else acknowledge();
      this.#queue.countWaiting(-columns.length);
    };
    const create = (waitMs: number): void => {
      this.#provisioning.create(deferred.machines.values()).then(add, (error: unknown) => {
        this.#log.error({ err: error }, 'An unknown machine could not be created; it will be tried again');
        this.#queue.retry(waitMs, create);
      });
    };
    create(FIRST_RETRY_MS);
  }
}

/** @returns a function that calls `then` at its n-th call */
function after(calls: number, then: () => void): () => void {
  let left = calls;
  return () => {
    if (--left === 0) then();
  };
}
