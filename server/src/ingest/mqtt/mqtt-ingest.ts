// From an MQTT message to its acknowledgement: decode, queue, store. Used with the embedded and with an external broker.

import type { IncomingProtocol } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { ClockGuard } from '../../clock-guard/clock-guard.ts';
import type { GatewayService } from '../../gateways/gateway-service.ts';
import type { GatewayTraffic } from '../../gateways/gateway-traffic.ts';
import type { Logger } from '../../log.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { copyReadingsOf } from '../../readings/reading-batch.ts';
import type { ClockSkewGuard } from '../clock-skew/clock-skew-guard.ts';
import type { DeviceClocks } from '../clock-skew/device-clocks.ts';
import { DISCOVERY_ROUNDS, type IngestCatalogue, UnknownNames } from '../codecs/metric-fields.ts';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import { lostPart, REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { IncomingNotes } from '../incoming/incoming-data.ts';
import { type ArrivedFault, type ArrivedMessage, outcomeOf } from '../incoming/incoming-message.ts';
import type { IngestReadings } from '../pipeline/ingest-readings.ts';
import { ReadingQueue } from '../pipeline/reading-queue.ts';
import type { ActiveProfiles } from '../profiles/active-profiles.ts';
import type { Provisioning } from '../provisioning/provisioning.ts';
import type { SparkplugHost } from '../sparkplug/sparkplug-host.ts';
import { isSparkplugTopic } from '../sparkplug/topic.ts';
import { routeOf, type TopicRoute } from '../topic-route.ts';
import { EXTERNAL_BROKER, type Publisher } from './embedded/mqtt-client.ts';
import type { BrokerMessage } from './external/mqtt-session.ts';
import { RetainedMessages } from './external/retained-messages.ts';
import {
  type DecodedMessage,
  type Deferred,
  MessageDecoder,
  type ReceivedMessage,
  type Refusal,
} from './message-decoder.ts';
import { type Send, SparkplugIntake } from './sparkplug-intake.ts';
import { TopicRoutes } from './topic-routes.ts';

const FIRST_RETRY_MS = 50;
const NO_FAULTS: readonly ArrivedFault[] = [];

/** Called when the sender may discard the message; with a reason where nothing of it is stored, and never will be. */
type Done = (refusedFor?: RejectionReason) => void;

export interface MqttIngestDeps {
  ingest: Pick<IngestReadings, 'store' | 'waitForRoom'>;
  machines: MachineService;
  ingestFields: IngestCatalogue;
  gateways: GatewayService;
  gatewayTraffic: Pick<GatewayTraffic, 'received' | 'accepted' | 'refused' | 'lost'>;
  profileRules: ActiveProfiles;
  provisioning: Provisioning;
  deadLetters: Pick<DeadLetters, 'add'>;
  incoming: IncomingNotes;
  /** Spools payloads that are ahead of the clock; without it they are only refused. */
  clockSkew?: ClockSkewGuard;
  /** What the devices' timestamps say about their clocks. */
  clocks: Pick<DeviceClocks, 'note'>;
  /** Is told the timestamps of devices. */
  clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
  /** null without `SPARKPLUG_HOST_ID`. */
  sparkplug: SparkplugHost | null;
  clock: Clock;
  log: Logger;
  topics: readonly string[];
  /** Called with true when nothing more should be read, with false when reading may continue. */
  onPressure: (isHigh: boolean) => void;
}

export class MqttIngest {
  readonly #ingestFields: IngestCatalogue;
  readonly #provisioning: Provisioning;
  readonly #gatewayTraffic: MqttIngestDeps['gatewayTraffic'];
  readonly #deadLetters: MqttIngestDeps['deadLetters'];
  readonly #profileRules: ActiveProfiles;
  readonly #incoming: IncomingNotes;
  readonly #clockSkew: ClockSkewGuard | null;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #routes: TopicRoutes;
  readonly #queue: ReadingQueue;
  readonly #decoder: MessageDecoder;
  readonly #retained = new RetainedMessages();
  readonly #sparkplug: SparkplugIntake;

  constructor(deps: MqttIngestDeps) {
    this.#ingestFields = deps.ingestFields;
    this.#provisioning = deps.provisioning;
    this.#gatewayTraffic = deps.gatewayTraffic;
    this.#deadLetters = deps.deadLetters;
    this.#profileRules = deps.profileRules;
    this.#incoming = deps.incoming;
    this.#clockSkew = deps.clockSkew ?? null;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#routes = new TopicRoutes(deps.topics);
    this.#queue = new ReadingQueue({ ...deps, source: 'mqtt' });
    const hooks = {
      noteOwnTime: (machineId: string, timestampMs: number) => deps.clockGuard?.noteOwnTime(machineId, timestampMs),
      noteAhead: (machineId: string, timestampMs: number) => this.#clockSkew?.noteAhead(machineId, timestampMs),
    };
    this.#decoder = new MessageDecoder({ ...deps, ...hooks }, deps.ingestFields);
    this.#sparkplug = new SparkplugIntake(deps, {
      store: (message, stored) =>
        this.#decode({ ...message, arrivedMs: this.#clock.nowMs() }, DISCOVERY_ROUNDS, stored),
      reject: (topic, reason, payload, publisher) => this.reject(topic, reason, payload, publisher),
    });
  }

  /**
   * Calls `done` when the sender may discard the message: its readings are durable, or it can never be stored and is kept as a dead
   * letter. Does not call it while the store accepts nothing.
   */
  accept(topic: string, payload: Buffer, publisher: Publisher, done: Done, send: Send = () => {}): void {
    if (publisher.gateway !== null) this.#gatewayTraffic.received(publisher.gateway.id);
    if (isSparkplugTopic(topic)) this.#sparkplug.accept({ topic, payload, isRetained: false }, publisher, send, done);
    else this.#receive({ topic, payload, publisher, withoutTime: 'arrival', isRetained: false }, done);
  }

  /**
   * As `accept`, for a message of an external broker. A retained message may be old: only readings with a timestamp are stored, and
   * no machine is created for it, because the machine may have been deleted.
   */
  acceptFromBroker(message: BrokerMessage, done: () => void): void {
    const { topic, payload, isRetained } = message;
    if (isSparkplugTopic(topic)) {
      this.#sparkplug.acceptElsewhere(message, done);
      return;
    }
    if (isRetained && this.#retained.isRepeated(topic, payload)) {
      done();
      return;
    }
    const withoutTime = isRetained ? 'retained' : 'arrival';
    this.#receive({ topic, payload, publisher: EXTERNAL_BROKER, withoutTime, isRetained }, done);
  }

  /** As `accept`, for a message that the host application of Sparkplug receives from an external broker. */
  acceptSparkplug(message: BrokerMessage, send: Send, done: () => void): void {
    this.#sparkplug.accept(message, EXTERNAL_BROKER, send, done);
  }

  /** As `accept`, for a spooled message: its readings without a timestamp were processed when it arrived first. */
  acceptSpooled(topic: string, payload: Buffer, publisher: Publisher, done: () => void): void {
    this.#receive({ topic, payload, publisher, withoutTime: 'leave out', isRetained: false }, done);
  }

  /**
   * As `accept`, for a message that was refused when it arrived: readings without a time of their own get that time, and times are
   * judged by it.
   */
  acceptAgain(received: Pick<ReceivedMessage, 'topic' | 'payload' | 'publisher' | 'arrivedMs'>, done: Done): void {
    this.#receive({ ...received, withoutTime: 'arrival', isRetained: false }, done, received.arrivedMs);
  }

  #receive(received: Omit<ReceivedMessage, 'route' | 'arrivedMs'>, done: Done, arrivedMs = this.#clock.nowMs()): void {
    const route = this.#routes.find(received.topic) ?? this.#routeOfProfile(received);
    if (route !== null) {
      const message = { ...received, route, arrivedMs };
      this.#decode(message, DISCOVERY_ROUNDS, done);
      return;
    }
    if (this.#isReported(received)) this.reject(received.topic, 'bad_topic', received.payload, received.publisher);
    done('bad_topic');
  }

  /** A topic that only a profile describes. */
  #routeOfProfile({ topic, publisher }: Omit<ReceivedMessage, 'route' | 'arrivedMs'>): TopicRoute | null {
    if (this.#profileRules.isEmpty) return null;
    const route = routeOf(topic);
    return this.#profileRules.find(publisher.gateway?.id ?? null, topic, route.levels) === null ? null : route;
  }

  /** New names are added to the catalogue first, in at most `rounds` rounds. */
  #decode(message: ReceivedMessage, rounds: number, done: Done): void {
    const { rows } = this.#queue;
    const before = rows.length;
    const unknown = rounds > 0 ? new UnknownNames() : null;
    const decoded = this.#decoder.decode(message, rows, unknown);
    if (unknown !== null && !unknown.isEmpty) {
      rows.truncate(before);
      this.#discoverThenDecode(message, unknown, rounds - 1, done);
      return;
    }
    this.#commit(message, decoded, rows.length - before, done);
  }

  #commit(message: ReceivedMessage, { faults, deferred, aheadMs }: DecodedMessage, added: number, done: Done) {
    const { topic, payload, publisher } = message;
    let acknowledge: Done = done;
    const isReported = faults !== null && this.#isReported(message);
    if (message.withoutTime !== 'leave out' && (faults === null || isReported)) {
      this.#note(message, faults === null ? NO_FAULTS : [...faults.values()], added, deferred);
    }
    const kept = added > 0 && publisher.gateway !== null ? this.#countAccepted(publisher.gateway.id, added) : 0;
    if (faults !== null && publisher.gateway !== null) {
      // A reading of a machine that is yet to be created has one value at least.
      const lost = lostPart(faults.values(), kept + (deferred?.rows.length ?? 0));
      if (lost !== null) this.#gatewayTraffic.lost(publisher.gateway.id, lost.part, lost.why);
    }
    if (faults !== null && isReported) this.#report(faults, message);
    // A message of Sparkplug means nothing outside of its session.
    if (aheadMs !== null && this.#clockSkew !== null && isReported && message.decoded === undefined) {
      acknowledge = after(2, done);
      const spooled = { topic, gatewayId: publisher.gateway?.id ?? null, timestampMs: aheadMs };
      // The connection reuses the buffer after this turn.
      void this.#clockSkew.spool({ ...spooled, payload: Buffer.from(payload) }).then(() => acknowledge());
    }
    if (deferred !== null && deferred.rows.length > 0) {
      // The message is acknowledged when both parts are durable.
      const both = added > 0 ? after(2, acknowledge) : acknowledge;
      if (added > 0) this.#queue.commit(added, both);
      this.#createThenCommit(deferred, message, both);
    } else if (added > 0) {
      this.#queue.commit(added, acknowledge);
    } else {
      acknowledge(faults?.values().next().value?.reason);
    }
  }

  /** Records a message that is refused before it is decoded. Its topic is empty where it is not known. */
  reject(topic: string, reason: RejectionReason, payload: Buffer | string, publisher: Publisher | null): void {
    this.#addDeadLetter(topic, reason, payload, publisher);
    if (topic === '' || publisher === null) return;
    const arrived = {
      sender: publisher.sender,
      protocol: protocolOf(topic, publisher),
      topic,
      namesMachine: false,
      payload: typeof payload === 'string' ? () => payload : payload,
    };
    const fault = { reason, field: '', error: REJECTION_REASONS[reason], value: null };
    this.#incoming.note({ ...arrived, arrivedMs: this.#clock.nowMs() }, 'refused', [fault]);
  }

  #addDeadLetter(
    topic: string,
    reason: RejectionReason,
    payload: Uint8Array | string,
    publisher: Publisher | null,
    count = 1,
  ): void {
    const gatewayId = publisher?.gateway?.id ?? null;
    this.#deadLetters.add({ source: 'mqtt', gatewayId, topic, reason, payload, count });
    if (!publisher?.gateway) return;
    this.#gatewayTraffic.refused(publisher.gateway.id, { topic, reason, payload, count });
    this.#gatewayTraffic.lost(publisher.gateway.id, 1, REJECTION_REASONS[reason]);
  }

  /** What arrived, and what becomes of it. The newest `added` rows of the queue are of this message. */
  #note(message: ReceivedMessage, faults: readonly ArrivedFault[], added: number, deferred: Deferred | null): void {
    const { topic, arrivedMs, publisher, route, decoded } = message;
    const { sender } = publisher;
    const payload = decoded === undefined ? message.payload : () => JSON.stringify(decoded.machines);
    const protocol = protocolOf(topic, publisher);
    const namesMachine = route.machineId !== null;
    const arrived: ArrivedMessage = { sender, protocol, topic, namesMachine, payload, arrivedMs };
    const hasReadings = added > 0 || (deferred?.rows.length ?? 0) > 0;
    const stream = this.#incoming.note(arrived, outcomeOf(hasReadings, faults), faults);
    const { rows } = this.#queue;
    if (added > 0) stream.noteRows(rows, rows.length - added, arrivedMs);
    if (deferred !== null) stream.noteRows(deferred.rows, 0, arrivedMs);
  }

  /** Waits at most `withinMs` until everything accepted is acknowledged. The rest is dropped without acknowledgement. */
  stop(withinMs: number): Promise<void> {
    return this.#queue.stop(withinMs);
  }

  #report(faults: ReadonlyMap<string, Refusal>, message: ReceivedMessage): void {
    const { topic, publisher } = message;
    const payload = message.decoded?.text() ?? message.payload;
    for (const refusal of faults.values()) {
      this.#deadLetters.add({ source: 'mqtt', gatewayId: publisher.gateway?.id ?? null, topic, payload, ...refusal });
      if (publisher.gateway) this.#gatewayTraffic.refused(publisher.gateway.id, { topic, payload, ...refusal });
    }
  }

  /** The newest `added` rows of the queue are of this gateway. @returns the number of their values */
  #countAccepted(gatewayId: string, added: number): number {
    const { rows } = this.#queue;
    let total = 0;
    for (let row = rows.length - added; row < rows.length; row++) {
      const values = rows.valuesAt(row);
      this.#gatewayTraffic.accepted(gatewayId, rows.machineIdAt(row), values, 'mqtt');
      total += values;
    }
    return total;
  }

  #isReported({ topic, isRetained }: Pick<ReceivedMessage, 'topic' | 'isRetained'>): boolean {
    return !isRetained || this.#retained.isFirstRefusal(topic);
  }

  /** A message with new names waits until the catalogue has them, because their values are stored by these names. */
  #discoverThenDecode(message: ReceivedMessage, unknown: UnknownNames, rounds: number, done: Done): void {
    // The connection reuses the buffer after this turn.
    const copied = { ...message, payload: Buffer.from(message.payload) };
    this.#queue.countWaiting(1);
    const discover = (waitMs: number): void => {
      this.#ingestFields.discover(unknown, message.publisher.gateway?.id ?? '').then(
        () => {
          this.#queue.countWaiting(-1);
          this.#decode(copied, rounds, done);
        },
        (error: unknown) => {
          this.#log.error({ err: error }, 'New metrics could not be added to the catalogue; it will be tried again');
          this.#queue.retry(waitMs, discover);
        },
      );
    };
    discover(FIRST_RETRY_MS);
  }

  #createThenCommit(deferred: Deferred, message: ReceivedMessage, acknowledge: Done): void {
    const { topic, publisher } = message;
    const columns = deferred.rows.finish();
    // The connection reuses the buffer after this turn.
    const payload = Buffer.from(message.payload);
    this.#queue.countWaiting(columns.length);
    const add = (existing: ReadonlySet<string>) => {
      const added = copyReadingsOf(columns, this.#queue.rows, (machineId) => existing.has(machineId));
      if (added < columns.length)
        this.#addDeadLetter(topic, 'unknown_machine', payload, publisher, columns.length - added);
      if (added > 0 && publisher.gateway !== null) this.#countAccepted(publisher.gateway.id, added);
      if (added > 0) this.#queue.commit(added, acknowledge);
      else acknowledge('unknown_machine');
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

function protocolOf(topic: string, publisher: Publisher): IncomingProtocol {
  if (isSparkplugTopic(topic)) return 'sparkplug';
  return publisher === EXTERNAL_BROKER ? 'external_mqtt' : 'mqtt';
}

/** @returns a function that calls `then` at its n-th call */
function after(calls: number, then: () => void): () => void {
  let left = calls;
  return () => {
    if (--left === 0) then();
  };
}
