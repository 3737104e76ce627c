// Incoming data as replies show it.

import {
  INCOMING_OUTCOMES,
  type IncomingMessage,
  type IncomingRefusal,
  type IncomingReply,
  type IncomingStream as IncomingStreamView,
  type IncomingWindow,
  isoTime,
} from '@gonsters/contract';
import { printable } from '../ingest/dead-letters/printable.ts';
import type { RecentMessage } from '../ingest/incoming/incoming-message.ts';
import type { IncomingStream, StreamRefusal } from '../ingest/incoming/incoming-stream.ts';
import type { WindowCounts } from '../ingest/incoming/window-counts.ts';
import { metricNameAt } from '../metric-index.ts';
import type { HttpDeps } from './http-deps.ts';

const MAX_LISTED_MACHINES = 5;
const MAX_PAYLOAD_BYTES = 16 * 1024;

type Deps = Pick<HttpDeps, 'incoming' | 'machines' | 'gateways' | 'metricService' | 'profileRules'>;

export interface IncomingView {
  window: IncomingWindow;
  /** Whether the reader may see payloads. */
  withPayloads: boolean;
  nowMs: number;
}

export function streamView(stream: IncomingStream, deps: Deps, view: IncomingView): IncomingStreamView {
  const { window, withPayloads, nowMs } = view;
  const { sender, counts, machines } = stream;
  const outcome = Object.fromEntries(
    INCOMING_OUTCOMES.map((each, number) => [each, counts.sum(window, number, nowMs)]),
  ) as IncomingStreamView['outcome'];
  const metrics = [...stream.metrics].map(metricNameAt);
  const newest = withPayloads ? deps.incoming.streams.recentMessages(stream).at(-1) : undefined;
  const gateway = sender.gatewayId === null ? undefined : deps.gateways.get(sender.gatewayId);
  return {
    id: stream.id,
    gateway: gateway === undefined ? null : { id: gateway.id, name: gateway.name },
    described_by: describedBy(stream, deps),
    client: sender.client,
    address: sender.address,
    protocol: stream.protocol,
    topic: printable(stream.topic),
    example_topic: printable(stream.exampleTopic),
    shape: {
      kind: stream.shape.kind,
      fields: stream.shape.fields.map((field) => printable(field)),
      text: stream.shape.text,
    },
    messages: INCOMING_OUTCOMES.reduce((sum, each) => sum + outcome[each], 0),
    messages_per_minute: rounded(counts.perMinute(nowMs)),
    first_at: isoTime(stream.firstMs),
    last_at: isoTime(stream.lastMs),
    outcome,
    machines: namedMachines(machines.keys(), deps),
    machine_count: machines.size,
    metrics,
    discovered: metrics.filter((name) => isNew(deps.metricService.get(name)?.status)),
    refusals: refusalViews(stream.refusals, window, nowMs),
    newest:
      newest === undefined
        ? null
        : { received_at: isoTime(newest.receivedMs), topic: printable(newest.topic), payload: textOf(newest.payload) },
    kept_refused: deps.incoming.refused.keptOf(stream.id),
  };
}

/** What users and programs post is never mapped. */
function describedBy(
  { sender, protocol, exampleTopic }: IncomingStream,
  deps: Deps,
): IncomingStreamView['described_by'] {
  const isMapped = sender.gatewayId === null && (protocol === 'mqtt' || protocol === 'external_mqtt');
  const id = isMapped ? deps.profileRules.gatewayFor(exampleTopic) : null;
  const gateway = id === null ? undefined : deps.gateways.get(id);
  return gateway === undefined ? null : { id: gateway.id, name: gateway.name };
}

/** `counted`: everything, or the streams that the reader may see. */
export function totalsView(
  counted: readonly Pick<IncomingStream, 'counts' | 'refusals'>[],
  { window, nowMs }: IncomingView,
): IncomingReply['totals'] {
  const sum = (of: (counts: WindowCounts) => number) => counted.reduce((total, { counts }) => total + of(counts), 0);
  const [stored, partly, refused] = INCOMING_OUTCOMES.map((_, number) =>
    sum((counts) => counts.sum(window, number, nowMs)),
  ) as [number, number, number];
  const judged = stored + partly + refused;
  return {
    messages_per_second: rounded(sum((counts) => counts.perMinute(nowMs)) / 60),
    stored_share: judged === 0 ? null : (stored + partly) / judged,
    refused,
    refusals: unitedRefusals(counted.map(({ refusals }) => refusalViews(refusals, window, nowMs))),
  };
}

function unitedRefusals(lists: readonly IncomingRefusal[][]): IncomingRefusal[] {
  const byReason = new Map<string, IncomingRefusal>();
  for (const refusal of lists.flat()) {
    const known = byReason.get(refusal.reason);
    const newest = known === undefined || known.last_at < refusal.last_at ? refusal : known;
    byReason.set(refusal.reason, { ...newest, count: refusal.count + (known?.count ?? 0) });
  }
  return [...byReason.values()].sort((a, b) => b.count - a.count);
}

export function messageView(message: RecentMessage, withPayloads: boolean): IncomingMessage {
  return {
    received_at: isoTime(message.receivedMs),
    topic: printable(message.topic),
    payload: withPayloads ? textOf(message.payload) : null,
    outcome: message.outcome,
    faults: message.faults.map(({ reason, field, error, value }) => ({
      reason,
      field,
      error,
      value: withPayloads ? (typeof value === 'string' ? printable(value) : value) : null,
    })),
  };
}

function refusalViews(
  refusals: ReadonlyMap<string, StreamRefusal>,
  window: IncomingWindow,
  nowMs: number,
): IncomingRefusal[] {
  return [...refusals]
    .map(([reason, { counts, error, lastMs }]) => ({
      reason,
      error,
      count: counts.sum(window, 0, nowMs),
      last_at: isoTime(lastMs),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

function namedMachines(ids: Iterable<string>, { machines }: Deps): IncomingStreamView['machines'] {
  const named: IncomingStreamView['machines'] = [];
  for (const id of ids) {
    const name = machines.get(id)?.record.name;
    if (name === undefined) continue;
    named.push({ machine_id: id, name });
    if (named.length === MAX_LISTED_MACHINES) break;
  }
  return named;
}

const isNew = (status: string | undefined) => status === 'discovered' || status === 'pending';
const rounded = (value: number) => Math.round(value * 100) / 100;
const textOf = (payload: Buffer) =>
  printable(payload.subarray(0, MAX_PAYLOAD_BYTES), payload.length > MAX_PAYLOAD_BYTES);
