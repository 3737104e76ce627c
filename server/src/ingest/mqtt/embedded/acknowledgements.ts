// Writes the PUBACK and PUBREC of one client; those of the same turn of the event loop in one write.

import type { RejectionReason } from '../../dead-letters/rejection-reason.ts';
import { REASON } from './packet-reader.ts';

const PUBACK = 0x40;
const PUBREC = 0x50;

/** The reason code of MQTT 5 for a message of which nothing is stored, and never will be. */
export function reasonCodeOf(refusedFor: RejectionReason | undefined): number {
  switch (refusedFor) {
    case undefined:
      return REASON.success;
    case 'bad_topic':
    case 'sparkplug_off':
    case 'no_readings':
      return REASON.noSubscribers;
    case 'unknown_machine':
    case 'no_machine':
      return REASON.implementationSpecific;
    case 'not_allowed':
    case 'wrong_factory':
      return REASON.notAuthorized;
    default:
      return REASON.payloadNotValid;
  }
}

export class AcknowledgementWriter {
  /** Messages that are received and not acknowledged yet. QoS 0 counts until it is processed. */
  inFlight = 0;
  readonly #write: (bytes: Buffer) => void;
  readonly #onWritten: () => void;
  /** Each is type << 24 | reason code << 16 | identifier. */
  #waiting: number[] = [];

  /** `onWritten` is called when `inFlight` has become smaller. */
  constructor(write: (bytes: Buffer) => void, onWritten: () => void) {
    this.#write = write;
    this.#onWritten = onWritten;
  }

  /** An `id` of 0, for QoS 0, has no acknowledgement. */
  puback(id: number, reasonCode: number): void {
    this.#add((PUBACK << 24) | (reasonCode << 16) | id);
  }

  pubrec(id: number, reasonCode: number): void {
    this.#add((PUBREC << 24) | (reasonCode << 16) | id);
  }

  #add(acknowledgement: number): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.#writeAll());
    this.#waiting.push(acknowledgement);
  }

  #writeAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.inFlight -= waiting.length;
    const bytes = Buffer.allocUnsafe(5 * waiting.length);
    let at = 0;
    for (const acknowledgement of waiting) {
      const id = acknowledgement & 0xffff;
      if (id === 0) continue;
      const reasonCode = (acknowledgement >> 16) & 0xff;
      bytes[at++] = acknowledgement >> 24;
      bytes[at++] = reasonCode === REASON.success ? 2 : 3;
      bytes[at++] = id >> 8;
      bytes[at++] = id & 0xff;
      if (reasonCode !== REASON.success) bytes[at++] = reasonCode;
    }
    if (at > 0) this.#write(bytes.subarray(0, at));
    this.#onWritten();
  }
}
