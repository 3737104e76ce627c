// The contact points of a person: where notifications reach them, in which order, when not, and in which language.

import { z } from 'zod';
import { lineSchema } from './machine.ts';
import { channelTestReplySchema } from './notification-channel.ts';
import { timeSchema } from './time.ts';
import { wallClockSchema, zoneSchema } from './wall-clock.ts';

/** The languages of messages. */
export const MESSAGE_LANGUAGES = ['en', 'id'] as const;
export type MessageLanguage = (typeof MESSAGE_LANGUAGES)[number];
export const messageLanguageSchema = z.enum(MESSAGE_LANGUAGES);

/** Contact points of one person. */
export const MAX_CONTACTS = 10;
/** A push subscription is the longest address. */
const MAX_ADDRESS = 2_000;

const channelIdSchema = z.string().min(1).max(100);

export const contactPointSchema = z
  .object({
    id: z.uuid(),
    channel_id: channelIdSchema,
    kind: z.string().meta({ description: 'The kind of the channel, such as `email`.' }),
    channel_name: z.string(),
    address: z.string().meta({
      description: 'Masked where it is a secret, such as that of a webhook. Empty: where the channel itself leads.',
    }),
    label: z.string().nullable(),
    is_verified: z.boolean().meta({ description: 'Nothing but a code is sent to it before.' }),
    verified_at: timeSchema.nullable(),
    code_expires_at: timeSchema.nullable().meta({ description: 'While a code can be entered.' }),
    fault: z.string().nullable().meta({ description: 'Why nothing can be sent to it at present.' }),
    fault_code: z.enum(['channel_removed', 'channel_off']).nullable(),
    awaits_link: z.boolean().meta({
      description:
        'The person has to open the link, which tells the address and verifies it. `address` is empty until then.',
    }),
    last: z
      .object({ at: timeSchema, state: z.string(), response: z.string().nullable() })
      .nullable()
      .meta({ description: 'The newest message to it, and what the other side answered.' }),
    created_at: timeSchema,
  })
  .meta({ id: 'ContactPoint' });
export type ContactPoint = z.infer<typeof contactPointSchema>;

export const quietHoursSchema = z
  .strictObject({
    from: wallClockSchema,
    to: wallClockSchema,
    zone: zoneSchema,
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must not be the same as from' })
  .meta({
    id: 'QuietHours',
    description:
      'Only messages about critical alerts are sent from `from` to `to`, which may be on the next day. What waits is sent as one message at the end.',
  });
export type QuietHours = z.infer<typeof quietHoursSchema>;

const orderSchema = z
  .array(z.uuid().toLowerCase())
  .max(MAX_CONTACTS)
  .refine((ids) => new Set(ids).size === ids.length, 'must not name a contact point twice');

export const contactPreferencesSchema = z
  .strictObject({
    normal: orderSchema.meta({
      description: 'The order of contact points; one that is not named is not used.',
    }),
    critical: orderSchema.nullable().meta({ description: 'The same for critical alerts. null: as `normal`.' }),
    quiet_hours: quietHoursSchema.nullable(),
    language: messageLanguageSchema.nullable().meta({ description: 'null: English.' }),
  })
  .meta({ id: 'ContactPreferences' });
export type ContactPreferences = z.infer<typeof contactPreferencesSchema>;

export const contactChannelSchema = z
  .object({
    id: channelIdSchema,
    kind: z.string(),
    name: z.string(),
    needs_contact: z.boolean().meta({ description: 'An address is needed. false: the channel itself knows where to.' }),
    address_hint: z.string().meta({ description: 'What an address looks like.' }),
    has_link: z.boolean().meta({ description: 'A contact point can be added by a link, without an address.' }),
  })
  .meta({ id: 'ContactChannel', description: 'A channel that a person may choose.' });
export type ContactChannel = z.infer<typeof contactChannelSchema>;

export const contactsReplySchema = contactPreferencesSchema
  .extend({
    status: z.literal('success'),
    contacts: z.array(contactPointSchema),
    channels: z.array(contactChannelSchema),
  })
  .meta({ id: 'ContactsReply' });
export type ContactsReply = z.infer<typeof contactsReplySchema>;

export const newContactSchema = z
  .strictObject({
    channel_id: channelIdSchema,
    address: z.string().trim().max(MAX_ADDRESS),
    label: lineSchema(100).nullish(),
    by_link: z.boolean().default(false).meta({
      description:
        'The reply has a link that the person opens in the app of the channel; what comes back tells the address and verifies it. `address` is empty then.',
    }),
  })
  .meta({ id: 'NewContactPoint' });

const sentSchema = channelTestReplySchema.omit({ status: true }).meta({ id: 'SentToContact' });
export const contactReplySchema = z.object({
  status: z.literal('success'),
  contact: contactPointSchema,
  sent: sentSchema.nullable().meta({ description: 'What became of the code that was sent.' }),
  link: z.string().nullable().meta({
    description:
      'Opens the chat with the bot and sends it the code, once. It is shown only now, and works for ten minutes.',
  }),
});
export type ContactReply = z.infer<typeof contactReplySchema>;

export const contactCodeSchema = z
  .strictObject({
    code: z
      .string()
      .trim()
      .regex(/^\d{6}$/, 'must have six digits'),
  })
  .meta({ id: 'ContactCode' });
