// What a kind of channel is, apart from how it sends: the row of the table in `channel-kinds.ts`.

import type { ChannelKind, ChannelSettings, Fault } from '@gonsters/contract';
import type { AllowedAddresses } from './allowed-addresses.ts';
import type { Channel } from './channel.ts';
import type { ChannelHttp } from './channel-request.ts';

/** What the server itself makes for a channel and seals, such as the secret that signs. */
export type OwnSecrets = Readonly<Record<string, unknown>>;

export interface ChannelContext {
  readonly http: ChannelHttp;
  readonly addresses: Pick<AllowedAddresses, 'allows'>;
  readonly nowMs: () => number;
  /** The other side wants no more messages: the channel is switched off with this reason. */
  readonly gone: (reason: string) => void;
}

export interface KindDefinition<K extends ChannelKind> {
  /** As in `by e-mail`. */
  readonly words: string;
  /** Settings that are never shown. */
  readonly secrets: readonly (keyof ChannelSettings<K> & string)[];
  /** Addresses of which only the host is shown, because the rest is a secret. */
  readonly secretUrls?: readonly (keyof ChannelSettings<K> & string)[];
  /** Settings that say to whom secrets are sent: when one changes, the secrets must be entered again. */
  readonly places: readonly (keyof ChannelSettings<K> & string)[];
  /** Where the service calls back, below `/hooks/{channel_id}/`. */
  readonly hook?: string;
  /** What an address looks like; empty where the channel has none but its own destination. */
  readonly addressHint: string;
  /** What is wrong with an address, a predicate such as `must be an e-mail address`; null where nothing is. */
  addressFault(address: string): string | null;
  hasDestination(settings: ChannelSettings<K>): boolean;
  hasButtons(settings: ChannelSettings<K>): boolean;
  /** Without secrets. */
  describe(settings: ChannelSettings<K>): string;
  /** What the schema cannot check. */
  faults?(settings: ChannelSettings<K>): Fault[];
  makeSecrets?(): OwnSecrets;
  /** Of these, what is shown once when the channel is added. */
  shownSecret?(own: OwnSecrets): string;
  open(settings: ChannelSettings<K>, own: OwnSecrets, context: ChannelContext): Channel;
}

/** For channels that only have a destination of their own. */
export const noAddress = (address: string): string | null => (address === '' ? null : 'must be empty for this channel');

export const hostOf = (url: string): string => new URL(url).host;
