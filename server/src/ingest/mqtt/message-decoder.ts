// Decodes one MQTT message into the rows of the queue. What it finds besides is handed to the caller.

import type { GatewayService } from '../../gateways/gateway-service.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { idKey } from '../../name-key.ts';
import { BatchBuilder } from '../../readings/reading-batch.ts';
import { ArrivalTimes } from '../codecs/arrival-times.ts';
import { decodeMessage, decodeTelemetry, parsePayload } from '../codecs/decode.ts';
import type { DecodeContext, Place } from '../codecs/decode-context.ts';
import type { MetricFields, UnknownNames } from '../codecs/metric-fields.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import { rejectedValue } from '../dead-letters/dead-letters.ts';
import type { RejectedValue } from '../dead-letters/rejected-payload.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { NewMachine, Provisioning } from '../provisioning/provisioning.ts';
import type { Publisher } from './embedded/mqtt-client.ts';
import type { TopicRoute } from './topic-routes.ts';

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
}

/** Rows of unknown machines that must be created first. */
export interface Deferred {
  /** By id. */
  readonly machines: Map<string, NewMachine>;
  readonly rows: BatchBuilder;
}

/** Faults of one message with the same reason and metric, with the first of the values. */
export interface Refusal {
  readonly reason: RejectionReason;
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
    gateways: GatewayService;
    provisioning: Provisioning;
    /** A reading was refused because its timestamp is in the future. */
    noteAhead: (machineId: string, timestampMs: number) => void;
  };
  readonly #arrivals = new ArrivalTimes();
  readonly #context: { -readonly [name in keyof DecodeContext]: DecodeContext[name] };
  // State of the message that is being decoded. Decoding is synchronous.
  #message: ReceivedMessage | null = null;
  #rows = new BatchBuilder(1);
  #decoded: DecodedMessage = { faults: null, deferred: null, aheadMs: null };
  /** The machine whose readings are being decoded; null where they are refused. */
  #acceptedMachine: string | null = null;

  constructor(
    deps: {
      machines: MachineService;
      gateways: GatewayService;
      provisioning: Provisioning;
      noteAhead: (machineId: string, timestampMs: number) => void;
    } & Required<Pick<DecodeContext, 'noteOwnTime'>>,
    fields: MetricFields,
  ) {
    this.#deps = deps;
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
      refuse: (reason, field, _error, value) => this.#refuse(reason, field, value),
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
    const parsed = parsePayload(message.payload, context);
    if (parsed !== undefined) {
      const { machineId } = message.route;
      if (machineId === null) decodeMessage(parsed, context);
      else decodeTelemetry(parsed, machineId, context);
    }
    return this.#decoded;
  }

  #place(id: string, described: unknown): Place | RejectionReason {
    const { publisher, route, topic, isRetained } = this.#message as ReceivedMessage;
    const { machines, gateways, provisioning } = this.#deps;
    const { gateway } = publisher;
    const known = machines.resolve(id)?.record.id;
    // A gateway may be bound to the UUID of a machine that does not exist yet.
    if (gateway !== null && !gateways.mayPublishFor(gateway, known ?? idKey(id), route.factoryId)) return 'not_allowed';
    if (known !== undefined) return { machineId: known, rows: this.#rows };
    if (isRetained) return 'unknown_machine';
    const decision = provisioning.decide(id, topic, route.factoryId, described);
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

  #refuse(reason: RejectionReason, field: string, value: unknown): void {
    if (reason === 'in_the_future' && this.#acceptedMachine !== null) {
      const timestampMs = parseTimestampMs(value);
      this.#decoded.aheadMs ??= timestampMs;
      this.#deps.noteAhead(this.#acceptedMachine, timestampMs);
    }
    const about = rejectedValue(field, value);
    const key = `${reason} ${about.metric}`;
    this.#decoded.faults ??= new Map();
    const known = this.#decoded.faults.get(key);
    if (known === undefined) this.#decoded.faults.set(key, { reason, about, count: 1 });
    else known.count++;
  }
}
