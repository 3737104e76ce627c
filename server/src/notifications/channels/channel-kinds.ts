// The kinds of channels. Adding one is a file beside this one, a row here, and its settings in the contract.

import type { ChannelKind } from '@gonsters/contract';
import type { KindDefinition } from './channel-kind.ts';
import { discordKind } from './discord-channel.ts';
import { emailKind } from './email-channel.ts';
import { gotifyKind } from './gotify-channel.ts';
import { ntfyKind } from './ntfy-channel.ts';
import { slackKind } from './slack-channel.ts';
import { smsKind } from './sms-channel.ts';
import { teamsKind } from './teams-channel.ts';
import { telegramKind } from './telegram-channel.ts';
import { webPushKind } from './web-push-channel.ts';
import { webhookKind } from './webhook-channel.ts';
import { whatsappKind } from './whatsapp-channel.ts';

const KINDS: { readonly [K in ChannelKind]: KindDefinition<K> } = {
  email: emailKind,
  webhook: webhookKind,
  telegram: telegramKind,
  whatsapp: whatsappKind,
  ntfy: ntfyKind,
  gotify: gotifyKind,
  slack: slackKind,
  teams: teamsKind,
  discord: discordKind,
  web_push: webPushKind,
  sms: smsKind,
};

/** The definition for code that does not depend on the kind; its settings were checked with the schema of the kind. */
export const kindOf = (kind: ChannelKind): KindDefinition<never> => KINDS[kind] as unknown as KindDefinition<never>;

/** What is wrong with an address, a predicate such as `must be an e-mail address`; null where nothing is. */
export const validateAddress = (kind: ChannelKind, address: string): string | null => KINDS[kind].addressFault(address);
