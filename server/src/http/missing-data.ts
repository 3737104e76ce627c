// How a reply says what it lacks because stored files are missing or damaged.

import { isoTime, type Missing } from '@gonsters/contract';
import type { FastifyReply } from 'fastify';
import type { MissingRange } from '../readings/missing-ranges.ts';

const MISSING_HEADER = 'X-Missing-Data';
/** A header must not grow with the damage. */
const MAX_IN_HEADER = 20;

/** As a member of the reply; nothing where nothing is missing. Sets the header as well. */
export function missingData(reply: FastifyReply, found: readonly MissingRange[]): { missing?: Missing } {
  if (found.length === 0) return {};
  const missing = found.map(({ part, fromMs, toMs }) => ({
    part,
    from: fromMs === null ? null : isoTime(fromMs),
    to: toMs === null ? null : isoTime(toMs),
  }));
  const named = missing.slice(0, MAX_IN_HEADER).map(({ part, from, to }) => `${part} ${from ?? ''}/${to ?? ''}`);
  const more = missing.length > MAX_IN_HEADER ? [`${missing.length - MAX_IN_HEADER} more`] : [];
  reply.header(MISSING_HEADER, [...named, ...more].join(', '));
  return { missing };
}
