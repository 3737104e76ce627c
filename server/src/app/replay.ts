// How a refused message is taken in again: by the same code as when it arrived, without counting it as a new one.

import { INGEST_LIMITS } from '@gonsters/contract';
import { isAppError } from '../errors.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import { ofGateway, ofUser } from '../http/request-sender.ts';
import { ingestPlain, isPlain } from '../http/routes/plain-readings.ts';
import { type Precision, parseLines } from '../ingest/codecs/line-protocol.ts';
import { parseLenientJson } from '../ingest/codecs/parse-json.ts';
import { REJECTION_REASONS } from '../ingest/dead-letters/rejection-reason.ts';
import type { IncomingNotes } from '../ingest/incoming/incoming-data.ts';
import type { ArrivedFault, IncomingSender } from '../ingest/incoming/incoming-message.ts';
import type { TakeIn, TakenIn } from '../ingest/incoming/incoming-replay.ts';
import type { RefusedMessage } from '../ingest/incoming/refused-message.ts';
import { MqttIngest, type MqttIngestDeps } from '../ingest/mqtt/mqtt-ingest.ts';
import { IngestBatches } from '../ingest/pipeline/ingest-batches.ts';
import { ingestLines } from '../ingest/pipeline/ingest-lines.ts';
import { IngestMessages } from '../ingest/pipeline/ingest-messages.ts';
import type { IngestReadings } from '../ingest/pipeline/ingest-readings.ts';
import type { ReadingStore } from '../readings/reading-store.ts';

type Deps = Omit<MqttIngestDeps, 'onPressure' | 'incoming' | 'ingest'> & {
  gateways: GatewayService;
  ingest: IngestReadings;
  readings: Pick<ReadingStore, 'raw'>;
};

const NOTHING = () => {};
/** What is told of new messages only: counts of refused data and of traffic, and what times say of clocks. */
const UNTOLD = {
  deadLetters: { add: NOTHING },
  gatewayTraffic: { received: NOTHING, accepted: NOTHING, refused: NOTHING, lost: NOTHING },
  clocks: { note: NOTHING },
};

/** Takes note of one message in the place of `IncomingData`. */
class Outcome implements IncomingNotes {
  taken: TakenIn | null = null;

  note(...[, outcome, faults]: Parameters<IncomingNotes['note']>) {
    this.taken = { outcome, faults };
    return { noteRows: NOTHING };
  }
}

export function createTakeIn(deps: Deps): TakeIn {
  const { gateways } = deps;
  const { clockSkew: _, clockGuard: __, ...rest } = deps;
  const ingest: MqttIngestDeps['ingest'] = {
    store: (readings, source, topic) => deps.ingest.storeHistory(readings, source, topic),
    waitForRoom: () => deps.ingest.waitForRoom(),
  };
  const silent = { ...rest, ...UNTOLD, ingest };
  const isKnown = (id: string) => deps.machines.resolve(id) !== undefined;
  const outcomes = new Map<IncomingSender, Outcome>();
  const incoming: IncomingNotes = {
    note: (message, outcome, faults) => {
      outcomes.get(message.sender)?.note(message, outcome, faults);
      return { noteRows: NOTHING };
    },
  };
  const mqtt = new MqttIngest({ ...silent, incoming, sparkplug: null, onPressure: NOTHING });

  async function takeInMqtt(
    message: RefusedMessage,
    gateway: ReturnType<GatewayService['get']> | null,
  ): Promise<TakenIn> {
    // An object of its own, by which the outcome is found.
    const sender = { ...message.sender };
    const outcome = new Outcome();
    outcomes.set(sender, outcome);
    const { topic, payload, arrivedMs } = message;
    await new Promise<unknown>((done) => {
      mqtt.acceptAgain({ topic, payload, publisher: { gateway: gateway ?? null, sender }, arrivedMs }, done);
    });
    outcomes.delete(sender);
    return outcome.taken ?? { outcome: 'ignored', faults: [] };
  }

  async function takeInHttp(
    message: RefusedMessage,
    gateway: ReturnType<GatewayService['get']> | null,
  ): Promise<TakenIn> {
    const outcome = new Outcome();
    const { topic: path, arrivedMs, parameters = {}, userFactory = null } = message;
    const topic = `POST ${path}`;
    const rule = gateway ? deps.profileRules.find(gateway.id, path, path.split('/')) : null;
    const { client, address } = message.sender;
    const text = message.payload.toString();
    const protocol = message.protocol === 'line_protocol' ? 'line_protocol' : 'http';
    const arrival = {
      protocol,
      path,
      client,
      userFactory,
      address,
      arrivedMs,
      parameters,
      payload: () => text,
    } as const;
    const sender = gateway ? ofGateway(gateway) : ofUser(userFactory, 'refused');
    const ingestDeps = { ...silent, incoming: outcome };
    const messages = new IngestMessages(ingestDeps);
    try {
      if (protocol === 'line_protocol') {
        const parsed = parseLines(text, (parameters.precision ?? 'ns') as Precision, INGEST_LIMITS.readings);
        const machine = parameters.machine ?? null;
        if (parsed !== null) await ingestLines(messages, parsed, { sender, topic, arrival, machine, rule });
      } else {
        const body = parseLenientJson(text);
        const posted = { body, query: parameters, sender, topic, arrival, rule, isKnown };
        if (rule !== null || isPlain(body, parameters)) await ingestPlain(messages, posted);
        else await new IngestBatches(ingestDeps).ingest(body, sender, arrival);
      }
    } catch (error) {
      // Who posted it would be told; what was refused is in the outcome.
      if (!isAppError(error, 'validation_failed') && !isAppError(error, 'nothing_accepted')) throw error;
    }
    return outcome.taken ?? { outcome: 'refused', faults: message.faults };
  }

  return async (message) => {
    const { gatewayId } = message.sender;
    const gateway = gatewayId === null ? null : gateways.get(gatewayId);
    if (gateway === undefined) return { outcome: 'refused', faults: [faultOf('not_allowed')] };
    const isHttp = message.protocol === 'http' || message.protocol === 'line_protocol';
    return isHttp ? takeInHttp(message, gateway) : takeInMqtt(message, gateway);
  };
}

const faultOf = (reason: ArrivedFault['reason']): ArrivedFault => ({
  ...{ reason, field: '', value: null },
  error: REJECTION_REASONS[reason],
});
