// Decodes one MQTT message into the rows of the queue. What it finds besides is handed to the caller.

import { onlyMachineOf, ownFactoryOf, rightOf } from '../../gateways/gateway-rights.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { idKey } from '../../name-key.ts';
import { BatchBuilder } from '../../readings/reading-batch.ts';
import type { DeviceClocks } from '../clock-skew/device-clocks.ts';
import { zoneOffsetOf } from '../clock-skew/zone-offset.ts';
import { ArrivalTimes } from '../codecs/arrival-times.ts';
import { decodeTelemetry, parsePayload } from '../codecs/decode.ts';
import { decodeAny, type MessageOrigin } from '../codecs/decode-any.ts';
import type { DecodeContext, Place } from '../codecs/decode-context.ts';
import type { MetricFields, UnknownNames } from '../codecs/metric-fields.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import { rejectedValue, shortValue } from '../dead-letters/dead-letters.ts';
import type { RejectedValue } from '../dead-letters/rejected-payload.ts';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { ArrivedFault } from '../incoming/incoming-message.ts';
import type { ActiveProfiles } from '../profiles/active-profiles.ts';
import type { MatchedRule } from '../profiles/compile-profile.ts';
import { decodeMapped } from '../profiles/decode-mapped.ts';
import type { NewMachine, Provisioning } from '../provisioning/provisioning.ts';
import type { MachineReadings } from '../sparkplug/node-session.ts';
import type { TopicRoute } from '../topic-route.ts';
import type { Publisher } from './embedded/mqtt-client.ts';

export interface ReceivedMessage {
  readonly topic: string;
  readonly route: TopicRoute;
  readonly payload: Buffer;
  readonly publisher: Publisher;
  /** UTC ms. */
  readonly arrivedMs: number;
  readonly withoutTime: DecodeContext['withoutTime'];
  /** No machine is created for a retained message, because the machine may have been deleted. */
  readonly isRetained: boolean;
  /** What the payload contains, where a Sparkplug session has decoded it. */
  readonly decoded?: DecodedPayload;
}

export interface DecodedPayload {
  readonly machines: readonly MachineReadings[];
  /** Values that are lost, because no birth named their alias. */
  readonly unknownAliases: number;
  /** The payload as people can read it. */
  text(): string;
}

/** Rows of unknown machines that must be created first. */
export interface Deferred {
  /** By id. */
  readonly machines: Map<string, NewMachine>;
  readonly rows: BatchBuilder;
}

/** Faults of one message with the same reason and metric; of the first of them the path, the sentence and the value. */
export interface Refusal extends ArrivedFault {
  readonly about: RejectedValue;
  count: number;
}

export interface DecodedMessage {
  faults: Map<string, Refusal> | null;
  deferred: Deferred | null;
  /** The first timestamp that was refused because it is in the future. */
  aheadMs: number | null;
}

export class MessageDecoder {
  readonly #deps: {
    machines: MachineService;
    profileRules: ActiveProfiles;
    provisioning: Provisioning;
    /** A reading was refused because its timestamp is in the future. */
    noteAhead: (machineId: string, timestampMs: number) => void;
  };
  readonly #arrivals = new ArrivalTimes();
  readonly #context: { -readonly [name in keyof DecodeContext]: DecodeContext[name] };
  readonly #origin: { -readonly [name in keyof MessageOrigin]: MessageOrigin[name] };
  readonly #refuseUnnamed = (): void => {
    const [first, second] = this.#origin.levels;
    // On our own topic for batches the payload has to name the machine.
    const reason = first === 'gonsters' && second === 'sensors' ? 'wrong_shape' : 'no_machine';
    this.#refuse(reason, 'machine_id', REJECTION_REASONS[reason], undefined);
  };
  // State of the message that is being decoded. Decoding is synchronous.
  #message: ReceivedMessage | null = null;
  #rows = new BatchBuilder(1);
  #decoded: DecodedMessage = { faults: null, deferred: null, aheadMs: null };
  /** The machine whose readings are being decoded; null where they are refused. */
  #acceptedMachine: string | null = null;

  constructor(
    deps: {
      machines: MachineService;
      profileRules: ActiveProfiles;
      provisioning: Provisioning;
      noteAhead: (machineId: string, timestampMs: number) => void;
      clocks: Pick<DeviceClocks, 'note'>;
    } & Required<Pick<DecodeContext, 'noteOwnTime'>>,
    fields: MetricFields,
  ) {
    this.#deps = deps;
    this.#origin = {
      machineId: null,
      levels: [],
      isKnown: (id) => deps.machines.resolve(id) !== undefined,
      senderIds: () => this.#senderIds(),
      onlyMachine: () => onlyMachineOf((this.#message as ReceivedMessage).publisher.gateway),
    };
    this.#context = {
      nowMs: 0,
      withoutTime: 'arrival',
      fields,
      unknown: null,
      gateway: '',
      arrivalMs: (machineId) => this.#arrivals.next(machineId, this.#context.nowMs),
      place: (id, described) => {
        const place = this.#place(id, described);
        this.#acceptedMachine = typeof place === 'string' ? null : place.machineId;
        return place;
      },
      noteOwnTime: deps.noteOwnTime,
      noteTime: (machineId, timestamp, timestampMs) =>
        deps.clocks.note(machineId, this.#context.gateway, timestamp, timestampMs, this.#context.nowMs),
      refuse: (reason, field, error, value) => this.#refuse(reason, field, error, value),
    };
  }

  /**
   * Adds the readings of known machines to `rows`. If `unknown` is not empty afterwards, the message must be decoded again
   * when its names are in the catalogue; with null, such values are refused.
   */
  decode(message: ReceivedMessage, rows: BatchBuilder, unknown: UnknownNames | null): DecodedMessage {
    const context = this.#context;
    this.#message = message;
    this.#rows = rows;
    this.#decoded = { faults: null, deferred: null, aheadMs: null };
    context.nowMs = message.arrivedMs;
    context.withoutTime = message.withoutTime;
    context.unknown = unknown;
    context.gateway = message.publisher.gateway?.id ?? '';
    context.zone = message.publisher.gateway?.timezone ?? 'UTC';
    if (message.decoded !== undefined) this.#addDecoded(message.decoded);
    else {
      const parsed = parsePayload(message.payload, context);
      if (parsed !== undefined) this.#decodeParsed(parsed, message);
    }
    return this.#decoded;
  }

  #addDecoded({ machines, unknownAliases }: DecodedPayload): void {
    for (const { ids, readings } of machines) {
      const id = ids.find((each) => this.#deps.machines.resolve(each) !== undefined) ?? (ids[0] as string);
      decodeTelemetry(readings, id, this.#context);
    }
    for (let i = 0; i < unknownAliases; i++)
      this.#context.refuse('unknown_alias', '', REJECTION_REASONS.unknown_alias, undefined);
  }

  #ruleFor({ topic, route, publisher }: ReceivedMessage): MatchedRule | null {
    const { profileRules } = this.#deps;
    return profileRules.isEmpty ? null : profileRules.find(publisher.gateway?.id ?? null, topic, route.levels);
  }

  #decodeParsed(parsed: unknown, message: ReceivedMessage): void {
    const origin = this.#origin;
    const context = this.#context;
    origin.machineId = message.route.machineId;
    origin.levels = message.route.levels;
    const rule = this.#ruleFor(message);
    if (rule === null) {
      decodeAny(parsed, origin, context, this.#refuseUnnamed);
      return;
    }
    if (rule.zone !== null) context.zone = rule.zone;
    decodeMapped(parsed, rule, origin, context);
  }

  /** A device that publishes for itself is known by its credentials. */
  #senderIds(): string[] {
    const { gateway } = (this.#message as ReceivedMessage).publisher;
    const only = onlyMachineOf(gateway);
    if (only !== null) return [only];
    return gateway === null ? [] : [gateway.name, gateway.username];
  }

  #place(id: string, described: unknown): Place | RejectionReason {
    const { publisher, route, topic, isRetained } = this.#message as ReceivedMessage;
    const { machines, provisioning } = this.#deps;
    const { gateway } = publisher;
    const known = machines.resolve(id)?.record;
    // A gateway may be bound to the UUID of a machine that does not exist yet.
    const right = rightOf(gateway, known ?? { id: idKey(id), factoryId: null }, route.factoryId);
    if (right !== 'allowed') return right;
    if (known !== undefined) return { machineId: known.id, rows: this.#rows };
    if (isRetained) return 'unknown_machine';
    const decision = provisioning.decide(id, topic, described, {
      named: route.factoryId,
      owner: ownFactoryOf(gateway),
    });
    switch (decision.kind) {
      case 'store':
        return { machineId: decision.machineId, rows: this.#rows };
      case 'create':
        this.#decoded.deferred ??= { machines: new Map(), rows: new BatchBuilder() };
        this.#decoded.deferred.machines.set(decision.machineId, decision.machine);
        return { machineId: decision.machineId, rows: this.#decoded.deferred.rows };
      case 'refuse':
        return 'unknown_machine';
    }
  }

  #refuse(reason: RejectionReason, field: string, error: string, value: unknown): void {
    if (reason === 'in_the_future' && this.#acceptedMachine !== null) {
      const timestampMs = parseTimestampMs(value, this.#context.zone);
      this.#noteAhead(this.#acceptedMachine, timestampMs);
    }
    const about = rejectedValue(field, value);
    const key = `${reason} ${about.metric}`;
    this.#decoded.faults ??= new Map();
    const known = this.#decoded.faults.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const fault = { reason, field, error, value: shortValue(value) ?? null };
    this.#decoded.faults.set(key, { ...fault, about, count: 1 });
  }

  /** Full hours ahead, it sends the local time, and no other clock will make its readings right. */
  #noteAhead(machineId: string, timestampMs: number): void {
    if (zoneOffsetOf(timestampMs - this.#context.nowMs) !== null) return;
    this.#decoded.aheadMs ??= timestampMs;
    this.#deps.noteAhead(machineId, timestampMs);
  }
}
