// What arrives, in the order in which a person looks at it: what needs somebody first, then new names, then the rest.

import type { IncomingStream } from '@gonsters/contract';

/** In the order of the list. */
export const STREAM_GROUPS = ['person', 'new', 'stored'] as const;
export type StreamGroup = (typeof STREAM_GROUPS)[number];

/** Refused for these, a message is not kept: no change makes it storable, so the device has to change. */
const NEVER_KEPT = new Set(['not_mqtt', 'not_utf8', 'too_large', 'too_deep', 'retained', 'too_old', 'store_conflict']);

/** A person is needed where something refused waits to be taken in, or where all of it is refused for good. */
export function groupOf({ kept_refused, outcome, discovered, refusals }: IncomingStream): StreamGroup {
  const isAllRefused = outcome.refused > 0 && outcome.stored + outcome.partly === 0;
  const isForGood = isAllRefused && refusals.some(({ reason }) => NEVER_KEPT.has(reason));
  if ((outcome.refused > 0 && kept_refused > 0) || isForGood) return 'person';
  return discovered.length > 0 ? 'new' : 'stored';
}

/** How many need a person. */
export const waitingStreams = (streams: readonly IncomingStream[]): number =>
  streams.filter((stream) => groupOf(stream) === 'person').length;

/** Whether every word of the text is in the topic, the sender, a machine, a metric or a field. */
export function matchesText(stream: IncomingStream, text: string): boolean {
  const { topic, example_topic, gateway, client, address, machines, metrics, shape } = stream;
  const known = [
    ...[topic, example_topic, gateway?.name, client, address],
    ...[...machines.map(({ name }) => name), ...metrics, ...shape.fields],
  ]
    .join('\n')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}

/** Within each group the most frequent first, so that rows do not change places with every message. */
export function inGroups(streams: readonly IncomingStream[]): { group: StreamGroup; streams: IncomingStream[] }[] {
  const ordered = [...streams].sort((a, b) => b.messages - a.messages || (a.topic < b.topic ? -1 : 1));
  return STREAM_GROUPS.map((group) => ({
    group,
    streams: ordered.filter((stream) => groupOf(stream) === group),
  })).filter((each) => each.streams.length > 0);
}
