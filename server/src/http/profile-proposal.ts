// Proposes a profile for messages as they were received.

import type { ProfileDraft } from '@gonsters/contract';
import { proposeProfile } from '../ingest/profiles/propose.ts';
import { metricNameOf } from '../metrics/metric-name.ts';
import type { HttpDeps } from './http-deps.ts';

/** The topics of requests as incoming data calls them, and as profiles do. */
const ROUTES = new Map([
  ['POST /data/ingest', '/api/v1/data/ingest'],
  ['POST /write', '/write'],
  ['POST /api/v2/write', '/api/v2/write'],
]);

/** The topic that the rules of profiles are compared with. */
export const profileTopicOf = (topic: string): string => ROUTES.get(topic) ?? topic;

/** @param messages of one stream; the first ones count most. @returns null where nothing can be proposed */
export function proposalFor(
  { ingestFields, machines }: Pick<HttpDeps, 'ingestFields' | 'machines'>,
  messages: readonly { readonly topic: string; readonly payload: Uint8Array | string }[],
): ProfileDraft | null {
  const named = messages.map(({ topic, payload }) => ({ topic: profileTopicOf(topic), payload }));
  return proposeProfile(named, {
    metricOf: (field) => {
      const found = ingestFields.find(field, '');
      return typeof found === 'object' ? found.name : metricNameOf(field);
    },
    isMachine: (id) => machines.resolve(id) !== undefined,
  });
}
