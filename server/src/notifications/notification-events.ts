// The events of notifications.

import type { ChannelKind } from '@gonsters/contract';

/** All channels that fail at present: three messages or self-tests in a row have failed, and nothing has worked since. */
export type ChannelEvent = { kind: 'channels_failing'; channels: readonly FailingChannel[] };

export interface FailingChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  /** As in `by e-mail`. */
  readonly words: string;
  /** UTC ms. */
  readonly sinceMs: number;
  /** What went wrong last. */
  readonly failure: string;
}
