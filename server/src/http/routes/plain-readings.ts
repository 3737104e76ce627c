// Readings in another form than a batch, as devices post them: what is taken over MQTT is taken here too.

import { INGEST_LIMITS, type IngestPartialReply, type IngestReply, isoTime } from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import { decodeMessage } from '../../ingest/codecs/decode.ts';
import { decodeAny, type MessageOrigin } from '../../ingest/codecs/decode-any.ts';
import { isRecord } from '../../ingest/codecs/reading-path.ts';
import { faultOfTime, parseTimestampMs } from '../../ingest/codecs/timestamp.ts';
import { REJECTION_REASONS } from '../../ingest/dead-letters/rejection-reason.ts';
import type { HttpMessage, IngestMessages } from '../../ingest/pipeline/ingest-messages.ts';
import type { MatchedRule } from '../../ingest/profiles/compile-profile.ts';
import { decodeMapped } from '../../ingest/profiles/decode-mapped.ts';

export interface PlainQuery {
  machine?: string | undefined;
  time?: string | undefined;
}

/** The topic of what is posted, for profiles. */
export const INGEST_TOPIC = '/api/v1/data/ingest';
export const INGEST_LEVELS = INGEST_TOPIC.split('/');

/** Whether the body is not meant as a batch. */
export function isPlain(body: unknown, { machine }: PlainQuery): boolean {
  if (machine !== undefined || (Array.isArray(body) && body.length > 0)) return true;
  return isRecord(body) && body.batch === undefined && body.gateway_id === undefined && Object.keys(body).length > 0;
}

/** Rejects with `validation_failed` if the time of the query is not valid, and with `nothing_accepted`. */
export async function ingestPlain(
  messages: IngestMessages,
  request: {
    body: unknown;
    query: PlainQuery;
    /** Of the profile that fits the address; null where none does. */
    rule: MatchedRule | null;
    isKnown: (id: string) => boolean;
  } & Pick<HttpMessage, 'sender' | 'topic' | 'arrival'>,
): Promise<IngestReply | IngestPartialReply> {
  const { body, query, sender, topic, arrival, rule, isKnown } = request;
  const nowMs = arrival.arrivedMs;
  const sent = Array.isArray(body) ? body.length : 1;
  if (sent > INGEST_LIMITS.readings) {
    const error = `Must have at most ${INGEST_LIMITS.readings} readings`;
    throw new AppError('validation_failed', undefined, { faults: [{ field: 'body', error, value: sent }] });
  }
  const origin: MessageOrigin = {
    ...{ machineId: query.machine ?? null, levels: rule === null ? [] : INGEST_LEVELS, isKnown },
    senderIds: () => [],
    onlyMachine: () => sender.onlyMachine,
  };
  const { storedReadings, machines, faults, faultCount } = await messages.ingest({
    decode: (context) => {
      let isToldUnnamed = false;
      // Of an array of readings, all are named or none.
      const refuseUnnamed = () => {
        if (!isToldUnnamed) decodeMessage(body, context);
        isToldUnnamed = true;
      };
      if (rule === null) decodeAny(body, origin, context, refuseUnnamed);
      else decodeMapped(body, rule, origin, context);
    },
    timeMs: timeOf(query, sender.zone, nowMs),
    ...{ sender, topic, arrival },
  });
  const listed = faults.map(({ reason: _, ...fault }) => fault);
  const more = faultCount - faults.length;
  const notListed = more > 0 ? `; ${more} more faults are not listed` : '';
  // What is stored already is no fault of the request.
  if (storedReadings === 0 && !faults.some(({ reason }) => reason === 'already_stored')) {
    throw new AppError('nothing_accepted', `No reading could be stored${notListed}`, { faults: listed });
  }
  const result = {
    summary: {
      gateway_id:
        sender.gateway?.name ?? (isRecord(body) && typeof body.gateway_id === 'string' ? body.gateway_id : ''),
      total_machines: machines.filter((each) => each.readings_count > 0).length,
      total_readings: storedReadings,
      rejected_readings: faultCount === 0 ? 0 : Math.max(0, sent - storedReadings),
      processed_at: isoTime(nowMs),
    },
    details: machines,
  };
  const readings = storedReadings === 1 ? 'reading' : 'readings';
  if (faultCount === 0) return { status: 'success', message: `${storedReadings} ${readings} stored`, ...result };
  const message = `${storedReadings} ${readings} stored, with faults${notListed}`;
  return { status: 'partial_success', message, ...result, errors: listed };
}

/** The time of the query, UTC ms; null if there is none. @throws AppError `validation_failed` */
function timeOf({ time }: PlainQuery, zone: string | undefined, nowMs: number): number | null {
  if (time === undefined) return null;
  const timestampMs = parseTimestampMs(time, zone);
  const reason = faultOfTime(timestampMs, nowMs);
  if (reason === null) return timestampMs;
  const faults = [{ parameter: 'time', error: REJECTION_REASONS[reason], value: time }];
  throw new AppError('validation_failed', undefined, { faults });
}
