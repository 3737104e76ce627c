// What would become of one message with a profile. Nothing is stored, noted or counted.

import { isoTime, type PreviewResult } from '@gonsters/contract';
import { BAD, BatchBuilder, GOOD } from '../../readings/reading-batch.ts';
import { parsePayload } from '../codecs/decode.ts';
import { decodeAny, type MessageOrigin } from '../codecs/decode-any.ts';
import type { DecodeContext, Place } from '../codecs/decode-context.ts';
import { parseLines } from '../codecs/line-protocol.ts';
import { DISCOVERY_ROUNDS, UnknownNames } from '../codecs/metric-fields.ts';
import { shortValue } from '../dead-letters/dead-letters.ts';
import { REJECTION_REASONS, type RejectionReason } from '../dead-letters/rejection-reason.ts';
import { outcomeOf } from '../incoming/incoming-message.ts';
import { decodeLineProtocol } from '../pipeline/decode-line-protocol.ts';
import { routeOf, type TopicRoute } from '../topic-route.ts';
import type { MatchedRule } from './compile-profile.ts';
import { decodeMapped } from './decode-mapped.ts';
import type { PreviewFields } from './preview-fields.ts';

export interface PreviewDeps {
  /** Shared by the messages of a preview: what an older one adds is there for the next. */
  fields: PreviewFields;
  /** The name of a state of the catalogue. */
  stateName(metric: number, code: number): string;
  /** The machine that an id means, `machineId` null for one that would be created; or why its readings would be refused. */
  machineOf(id: string, topicFactory: string | null): { machineId: string | null; name: string } | RejectionReason;
  isKnown(id: string): boolean;
  /** As `MessageOrigin`. */
  onlyMachine: string | null;
  senderIds: readonly string[];
  zone: string;
}

export interface PreviewedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** UTC ms. */
  readonly receivedMs: number;
}

const MAX_LISTED = 100;
const LINE_PROTOCOL = new Set(['/write', '/api/v2/write']);
const MAX_LINES = 5_000;

/** @param topic of the message as profiles have it; `rule` is null where none fits */
export function previewMessage(
  message: PreviewedMessage,
  topic: string,
  rule: MatchedRule | null,
  deps: PreviewDeps,
): PreviewResult {
  const { fields } = deps;
  const route = routeOf(topic);
  const machines = new Map<string, { machineId: string | null; name: string }>();
  for (let round = 0; ; round++) {
    const unknown = round < DISCOVERY_ROUNDS ? new UnknownNames() : null;
    const rows = new BatchBuilder();
    const faults: { reason: RejectionReason; field: string; error: string; value: unknown }[] = [];
    const context: DecodeContext = {
      ...{ nowMs: message.receivedMs, withoutTime: 'arrival', fields, unknown, gateway: '', zone: deps.zone },
      arrivalMs: () => message.receivedMs,
      place: (id): Place | RejectionReason => {
        const machine = deps.machineOf(id, route.factoryId);
        if (typeof machine === 'string') return machine;
        const machineId = machine.machineId ?? id;
        machines.set(machineId, machine);
        return { machineId, rows };
      },
      refuse: (reason, field, error, value) => void faults.push({ reason, field, error, value }),
    };
    decodeWith(message.payload, topic, rule, originOf(topic, route, deps), context);
    if (unknown !== null && !unknown.isEmpty) {
      fields.learn(unknown);
      continue;
    }
    return {
      ...{ received_at: isoTime(message.receivedMs), topic: message.topic, payload: message.payload.toString() },
      outcome: outcomeOf(rows.length > 0, faults),
      readings: readingsOf(rows, fields, machines, deps),
      readings_count: rows.length,
      faults: faults.slice(0, MAX_LISTED).map((fault) => ({ ...fault, value: shortValue(fault.value) ?? null })),
    };
  }
}

function originOf(topic: string, { machineId, levels }: TopicRoute, deps: PreviewDeps): MessageOrigin {
  return {
    machineId,
    // Over HTTP, the topic names no machine.
    levels: topic.startsWith('/') ? [] : levels,
    isKnown: deps.isKnown,
    senderIds: () => (deps.onlyMachine === null ? deps.senderIds : [deps.onlyMachine]),
    onlyMachine: () => deps.onlyMachine,
  };
}

function decodeWith(
  payload: Buffer,
  topic: string,
  rule: MatchedRule | null,
  origin: MessageOrigin,
  context: DecodeContext,
): void {
  if (LINE_PROTOCOL.has(topic)) {
    const parsed = parseLines(payload.toString(), 'ns', MAX_LINES);
    if (parsed === null) context.refuse('too_large', '', REJECTION_REASONS.too_large, undefined);
    else decodeLineProtocol(parsed, { machine: null, rule }, context);
    return;
  }
  const parsed = parsePayload(payload, context);
  if (parsed === undefined) return;
  if (rule !== null) decodeMapped(parsed, rule, origin, context);
  else {
    decodeAny(parsed, origin, context, () =>
      context.refuse('no_machine', 'machine_id', REJECTION_REASONS.no_machine, undefined),
    );
  }
}

function readingsOf(
  rows: BatchBuilder,
  fields: PreviewFields,
  machines: ReadonlyMap<string, { machineId: string | null; name: string }>,
  deps: PreviewDeps,
): PreviewResult['readings'] {
  const batch = rows.finish();
  return Array.from({ length: Math.min(batch.length, MAX_LISTED) }, (_, row) => {
    const id = batch.machineIds[row] as string;
    const { machineId, name } = machines.get(id) ?? { machineId: null, name: id };
    const values = [];
    for (let k = batch.starts[row] as number; k < (batch.starts[row + 1] as number); k++) {
      const metric = batch.metrics[k] as number;
      const quality = batch.qualities[k] as number;
      const target = fields.targetOf(metric);
      values.push({
        metric: target?.name ?? '',
        value: shownValue(batch.values[k] as number, metric, fields, deps),
        unit: target === undefined || target.unit === '' ? null : target.unit,
        quality: quality === GOOD ? ('good' as const) : quality === BAD ? ('bad' as const) : ('uncertain' as const),
      });
    }
    return { machine_id: machineId, machine: name, timestamp: isoTime(batch.timestampsMs[row] as number), values };
  });
}

/** Also of a bad value, since a person wants to see why it is bad. */
function shownValue(value: number, metric: number, fields: PreviewFields, deps: PreviewDeps) {
  if (!Number.isFinite(value)) return null;
  switch (fields.targetOf(metric)?.kind) {
    case 'boolean':
      return value !== 0;
    case 'state':
      return fields.ownState(metric, value) ?? deps.stateName(metric, value);
    default:
      return value;
  }
}
