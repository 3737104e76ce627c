// The port of a channel: what carries a message to a contact. Each channel is one file and one row in `channel-kinds.ts`.

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
  /** Alerts that can be acknowledged from the message, the most urgent first. */
  readonly buttons?: readonly AcknowledgeButton[];
}

export interface AcknowledgeButton {
  /** As in the link that acknowledges the alert: 43 characters. */
  readonly token: string;
  /** What it acknowledges, in short. */
  readonly label: string;
  /** The link; null where the address of the page is not known. */
  readonly url: string | null;
}

/**
 * `accepted`: the other side has taken the message over. `retry`: it may take it later, after `afterMs` where it says so.
 * `never`: it has refused this message for good. `response` is what it answered, or what went wrong.
 */
export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly response: string;
      /** What the service calls the message, by which it reports what became of it. */
      readonly providerId?: string;
    }
  | {
      readonly kind: 'retry';
      readonly response: string;
      readonly afterMs: number | null;
      /** It only asks to be left alone for a while, and works. */
      readonly isBusy?: boolean;
    }
  | {
      readonly kind: 'never';
      readonly response: string;
      /** It would refuse every message, for example because its token is not valid any more. */
      readonly isChannelFault?: boolean;
    };

export interface Channel {
  /**
   * Never rejects, and ends within half a minute whatever the other side does.
   *
   * @param contact an address; empty for the own destination of the channel
   */
  send(message: OutgoingMessage, contact: string): Promise<Outcome>;
  /** Whether it works, found out without disturbing anybody. Like `send` it never rejects. */
  selfTest(): Promise<Outcome>;
  close(): void;
}

export const isCritical = ({ notifications = [] }: Pick<OutgoingMessage, 'notifications'>): boolean =>
  notifications.some(
    ({ kind, alert }) => alert.severity === 'critical' && kind !== 'cleared' && kind !== 'acknowledged',
  );

/** The page of the first alert. */
export const pageOf = ({ notifications = [] }: Pick<OutgoingMessage, 'notifications'>): string | null =>
  notifications[0]?.page_url ?? null;
