// A message as it arrived, with what became of it.

import type { IncomingOutcome, IncomingProtocol } from '@gonsters/contract';
import type { ShownValue } from '../dead-letters/rejected-payload.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';

/** Who sent it. */
export interface IncomingSender {
  /** null without the credentials of a gateway. */
  readonly gatewayId: string | null;
  /** The client id, or the name of the user; null where it is not known. */
  readonly client: string | null;
  /** null where it is not known. */
  readonly address: string | null;
}

export interface ArrivedMessage {
  readonly sender: IncomingSender;
  readonly protocol: IncomingProtocol;
  /** Of HTTP messages: the path of the address. */
  readonly topic: string;
  /** Whether the topic is our own, with the machine in it. */
  readonly namesMachine: boolean;
  /** Bytes are copied where they are kept; the function is called only then. */
  readonly payload: Uint8Array | (() => string);
  /** UTC ms. */
  readonly arrivedMs: number;
  /** The factory of the user who posted it, whose machines the message may be for; null: all. */
  readonly userFactory?: string | null;
  /** Of HTTP messages, where the address has any. */
  readonly parameters?: AddressParameters;
}

/** What the address of an HTTP request says of its body. */
export interface AddressParameters {
  readonly machine?: string | undefined;
  readonly time?: string | undefined;
  readonly precision?: string | undefined;
}

/** Faults of one message with the same reason and metric. */
export interface ArrivedFault {
  readonly reason: RejectionReason;
  /** Path of the first, empty for the whole message. */
  readonly field: string;
  readonly error: string;
  readonly value: ShownValue;
}

/** As it is kept to be looked at. */
export interface RecentMessage {
  readonly receivedMs: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly outcome: IncomingOutcome;
  readonly faults: readonly ArrivedFault[];
}

/** Faults that lose nothing: the value is stored as bad, or the reading with the time of arrival. */
const LOSES_NOTHING: ReadonlySet<RejectionReason> = new Set(['out_of_range', 'bad_unit', 'clock_not_set']);

/** @param hasReadings whether anything of the message is stored */
export function outcomeOf(
  hasReadings: boolean,
  faults: Iterable<Pick<ArrivedFault, 'reason'>> | null,
): IncomingOutcome {
  if (faults === null) return hasReadings ? 'stored' : 'ignored';
  let isLost = false;
  let isIgnored = true;
  for (const { reason } of faults) {
    if (!LOSES_NOTHING.has(reason)) isLost = true;
    if (reason !== 'no_readings') isIgnored = false;
  }
  if (hasReadings) return isLost ? 'partly' : 'stored';
  return isIgnored ? 'ignored' : 'refused';
}
