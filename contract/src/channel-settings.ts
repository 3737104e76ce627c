// What is set up of a channel, by its kind, and to which addresses it can send.

import { z } from 'zod';
import type { ChannelKind } from './channel-terms.ts';
import { lineSchema } from './machine.ts';

export const channelUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'must not contain a user or a password');
const secretSchema = z.string().min(1).max(1000).regex(/^\S+$/, 'must not contain spaces');

const emailSettings = z.strictObject({
  url: z
    .url({ protocol: /^smtps?$/ })
    .max(2000)
    .meta({ description: 'The mail server: `smtp://user:password@host:587`, or `smtps://` for TLS from the start.' }),
  from: lineSchema(300).meta({ description: 'The sender, such as `GONSTERS <alarms@plant.example>`.' }),
  destination: z.email().max(254).optional(),
});

const webhookSettings = z.strictObject({ url: channelUrlSchema });

const telegramSettings = z.strictObject({
  token: z
    .string()
    .regex(/^\d{1,20}:[\w-]{20,100}$/, 'must be a token of BotFather, such as 123456:ABC…')
    .meta({ description: 'The token of the bot.' }),
  destination: z
    .string()
    .regex(/^-?\d{1,20}$/, 'must be the id of a chat')
    .optional(),
  api_url: channelUrlSchema
    .optional()
    .meta({ description: 'A Bot API server of your own. Absent: `https://api.telegram.org`.' }),
});

const whatsappSettings = z.strictObject({
  token: secretSchema.meta({ description: 'The access token of a system user.' }),
  phone_number_id: z.string().regex(/^\d{5,30}$/, 'must consist of digits'),
  template: z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be the name of a template'),
  template_language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language such as en_US'),
  has_button: z.boolean().optional().meta({
    description: 'The template has a quick-reply button as its first button, with which an alert is acknowledged.',
  }),
  app_secret: secretSchema.optional().meta({
    description:
      'Of the Meta app, with which its webhooks are signed. Without it there are no receipts and no buttons.',
  }),
  api_url: channelUrlSchema.optional().meta({ description: 'Absent: `https://graph.facebook.com/v23.0`.' }),
});

const ntfySettings = z.strictObject({
  url: channelUrlSchema.meta({ description: 'The server, such as `https://ntfy.sh`.' }),
  token: secretSchema.optional().meta({ description: 'An access token, where the server asks for one.' }),
  destination: z
    .string()
    .regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be a topic')
    .optional(),
});

const gotifySettings = z.strictObject({
  url: channelUrlSchema.meta({ description: 'The server.' }),
  token: secretSchema.optional().meta({ description: 'The token of an application, which is the own destination.' }),
});

const slackSettings = z.strictObject({
  url: channelUrlSchema.meta({ description: 'The address of the incoming webhook.' }),
  signing_secret: secretSchema.optional().meta({
    description:
      'Of the Slack app, whose interactivity request URL is `hook_path`. Without it messages have a link in place of a button.',
  }),
});

const teamsSettings = z.strictObject({
  url: channelUrlSchema.meta({
    description: 'The address of the workflow “When a Teams webhook request is received”.',
  }),
});

const discordSettings = z.strictObject({
  url: channelUrlSchema.meta({ description: 'The address of the webhook of the channel.' }),
});

const webPushSettings = z.strictObject({
  subject: z
    .string()
    .max(300)
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'must be a mailto: or https: address')
    .meta({ description: 'How the operators of push services reach the plant (RFC 8292).' }),
});

const smsSettings = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT']),
  url: z.string().min(1).max(2000).meta({ description: 'With variables such as `{{to}}` and `{{text}}`.' }),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), lineSchema(1000)).optional(),
  body: z.string().max(5000).optional().meta({
    description: 'With variables, which are escaped as the header `content-type` demands.',
  }),
  username: lineSchema(200).optional(),
  password: secretSchema.optional(),
  sender: lineSchema(50).optional(),
  success: z.string().max(300).optional().meta({
    description:
      'A regular expression that an accepted answer matches. Absent: every answer with a status from 200 to 299.',
  }),
});

export const CHANNEL_SETTINGS = {
  email: emailSettings,
  webhook: webhookSettings,
  telegram: telegramSettings,
  whatsapp: whatsappSettings,
  ntfy: ntfySettings,
  gotify: gotifySettings,
  slack: slackSettings,
  teams: teamsSettings,
  discord: discordSettings,
  web_push: webPushSettings,
  sms: smsSettings,
} as const satisfies Record<ChannelKind, z.ZodType>;
export type ChannelSettings<K extends ChannelKind = ChannelKind> = z.infer<(typeof CHANNEL_SETTINGS)[K]>;
