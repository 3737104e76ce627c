// Ingests line protocol as InfluxDB takes it.

import type { MatchedRule } from '../profiles/compile-profile.ts';
import { decodeLineProtocol, type ParsedLines } from './decode-line-protocol.ts';
import type { HttpMessage, IngestMessages, MessageFault } from './ingest-messages.ts';

export interface LineOutcome {
  storedReadings: number;
  /** Lines of which something was not stored. */
  lostLines: number;
  /** What is wrong with the first of them; null if everything was stored. */
  problem: string | null;
  /** Whether nothing is wrong but that lines cannot be read. */
  isOnlySyntax: boolean;
}

/** `machine` and `rule` as for `decodeLineProtocol`. Rejects as `IngestMessages.ingest`. */
export async function ingestLines(
  messages: IngestMessages,
  parsed: ParsedLines,
  from: Pick<HttpMessage, 'sender' | 'topic' | 'arrival'> & { machine: string | null; rule: MatchedRule | null },
): Promise<LineOutcome> {
  const { sender, topic, arrival } = from;
  let lost: ReadonlySet<number> = new Set();
  const outcome = await messages.ingest({
    ...{ sender, topic, arrival, timeMs: null },
    // It is called again where a name must be added to the catalogue first.
    decode: (context) => {
      lost = decodeLineProtocol(parsed, from, context);
    },
  });
  const isOnlySyntax = outcome.storedReadings === 0 && parsed.points.length === 0;
  return {
    storedReadings: outcome.storedReadings,
    lostLines: lost.size + outcome.refusedReadings,
    problem: outcome.lostCount === 0 ? null : problemOf(outcome.faults, outcome.lostCount),
    isOnlySyntax,
  };
}

const LISTED_PROBLEMS = 5;

function problemOf(faults: readonly MessageFault[], count: number): string {
  const lost = faults.filter(({ reason }) => reason !== 'out_of_range' && reason !== 'bad_unit');
  const listed = lost.slice(0, LISTED_PROBLEMS).map(({ reason, field, error }) => {
    if (reason === 'not_line_protocol') return error;
    return field === undefined || field === '' ? error : `${field}: ${error}`;
  });
  const more = count - listed.length;
  return `${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
