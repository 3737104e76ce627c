// The port of a channel: what carries a message to a contact. Each channel is one file and one row in `channels.ts`.

import type { AlertEvent, NotificationKind } from '@gonsters/contract';

export interface OutgoingMessage {
  /** The same in each attempt, so that the other side can recognise a repetition. */
  readonly id: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** The same for programs; absent in a test message. */
  readonly notifications?: readonly {
    readonly kind: NotificationKind;
    /** As it was at the change. */
    readonly alert: AlertEvent;
    readonly acknowledge_url: string | null;
    readonly page_url: string | null;
  }[];
}

/**
 * `accepted`: the other side has taken the message over. `retry`: it may take it later, after `afterMs` where it says so.
 * `never`: it has refused this message for good. `response` is what it answered, or what went wrong.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly response: string }
  | { readonly kind: 'retry'; readonly response: string; readonly afterMs: number | null }
  | { readonly kind: 'never'; readonly response: string };

export interface Channel {
  /** Never rejects, and ends within half a minute whatever the other side does. */
  send(message: OutgoingMessage, contact: string): Promise<Outcome>;
  close(): void;
}
