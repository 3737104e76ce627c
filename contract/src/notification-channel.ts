// The channels that carry notifications, over HTTP.

import { z } from 'zod';
import { lineSchema } from './machine.ts';
import { timeSchema } from './time.ts';

const answerSchema = z.object({ at: timeSchema, response: z.string() }).nullable();

export const notificationChannelSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['email', 'webhook']),
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

const webhookUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'must not contain a user or a password');
const nameSchema = lineSchema(100);

export const newChannelSchema = z
  .strictObject({ kind: z.literal('webhook'), name: nameSchema, url: webhookUrlSchema })
  .meta({ id: 'NewNotificationChannel' });
export const channelChangeSchema = z
  .strictObject({ name: nameSchema.optional(), url: webhookUrlSchema.optional(), is_active: z.boolean().optional() })
  .meta({ id: 'NotificationChannelChange' });
export const channelSecretSchema = z.object({
  status: z.literal('success'),
  id: z.string(),
  secret: z.string().meta({ description: 'With which messages are signed (Standard Webhooks). It is shown only now.' }),
});

export const channelTestSchema = z
  .object({ contact: z.email().max(254).optional() })
  .meta({ id: 'ChannelTest', description: 'To whom the test message is sent; only for e-mail.' });

export const channelTestReplySchema = z.object({
  status: z.literal('success'),
  result: z.enum(['accepted', 'retry', 'never']).meta({
    description: '`retry`: it did not work and may work later. `never`: it was refused for good.',
  }),
  response: z.string().meta({ description: 'What the other side answered, or what went wrong.' }),
  took_ms: z.int(),
});
export type ChannelTestReply = z.infer<typeof channelTestReplySchema>;
