// Ingests a batch that was posted over HTTP: create unknown machines, decode, store, and report the outcome for each machine.

import { type Fault, type IngestPartialReply, type IngestReply, isoTime } from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import { idKey } from '../../name-key.ts';
import { type BatchBuilder, EMPTY_BATCH } from '../../readings/reading-batch.ts';
import { countRefused, ofWhole, withoutRefused } from '../../readings/refused-readings.ts';
import { type DecodedBatch, decodeBatch, leaveOut } from '../codecs/decode-batch.ts';
import { DISCOVERY_ROUNDS, UnknownNames } from '../codecs/metric-fields.ts';
import { parseTimestampMs } from '../codecs/timestamp.ts';
import { REJECTION_REASONS } from '../dead-letters/rejection-reason.ts';
import type { IngestMessagesDeps } from './ingest-messages.ts';
import { findTarget, type HttpArrival, type IngestSender, noteClocks, recordMessage } from './ingest-sender.ts';
import { codeOf, Overwrites } from './overwrites.ts';

const TOPIC = 'POST /data/ingest';

export class IngestBatches {
  readonly #deps: IngestMessagesDeps;
  readonly #overwrites: Overwrites;

  constructor(deps: IngestMessagesDeps) {
    this.#deps = deps;
    this.#overwrites = new Overwrites(deps);
  }

  /**
   * Resolves once every valid reading is durable that the store accepts. Rejects with `validation_failed` where the batch
   * itself has a fault, `nothing_accepted` where no reading is valid or the store refuses all of them, and as `IngestReadings.store`; then nothing was stored.
   */
  async ingest(body: unknown, sender: IngestSender, arrival: HttpArrival): Promise<IngestReply | IngestPartialReply> {
    const mayCreate = (id: string) => sender.rightOn({ id: idKey(id), factoryId: null }) === 'allowed';
    await this.#deps.provisioning.createMachinesIn(body, mayCreate, sender.factory);
    const batch = await this.#decode(body, sender, arrival.arrivedMs);
    const readings = batch.isWhole ? batch.readings : EMPTY_BATCH;
    recordMessage(this.#deps, { sender, topic: TOPIC, arrival, refusals: batch.refusals, readings });
    const aheadTimestamp = batch.refusals.find(({ reason }) => reason === 'in_the_future')?.first.value;
    // The sender gets the fault in the reply and still has the reading. For the clock-skew detector it is evidence.
    if (aheadTimestamp !== undefined)
      this.#deps.clockSkew?.noteAhead(batch.gatewayId, parseTimestampMs(aheadTimestamp));
    if (!batch.isWhole) throw new AppError('validation_failed', messageOf(batch), { faults: batch.faults });
    if (batch.readings.length === 0) throw new AppError('nothing_accepted', messageOf(batch), { faults: batch.faults });
    const screened = await this.#overwrites.screen(batch.readings, sender);
    const allowed = withoutRefused(batch.readings, screened);
    const byStore = allowed.length === 0 ? [] : await this.#deps.ingest.store(allowed, 'http', TOPIC);
    const refused = [...screened, ...ofWhole(byStore, batch.readings.length, screened)];
    const stored = batch.readings.length - countRefused(refused);
    for (const { rows, reason, metric } of refused) {
      leaveOut(batch, rows, { error: REJECTION_REASONS[reason], metric, ...codeOf(reason) });
    }
    // What is stored already is no fault of the request.
    if (stored === 0 && screened.length === 0)
      throw new AppError('nothing_accepted', messageOf(batch), { faults: batch.faults });
    return this.#replyTo(batch, stored);
  }

  /** Names that the catalogue does not know are added to it first; then the batch is decoded again. */
  async #decode(body: unknown, sender: IngestSender, nowMs: number): Promise<DecodedBatch> {
    const deps = {
      nowMs,
      fields: this.#deps.ingestFields,
      place: (id: string, described: unknown, rows: BatchBuilder) => {
        const target = findTarget(this.#deps, { id, described, sender, topic: TOPIC });
        if (target.kind === 'machine') return { machineId: target.machineId, rows };
        return target.kind === 'refused' ? target.reason : 'unknown_machine';
      },
      zone: sender.zone,
      noteOwnTime: (machineId: string, timestampMs: number) =>
        this.#deps.clockGuard?.noteOwnTime(machineId, timestampMs),
      noteTime: noteClocks(this.#deps, sender),
    };
    for (let round = 0; round < DISCOVERY_ROUNDS; round++) {
      const unknown = new UnknownNames();
      const batch = decodeBatch(body, { ...deps, unknown });
      if (unknown.isEmpty || !batch.isWhole) return batch;
      await this.#deps.ingestFields.discover(unknown, sender.gateway?.id ?? batch.gatewayId);
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
        processed_at: isoTime(this.#deps.clock.nowMs()),
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
