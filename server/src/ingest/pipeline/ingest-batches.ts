// Ingests a batch that was posted over HTTP: create unknown machines, decode, store, and report the outcome for each machine.

import { type Fault, type IngestPartialReply, type IngestReply, isoTime } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { ClockGuard } from '../../clock-guard/clock-guard.ts';
import { AppError } from '../../errors.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { BatchBuilder } from '../../readings/reading-batch.ts';
import { countRefused } from '../../readings/refused-readings.ts';
import type { ClockSkewGuard } from '../clock-skew/clock-skew-guard.ts';
import { type DecodedBatch, decodeBatch, leaveOut } from '../codecs/decode-batch.ts';
import { DISCOVERY_ROUNDS, type IngestCatalogue, UnknownNames } from '../codecs/metric-fields.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import { REJECTION_REASONS } from '../dead-letters/rejection-reason.ts';
import type { Provisioning } from '../provisioning/provisioning.ts';
import type { IngestReadings } from './ingest-readings.ts';

const TOPIC = 'POST /data/ingest';

export class IngestBatches {
  readonly #ingest: IngestReadings;
  readonly #machines: MachineService;
  readonly #ingestFields: IngestCatalogue;
  readonly #provisioning: Provisioning;
  readonly #deadLetters: DeadLetters;
  readonly #clockSkew: ClockSkewGuard | null;
  readonly #clockGuard: Pick<ClockGuard, 'noteOwnTime'> | null;
  readonly #clock: Clock;

  constructor(deps: {
    ingest: IngestReadings;
    machines: MachineService;
    ingestFields: IngestCatalogue;
    provisioning: Provisioning;
    deadLetters: DeadLetters;
    clockSkew?: ClockSkewGuard;
    clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
    clock: Clock;
  }) {
    this.#ingest = deps.ingest;
    this.#machines = deps.machines;
    this.#ingestFields = deps.ingestFields;
    this.#provisioning = deps.provisioning;
    this.#deadLetters = deps.deadLetters;
    this.#clockSkew = deps.clockSkew ?? null;
    this.#clockGuard = deps.clockGuard ?? null;
    this.#clock = deps.clock;
  }

  /**
   * Resolves once every valid reading is durable that the store accepts. Rejects with `validation_failed` where the batch
   * itself has a fault, `nothing_accepted` where no reading is valid or the store refuses all of them, and as `IngestReadings.store`; then nothing was stored.
   */
  async ingest(body: unknown): Promise<IngestReply | IngestPartialReply> {
    await this.#provisioning.createMachinesIn(body);
    const batch = await this.#decode(body);
    for (const { first, ...refused } of batch.refusals) {
      this.#deadLetters.add({ source: 'http', topic: TOPIC, payload: JSON.stringify(first), ...refused });
    }
    const aheadTimestamp = batch.refusals.find(({ reason }) => reason === 'in_the_future')?.first.value;
    // The sender gets the fault in the reply and still has the reading. For the clock-skew detector it is evidence.
    if (aheadTimestamp !== undefined) this.#clockSkew?.noteAhead(batch.gatewayId, parseTimestampMs(aheadTimestamp));
    if (!batch.isWhole) throw new AppError('validation_failed', messageOf(batch), { faults: batch.faults });
    if (batch.readings.length === 0) throw new AppError('nothing_accepted', messageOf(batch), { faults: batch.faults });
    const refused = await this.#ingest.store(batch.readings, 'http', TOPIC);
    const stored = batch.readings.length - countRefused(refused);
    for (const { rows, reason, metric } of refused) leaveOut(batch, rows, REJECTION_REASONS[reason], metric);
    if (stored === 0) throw new AppError('nothing_accepted', messageOf(batch), { faults: batch.faults });
    return this.#replyTo(batch, stored);
  }

  /** Names that the catalogue does not know are added to it first; then the batch is decoded again. */
  async #decode(body: unknown): Promise<DecodedBatch> {
    const deps = {
      nowMs: this.#clock.nowMs(),
      fields: this.#ingestFields,
      place: (id: string, described: unknown, rows: BatchBuilder) => {
        const known = this.#machines.resolve(id)?.record.id;
        if (known !== undefined) return { machineId: known, rows };
        const decision = this.#provisioning.decide(id, TOPIC, null, described);
        return decision.kind === 'store' ? { machineId: decision.machineId, rows } : 'unknown_machine';
      },
      noteOwnTime: (machineId: string, timestampMs: number) => this.#clockGuard?.noteOwnTime(machineId, timestampMs),
    };
    for (let round = 0; round < DISCOVERY_ROUNDS; round++) {
      const unknown = new UnknownNames();
      const batch = decodeBatch(body, { ...deps, unknown });
      if (unknown.isEmpty || !batch.isWhole) return batch;
      await this.#ingestFields.discover(unknown, batch.gatewayId);
    }
    return decodeBatch(body, { ...deps, unknown: null });
  }

  #replyTo(batch: DecodedBatch, stored: number): IngestReply | IngestPartialReply {
    const result = {
      summary: {
        gateway_id: batch.gatewayId,
        total_machines: batch.outcomes.filter((outcome) => outcome.readings_count > 0).length,
        total_readings: stored,
        rejected_readings: batch.sentReadings - stored,
        processed_at: isoTime(this.#clock.nowMs()),
      },
      details: batch.outcomes,
    };
    if (batch.faultCount === 0) {
      return { status: 'success', message: `${stored} ${stored === 1 ? 'reading' : 'readings'} stored`, ...result };
    }
    const message = `${stored} of ${batch.sentReadings} readings stored${notListed(batch)}`;
    return { status: 'partial_success', message, ...result, errors: batch.faults };
  }
}

function messageOf(batch: { faultCount: number; faults: Fault[]; isWhole: boolean }): string {
  const what = batch.isWhole ? 'No reading could be stored' : 'The batch has faults; nothing was stored';
  return `${what}${notListed(batch)}`;
}

function notListed(batch: { faultCount: number; faults: Fault[] }): string {
  const more = batch.faultCount - batch.faults.length;
  return more > 0 ? `; ${more} more faults are not listed` : '';
}
