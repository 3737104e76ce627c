// A refused message as it is kept whole: a line of JSON, and whether it is kept at all.

import type { IncomingProtocol } from '@gonsters/contract';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { ArrivedFault, ArrivedMessage, IncomingSender } from './incoming-message.ts';

export interface RefusedMessage extends Omit<ArrivedMessage, 'payload' | 'protocol'> {
  readonly protocol: Exclude<IncomingProtocol, 'sparkplug'>;
  readonly payload: Buffer;
  readonly outcome: 'refused' | 'partly';
  /** At most `MAX_FAULTS`. */
  readonly faults: readonly ArrivedFault[];
}

/**
 * Reasons that a change of a profile, a machine, an alias, a right, a zone or a metric removes. Others never do: what is not MQTT, not UTF-8,
 * too large or too deep, a retained message without a time, what is older than the retention, and values that were stored as bad.
 */
const REMOVABLE: ReadonlySet<RejectionReason> = new Set([
  ...(['not_json', 'wrong_shape', 'bad_topic', 'not_allowed', 'wrong_factory', 'unknown_machine'] as const),
  ...(['no_machine', 'no_value', 'not_a_number', 'not_of_kind', 'not_a_value', 'free_text'] as const),
  ...(['ambiguous_field', 'unknown_metric', 'too_many_metrics', 'bad_timestamp', 'clock_not_set'] as const),
  ...(['in_the_future', 'not_line_protocol'] as const),
]);

const MAX_FAULTS = 10;

/** The faults with which a message is kept; null where no change removes any of them. */
export function keptFaults(faults: readonly ArrivedFault[]): readonly ArrivedFault[] | null {
  if (!faults.some(({ reason }) => REMOVABLE.has(reason))) return null;
  return faults.slice(0, MAX_FAULTS).map(({ reason, field, error, value }) => ({ reason, field, error, value }));
}

/** As it stands in a file. The payload is text where it is UTF-8, which is shorter and can be read. */
interface Line extends Omit<RefusedMessage, 'payload' | 'sender'> {
  readonly from: IncomingSender;
  readonly text?: string;
  readonly base64?: string;
}

export function lineOf({ payload, sender, ...rest }: RefusedMessage): string {
  const text = payload.toString();
  const content = Buffer.from(text).equals(payload) ? { text } : { base64: payload.toString('base64') };
  return `${JSON.stringify({ ...rest, from: sender, ...content } satisfies Line)}\n`;
}

/** null for a line that a power failure cut. */
export function messageOf(line: string): RefusedMessage | null {
  let read: Line;
  try {
    read = JSON.parse(line) as Line;
  } catch {
    return null;
  }
  const { from, text, base64, ...rest } = read;
  return {
    ...rest,
    sender: from,
    payload: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text),
  };
}
