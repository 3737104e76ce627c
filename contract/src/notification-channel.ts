// The channels that carry notifications, over HTTP.

import { z } from 'zod';
import { channelUrlSchema } from './channel-settings.ts';
import { CHANNEL_KINDS } from './channel-terms.ts';
import { lineSchema } from './machine.ts';
import { timeSchema } from './time.ts';

const answerSchema = z.object({ at: timeSchema, response: z.string() }).nullable();

export const notificationChannelSchema = z
  .object({
    id: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    description: z.string().meta({ description: 'The server and the sender, or the address, without secrets.' }),
    is_active: z.boolean(),
    fault: z.string().nullable().meta({ description: 'Why it was switched off, or cannot be used.' }),
    accepted: z.int().meta({ description: 'Messages that the other side accepted in the last 24 hours.' }),
    waiting: z.int().meta({ description: 'Messages that are being sent or tried again.' }),
    last_accepted: answerSchema.meta({ description: 'What it answered when it accepted a message last.' }),
    last_fault: answerSchema.meta({
      description:
        'What went wrong with the newest message that it has not accepted; null if it has accepted one since.',
    }),
    has_destination: z.boolean().meta({ description: 'It can send without an address, to a destination of its own.' }),
    needs_contact: z.boolean().meta({ description: 'A test message needs an address.' }),
    buttons: z.boolean().meta({ description: 'Alerts are acknowledged with a button in the message itself.' }),
    address_hint: z.string().meta({ description: 'What an address of it looks like; empty where it has none.' }),
    hook_path: z.string().nullable().meta({
      description: 'The path of this server at which the service calls back; null where there is none.',
    }),
    link: z.string().nullable().meta({
      description:
        'The address at which a person begins with it, such as that of the Telegram bot; null where unknown.',
    }),
    self_test: z
      .object({ at: timeSchema, result: z.enum(['accepted', 'retry', 'never']), response: z.string() })
      .nullable()
      .meta({ description: 'The newest weekly self-test.' }),
    failing_since: timeSchema.nullable().meta({
      description: 'Since when nothing has worked, after three failures in a row. An alert tells of it.',
    }),
    version: z.int().meta({ description: 'Changes with each change of the channel.' }),
    settings: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'For editing, with secrets masked; null for the mail server of the environment.' }),
  })
  .meta({ id: 'NotificationChannel' });
export type NotificationChannel = z.infer<typeof notificationChannelSchema>;

export const notificationChannelsReplySchema = z.object({
  status: z.literal('success'),
  channels: z.array(notificationChannelSchema),
  links: z
    .object({ url: z.string(), source: z.enum(['environment', 'confirmed', 'loopback']) })
    .nullable()
    .meta({
      description:
        'With which address the links in messages begin, and where it is from: PUBLIC_URL, the setting page_origin, or the server that is reached on this computer only. null: messages have no links.',
    }),
});
export type NotificationChannelsReply = z.infer<typeof notificationChannelsReplySchema>;

const nameSchema = lineSchema(100);

export const newChannelSchema = z
  .union([
    z.strictObject({ kind: z.literal('webhook'), name: nameSchema, url: channelUrlSchema }),
    z.strictObject({
      kind: z.enum(CHANNEL_KINDS),
      name: nameSchema,
      settings: z.record(z.string(), z.unknown()).meta({ description: 'By the kind of the channel; see the guide.' }),
    }),
  ])
  .meta({ id: 'NewNotificationChannel' });
export const channelChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    url: channelUrlSchema.optional().meta({ description: 'The same as `settings.url`.' }),
    settings: z.record(z.string(), z.unknown()).optional().meta({
      description:
        'Those to change. null removes one. A masked secret stays as it is; secrets must be entered again when an address changes.',
    }),
    is_active: z.boolean().optional(),
    version: z.int().optional().meta({ description: 'The change is refused if the channel has another version.' }),
  })
  .meta({ id: 'NotificationChannelChange' });
export const channelSecretSchema = z.object({
  status: z.literal('success'),
  id: z.string(),
  secret: z.string().nullable().meta({
    description:
      'Of a webhook: with which messages are signed (Standard Webhooks). Of WhatsApp: the verify token. It is shown only now. null for other kinds.',
  }),
});

export const channelTestSchema = z.object({ contact: z.string().max(4000).optional() }).meta({
  id: 'ChannelTest',
  description: 'To whom the test message is sent; absent: to the own destination of the channel.',
});

export const webPushKeySchema = z.object({
  status: z.literal('success'),
  channel_id: z.string().nullable(),
  public_key: z.string().nullable().meta({
    description:
      'The VAPID key with which a page subscribes (RFC 8292), base64url. null where no such channel is set up.',
  }),
});

export const heartbeatSchema = z
  .object({
    status: z.literal('success'),
    host: z.string().nullable().meta({ description: 'The host of `heartbeat_url`; null where none is set.' }),
    last: z
      .object({ at: timeSchema, result: z.enum(['accepted', 'retry', 'never', 'withheld']), response: z.string() })
      .nullable()
      .meta({ description: '`withheld`: none was sent, because the server was not healthy.' }),
  })
  .meta({ id: 'Heartbeat' });
export type Heartbeat = z.infer<typeof heartbeatSchema>;

export const channelTestReplySchema = z.object({
  status: z.literal('success'),
  result: z.enum(['accepted', 'retry', 'never']).meta({
    description: '`retry`: it did not work and may work later. `never`: it was refused for good.',
  }),
  response: z.string().meta({ description: 'What the other side answered, or what went wrong.' }),
  took_ms: z.int(),
});
export type ChannelTestReply = z.infer<typeof channelTestReplySchema>;
