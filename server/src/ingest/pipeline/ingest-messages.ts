// Ingests what was posted over HTTP in another form than a batch: create unknown machines, decode, store, and say what became of it.

import type { Fault } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { ClockGuard } from '../../clock-guard/clock-guard.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { countRefused, ofWhole, type RefusedReadings, withoutRefused } from '../../readings/refused-readings.ts';
import type { ClockSkewGuard } from '../clock-skew/clock-skew-guard.ts';
import type { DeviceClocks } from '../clock-skew/device-clocks.ts';
import { ArrivalTimes } from '../codecs/arrival-times.ts';
import { MAX_LISTED_FAULTS, type MachineOutcome } from '../codecs/decode-batch.ts';
import type { DecodeContext } from '../codecs/decode-context.ts';
import { DISCOVERY_ROUNDS, type IngestCatalogue, UnknownNames } from '../codecs/metric-fields.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import { type DeadLetters, rejectedValue, shortValue } from '../dead-letters/dead-letters.ts';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { IncomingNotes } from '../incoming/incoming-data.ts';
import type { NewMachine, Provisioning } from '../provisioning/provisioning.ts';
import type { IngestReadings } from './ingest-readings.ts';
import {
  findTarget,
  type HttpArrival,
  type HttpRefusal,
  type IngestSender,
  noteClocks,
  recordMessage,
  type SenderTraffic,
} from './ingest-sender.ts';
import { codeOf, Overwrites } from './overwrites.ts';

/** Unknown machines are created in a round of their own. */
const MAX_ROUNDS = DISCOVERY_ROUNDS + 1;
/** Values with these faults are stored, as bad. */
const STORED_AS_BAD: ReadonlySet<RejectionReason> = new Set(['out_of_range', 'bad_unit']);

export interface HttpMessage {
  /** Is called again if something must be added first that the message names. */
  decode(context: DecodeContext): void;
  sender: IngestSender;
  arrival: HttpArrival;
  /** The route, for the list of rejected data. */
  topic: string;
  /** The time of readings that come without one, UTC ms; null: the time of arrival. */
  timeMs: number | null;
}

export interface MessageFault extends Fault {
  reason: RejectionReason;
}

export interface MessageOutcome {
  storedReadings: number;
  /** By the store, which will never accept them. */
  refusedReadings: number;
  machines: MachineOutcome[];
  /** At most `MAX_LISTED_FAULTS`; `faultCount` counts all. */
  faults: MessageFault[];
  faultCount: number;
  /** Faults because of which something was not stored. */
  lostCount: number;
}

interface Decoded extends Omit<MessageOutcome, 'machines' | 'storedReadings' | 'refusedReadings'> {
  readings: ReadingBatch;
  unknown: UnknownNames;
  toCreate: Map<string, NewMachine>;
  /** By the id under which readings are stored, or as sent where they are refused. */
  machines: Map<string, { id: string; hasFaults: boolean }>;
  refusals: Map<string, HttpRefusal>;
}

export interface IngestMessagesDeps {
  ingest: Pick<IngestReadings, 'store'>;
  machines: MachineService;
  ingestFields: IngestCatalogue;
  provisioning: Provisioning;
  deadLetters: Pick<DeadLetters, 'add'>;
  gatewayTraffic: SenderTraffic;
  incoming: IncomingNotes;
  clockSkew?: ClockSkewGuard;
  clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
  /** Is told what the timestamps say about the clocks of devices. */
  clocks?: Pick<DeviceClocks, 'note'>;
  readings: Pick<ReadingStore, 'raw'>;
  clock: Clock;
}

export class IngestMessages {
  readonly #deps: IngestMessagesDeps;
  readonly #overwrites: Overwrites;
  readonly #arrivals = new ArrivalTimes();

  constructor(deps: IngestMessagesDeps) {
    this.#deps = deps;
    this.#overwrites = new Overwrites(deps);
  }

  /** Resolves once everything is durable that can be stored, which may be nothing. Rejects as `IngestReadings.store`. */
  async ingest(message: HttpMessage): Promise<MessageOutcome> {
    const { clockSkew, ingest } = this.#deps;
    const { topic, sender } = message;
    const decoded = await this.#decode(message);
    recordMessage(this.#deps, { ...message, readings: decoded.readings, refusals: [...decoded.refusals.values()] });
    for (const { first, reason } of decoded.refusals.values()) {
      // The sender has the fault in the reply. For the clock-skew detector it is evidence.
      if (reason === 'in_the_future')
        clockSkew?.noteAhead(sender.gateway?.id ?? topic, parseTimestampMs(first.value, sender.zone));
    }
    const { readings } = decoded;
    const screened = await this.#overwrites.screen(readings, sender);
    const allowed = withoutRefused(readings, screened);
    const byStore = allowed.length === 0 ? [] : await ingest.store(allowed, 'http', topic);
    const refused = [...screened, ...ofWhole(byStore, readings.length, screened)];
    for (const { rows, reason } of refused) {
      const fault = {
        field: '',
        error: `${REJECTION_REASONS[reason]} (readings: ${rows.length})`,
        reason,
        ...codeOf(reason),
      };
      addFault(decoded, fault);
    }
    return outcomeOf(decoded, refused);
  }

  async #decode(message: HttpMessage): Promise<Decoded> {
    for (let round = 0; ; round++) {
      const isLast = round === MAX_ROUNDS;
      const decoded = this.#decodeOnce(message, isLast);
      if (isLast || (decoded.unknown.isEmpty && decoded.toCreate.size === 0)) return decoded;
      await this.#deps.provisioning.create(decoded.toCreate.values());
      if (!decoded.unknown.isEmpty) {
        await this.#deps.ingestFields.discover(decoded.unknown, message.sender.gateway?.id ?? '');
      }
    }
  }

  #decodeOnce({ decode, sender, topic, timeMs, arrival }: HttpMessage, isLast: boolean): Decoded {
    const rows = new BatchBuilder(256);
    const decoded: Omit<Decoded, 'readings'> = {
      ...{ unknown: new UnknownNames(), toCreate: new Map(), machines: new Map(), refusals: new Map() },
      ...{ faults: [], faultCount: 0, lostCount: 0 },
    };
    const nowMs = arrival.arrivedMs;
    const { zone } = sender;
    // A message that is sent again gets the same times.
    const arrivals = timeMs === null ? this.#arrivals : new ArrivalTimes();
    let current: { id: string; hasFaults: boolean } | null = null;
    decode({
      nowMs,
      withoutTime: 'arrival',
      fields: this.#deps.ingestFields,
      unknown: isLast ? null : decoded.unknown,
      gateway: sender.gateway?.id ?? '',
      zone,
      arrivalMs: (machineId) => arrivals.next(machineId, timeMs ?? nowMs),
      place: (id, described) => {
        const target = findTarget(this.#deps, { id, described, sender, topic });
        const key = target.kind === 'refused' ? id : target.machineId;
        current = decoded.machines.get(key) ?? { id, hasFaults: false };
        decoded.machines.set(key, current);
        if (target.kind === 'refused') return target.reason;
        if (target.kind === 'create') {
          if (isLast) return 'unknown_machine';
          decoded.toCreate.set(target.machineId, target.machine);
        }
        return { machineId: target.machineId, rows };
      },
      noteOwnTime: (machineId, timestampMs) => this.#deps.clockGuard?.noteOwnTime(machineId, timestampMs),
      noteTime: noteClocks(this.#deps, sender),
      refuse: (reason, field, error, value) => {
        if (current !== null) current.hasFaults = true;
        const shown = shortValue(value);
        const fault = { field, error, ...(shown !== undefined && { value: shown }) };
        addFault(decoded, { ...fault, reason });
        const about = rejectedValue(field, value);
        const key = `${reason} ${about.metric}`;
        const known = decoded.refusals.get(key);
        if (known) known.count++;
        else decoded.refusals.set(key, { reason, about, first: fault, count: 1 });
      },
    });
    return { ...decoded, readings: rows.finish() };
  }
}

function addFault(found: Pick<Decoded, 'faults' | 'faultCount' | 'lostCount'>, fault: MessageFault): void {
  found.faultCount++;
  if (!STORED_AS_BAD.has(fault.reason)) found.lostCount++;
  if (found.faults.length < MAX_LISTED_FAULTS) found.faults.push(fault);
}

function outcomeOf(decoded: Decoded, refused: readonly RefusedReadings[]): MessageOutcome {
  const { readings, faults, faultCount, lostCount } = decoded;
  const stored = new Map<string, number>();
  const add = (row: number, count: number) => {
    const machineId = readings.machineIds[row] as string;
    stored.set(machineId, (stored.get(machineId) ?? 0) + count);
  };
  for (let row = 0; row < readings.length; row++) add(row, 1);
  for (const { rows } of refused) for (const row of rows) add(row, -1);
  const withRefused = new Set(refused.flatMap(({ rows }) => rows.map((row) => readings.machineIds[row])));
  const machines = [...decoded.machines].map(([machineId, { id, hasFaults }]): MachineOutcome => {
    const count = stored.get(machineId) ?? 0;
    const isWhole = !hasFaults && !withRefused.has(machineId);
    return {
      machine_id: id,
      readings_count: count,
      status: count === 0 ? 'rejected' : isWhole ? 'success' : 'partial',
    };
  });
  const storedReadings = machines.reduce((sum, each) => sum + each.readings_count, 0);
  return { storedReadings, refusedReadings: countRefused(refused), machines, faults, faultCount, lostCount };
}
